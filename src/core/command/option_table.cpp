#include "core/command/option_table.h"

#include "core/command/known_options.h"

namespace mpegflow::command {

std::optional<Option> OptionTable::find(std::string_view name) const {
  const KnownOption* known = find_known_option(name);
  const auto told = binary_.takes_value.find(std::string(name));
  if (known == nullptr && told == binary_.takes_value.end()) return std::nullopt;
  Option option;
  if (known != nullptr) {
    option.is_boolean = known->has('b');
    option.is_per_file = known->has('f');
    option.ends_program = known->has('x');
    if (known->has('v')) option.takes = Option::Takes::value;
    if (known->has('m')) option.takes = Option::Takes::number_if_any;
  }
  if (told == binary_.takes_value.end() || option.ends_program) return option;
  // An option that old versions want a number for: both forms are seen in the wild.
  if (option.takes == Option::Takes::number_if_any) return option;
  option.takes = told->second ? Option::Takes::value : Option::Takes::nothing;
  if (known == nullptr) option.is_per_file = true;
  return option;
}

bool OptionTable::is_library_option(std::string_view name) const {
  return command::is_library_option(name) || binary_.library_options.contains(std::string(name));
}

}  // namespace mpegflow::command
