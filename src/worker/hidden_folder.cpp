#include "worker/hidden_folder.h"

#include "base/text.h"

namespace mpegflow::worker {

base::Path hidden_folder(const protocol::Assignment& assignment) {
  const auto path = base::parse_file_uri(assignment.scratch_uri);
  base::check(path.has_value(), "the hidden folder of a job is a local one");
  return *path;
}

}  // namespace mpegflow::worker
