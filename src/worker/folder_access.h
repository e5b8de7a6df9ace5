#pragma once

#include "base/file.h"

namespace mpegflow::worker {

/// Gives the folders of the tree `made` what those of the same name in `model` have: permission
/// bits, owner and group as far as we may, extended attributes with the access lists among them.
/// Where the file system has none of these, or we may not, the folder stays as it was made.
base::Result<void> keep_folder_access(const base::Path& model, const base::Path& made);

}  // namespace mpegflow::worker
