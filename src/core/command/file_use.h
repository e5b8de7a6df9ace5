#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/command/escape.h"

namespace mpegflow::command {

enum class Role {
  input,   ///< behind -i
  read,    ///< read by an option or a filter
  output,  ///< named as an output
  write,   ///< written beside the outputs
};

inline bool is_read(Role role) {
  return role == Role::input || role == Role::read;
}

enum class Shape {
  file,
  folder,
  numbered,   ///< img%03d.png
  glob,       ///< *.png, of -pattern_type glob
  filled_in,  ///< a name that FFmpeg fills in: %v, $Number$, %Y
  address,    ///< http or https
};

/// How the command comes to the file.
enum class Origin {
  named,        ///< a word says so
  derived,      ///< the name follows from others that the words say (HLS and DASH segments)
  pass_log,     ///< of -pass
  list_entry,   ///< a list that is an input names it
  key_info,     ///< named, and names other files itself
  by_its_name,  ///< such a file names it, as it stands from where FFmpeg runs
  fallback,     ///< the name that FFmpeg takes if none is said
};

/// A file that a command reads or writes.
struct FileUse {
  Role role = Role::input;
  Shape shape = Shape::file;
  std::string path;  ///< as FFmpeg opens it
  /// Where the path stands among the words, escapes included; a file that no word names (pass logs,
  /// segments) has none.
  struct Place {
    std::size_t word = 0, begin = 0, end = 0;
    bool operator==(const Place&) const = default;
  };
  std::optional<Place> place;
  std::size_t group = 0;  ///< which input or output; meaningless for global ones
  Origin origin = Origin::named;
  bool is_absolute_entry = false;  ///< a list_entry that does not start at its list

  bool operator==(const FileUse&) const = default;
};

/// Collects the files of one command.
class FileList {
 public:
  void add(Role role, Shape shape, const MarkedText& path, std::size_t word) {
    files.push_back({role, shape, path.text(), FileUse::Place{word, path.begin(), path.end()},
                     group, Origin::named, false});
  }
  /// A file that no word names.
  void add_unnamed(Origin origin, Role role, Shape shape, std::string path) {
    files.push_back({role, shape, std::move(path), std::nullopt, group, origin, false});
  }

  std::vector<FileUse> files;
  std::size_t group = 0;
};

}  // namespace mpegflow::command
