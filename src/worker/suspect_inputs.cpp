#include "worker/suspect_inputs.h"

#include <fmt/format.h>

#include "base/hash_file.h"
#include "base/text.h"

namespace mpegflow::worker {

base::Result<retry::Finding> suspect_inputs(const TaskRun& run, retry::Finding finding) {
  if (finding.status != retry::FindingStatus::failed_input) return finding;
  for (const StagedInput& input : run.staged) {
    if (input.sha256.empty()) continue;
    ASSIGN_OR_RETURN(const std::string found, base::hash_file(input.file));
    if (found == input.sha256) continue;
    retry::Finding changed =
        retry::make_finding(input.is_copy ? "stage_in_corrupt" : "input_changed",
                            "fact_hash_mismatch", std::move(finding.evidence));
    changed.cause += fmt::format(" ({}: sha256 {}…, expected {}…; it looked like {})",
                                 base::to_printable(input.file.filename().native()),
                                 found.substr(0, 12), input.sha256.substr(0, 12), finding.reason);
    return changed;
  }
  return finding;
}

}  // namespace mpegflow::worker
