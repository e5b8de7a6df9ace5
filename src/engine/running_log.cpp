#include "engine/running_log.h"

#include "base/file.h"
#include "base/text.h"
#include "core/audit/attempt_names.h"

namespace mpegflow::engine {

base::Result<std::string> read_running_log(const store::JobRow& job,
                                           const store::AttemptRow& attempt, std::int64_t offset,
                                           std::int64_t most) {
  const auto hidden = base::parse_file_uri(job.scratch_uri);
  if (!hidden) return std::string();
  const base::Path file = base::Path(*hidden) / "attempts" /
                          audit::attempt_name(attempt.fence, attempt.claim) / "work" / "stderr.log";
  const auto there = base::identify_file(file);
  if (!there || there->size <= offset) return std::string();
  return base::read_range(file, offset, most);
}

}  // namespace mpegflow::engine
