#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "process/process.h"

namespace mpegflow::process {

enum class PlaceKind {
  mount_point,  ///< an empty file that the sandbox covers
  link,         ///< a symbolic link to the source, or to where the sandbox shows it
};

/// The names under which inputs appear in working folders. Runs that go on at once may share a
/// folder: a name stays until the last of them is done. Any thread.
class InputPlaces {
 public:
  /// Makes the names; on an error nothing is left behind. `shown` is where folders of sources are
  /// inside the sandbox (list_shown_folders).
  base::Result<void> add(const ProcessSpec& spec, PlaceKind kind,
                         const std::map<base::Path, base::Path>& shown);
  /// Takes them away again, and the folders that were made for them if they are empty.
  void remove(const ProcessSpec& spec);

 private:
  base::Result<void> add_one(const base::Path& folder, const ReadOnlyFile& input, PlaceKind kind,
                             const base::Path& target);
  void remove_one(const base::Path& folder, const ReadOnlyFile& input);

  std::mutex mutex_;
  std::map<base::Path, int> users_;
};

}  // namespace mpegflow::process
