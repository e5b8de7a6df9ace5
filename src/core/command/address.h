#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/command/escape.h"
#include "core/command/refusal.h"

namespace mpegflow::command {

/// What FFmpeg would open under a name.
enum class AddressKind {
  file,
  http,       ///< http and https
  null_sink,  ///< /dev/null, NUL
  none,       ///< the name itself is the data ("data:…")
};

struct Address {
  AddressKind kind = AddressKind::file;
  /// The file names within, each with its place; several for "concat:a|b".
  std::vector<MarkedText> files;
  bool is_list = false;  ///< the file names others, one a line ("concatf:list")
};

enum class Direction { in, out };

/// Tells what an input or output name is. Refuses pipes, devices, live addresses, networks.
Outcome<Address> read_address(const MarkedText& name, Direction direction);

/// Would FFmpeg take this as "scheme:rest"? The scheme, or empty for a file; a single letter is a
/// drive of Windows.
std::string_view find_scheme(std::string_view name);

/// Does the name hold a number such as %03d?
bool has_number_pattern(std::string_view name);
/// The name's extension without the dot, in lower case; empty if there is none.
std::string extension_of(std::string_view name);
/// The folder of a path with its separator at the end, or empty.
std::string_view folder_of(std::string_view path);

}  // namespace mpegflow::command
