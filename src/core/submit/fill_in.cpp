#include "core/submit/fill_in.h"

namespace mpegflow::submit {

void fill_in(base::json::object& fields, const base::json::object& settings) {
  for (const auto& entry : settings) {
    base::json::value* own = fields.if_contains(entry.key());
    if (own == nullptr) fields[entry.key()] = entry.value();
    else if (own->is_object() && entry.value().is_object())
      fill_in(own->get_object(), entry.value().get_object());
  }
}

}  // namespace mpegflow::submit
