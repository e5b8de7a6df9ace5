#pragma once

#include "base/json.h"

namespace mpegflow::submit {

/// Takes from `settings` what `fields` does not say, at every depth. Both are canonical.
void fill_in(base::json::object& fields, const base::json::object& settings);

}  // namespace mpegflow::submit
