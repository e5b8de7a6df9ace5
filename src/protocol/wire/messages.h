#pragma once

#include <string>
#include <string_view>

#include "protocol/worker_protocol.h"

/// What a worker and its server say to each other, as JSON. A reader passes over fields that it
/// does not know and takes the default for those that are missing, so that both may be one version
/// apart; RegisterRequest settles which version they speak.
namespace mpegflow::protocol::wire {

/// The answer to a claim.
struct Assignments {
  std::vector<Assignment> tasks;
};

/// The answer to a call that gives nothing.
struct Nothing {};

/// The message of that type in JSON. Text that is not UTF-8 loses its bad bytes to U+FFFD.
std::string to_text(const RegisterRequest& message);
std::string to_text(const RegisterAnswer& message);
std::string to_text(const ClaimRequest& message);
std::string to_text(const Assignments& message);
/// `now`: of the clock that `since` of the progress is from; ages are sent.
std::string to_text(const HeartbeatRequest& message, base::SteadyTime now);
std::string to_text(const HeartbeatAnswer& message);
std::string to_text(const StageRequest& message);
std::string to_text(const CommitRequest& message);
std::string to_text(const ReportRequest& message);
std::string to_text(const ReleaseRequest& message);
std::string to_text(const TaskAnswer& message);
std::string to_text(const Nothing& message);

/// The message in `text`. Errors: invalid_argument, whose words name the field.
base::Result<RegisterRequest> parse_register_request(std::string_view text);
base::Result<RegisterAnswer> parse_register_answer(std::string_view text);
base::Result<ClaimRequest> parse_claim_request(std::string_view text);
base::Result<Assignments> parse_assignments(std::string_view text);
base::Result<HeartbeatRequest> parse_heartbeat_request(std::string_view text, base::SteadyTime now);
base::Result<HeartbeatAnswer> parse_heartbeat_answer(std::string_view text);
base::Result<StageRequest> parse_stage_request(std::string_view text);
base::Result<CommitRequest> parse_commit_request(std::string_view text);
base::Result<ReportRequest> parse_report_request(std::string_view text);
base::Result<ReleaseRequest> parse_release_request(std::string_view text);
base::Result<TaskAnswer> parse_task_answer(std::string_view text);

/// The version that both can speak. Errors: invalid_argument.
base::Result<std::int64_t> agree_on_protocol(std::int64_t oldest, std::int64_t newest);

}  // namespace mpegflow::protocol::wire
