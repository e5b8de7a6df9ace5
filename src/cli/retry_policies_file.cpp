#include "cli/retry_policies_file.h"

#include "base/text.h"

namespace mpegflow::cli {

base::Result<submit::RetryPolicies> read_retry_policies_file(const base::Path& file) {
  if (file.empty()) return submit::RetryPolicies();
  ASSIGN_OR_RETURN(const std::string text, base::read_file(file));
  submit::RetryPoliciesReading reading = submit::read_retry_policies(text);
  if (reading.policies) return *std::move(reading.policies);
  std::string message =
      submit::to_text(reading.faults, base::to_printable(file.filename().native()));
  while (message.ends_with('\n')) message.pop_back();
  return base::fail(base::ErrorCode::invalid_spec, std::move(message));
}

}  // namespace mpegflow::cli
