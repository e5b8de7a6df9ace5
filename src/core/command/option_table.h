#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace mpegflow::command {

/// How an option of the program stands in a command line.
struct Option {
  enum class Takes {
    nothing,
    value,
    number_if_any,  ///< a flag, or before FFmpeg 7 a flag with a 0 or 1 behind it
  };
  Takes takes = Takes::nothing;
  bool is_boolean = false;   ///< has a -no form
  bool is_per_file = false;  ///< of the next file; else of the whole command
  bool ends_program = false;

  bool operator==(const Option&) const = default;
};

/// What one binary says of its options (`-h full`, and what it answers when it is asked).
struct BinaryOptions {
  std::map<std::string, bool> takes_value;  ///< options of the program
  std::set<std::string> library_options;

  bool operator==(const BinaryOptions&) const = default;
};

/// Which options there are: what the binary says, and behind it what other versions have.
class OptionTable {
 public:
  /// Of no binary: all that some FFmpeg from 4 to 9 has.
  OptionTable() = default;
  explicit OptionTable(BinaryOptions binary) : binary_(std::move(binary)) {}

  /// The option of that name, which is without a stream specifier.
  std::optional<Option> find(std::string_view name) const;
  bool is_library_option(std::string_view name) const;

 private:
  BinaryOptions binary_;
};

}  // namespace mpegflow::command
