#include "protocol/http/http_protocol.h"

#include <algorithm>
#include <thread>

#include "protocol/http/answer.h"
#include "protocol/wire/messages.h"

namespace mpegflow::protocol {
namespace {

constexpr base::Micros kFirstPause = std::chrono::milliseconds(100);
constexpr base::Micros kLongestPause = std::chrono::seconds(3);
// Assignments carry the outputs of their parents: thousands of segments in a long ladder.
constexpr std::int64_t kMostAnswer = 64 << 20;
// An answer that waits is under way for a while after its time.
constexpr base::Micros kSlack = std::chrono::seconds(10);

}  // namespace

base::Result<std::string> HttpProtocol::post(const std::string& call, std::string body,
                                             base::Micros timeout, const std::atomic<bool>* stop) {
  http::Request request;
  request.url = options_.server + "/v1/worker/" + call;
  request.headers = {{"Content-Type", "application/json"},
                     {"Authorization", "Bearer " + options_.token}};
  request.body = std::move(body);
  request.timeout = timeout;
  request.most_body = kMostAnswer;
  request.stop = stop;
  auto response = client_.send(request);
  if (!response) return tl::unexpected(to_unreachable(response.error(), options_.server));
  if (response->status < 200 || response->status > 299)
    return tl::unexpected(read_refusal(*response));
  return std::move(response->body);
}

base::Result<std::string> HttpProtocol::insist(const std::string& call, const std::string& body,
                                               base::Micros patience) {
  const base::SteadyTime begin = clock_.steady();
  for (base::Micros pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    auto answer = post(call, body, options_.timeout);
    if (answer || answer.error().code != base::ErrorCode::store_failed) return answer;
    if (clock_.steady() + pause - begin > patience) return answer;
    if (options_.stop != nullptr && *options_.stop) return answer;
    std::this_thread::sleep_for(pause);  // nobody can tell us when it is there again
  }
}

base::Result<RegisterAnswer> HttpProtocol::register_session(const RegisterRequest& request) {
  ASSIGN_OR_RETURN(const std::string answer,
                   insist("register", wire::to_text(request), options_.patience));
  return wire::parse_register_answer(answer);
}

/// Not made again here: whoever claims asks anew anyway, with the same request.
base::Result<std::vector<Assignment>> HttpProtocol::claim(const ClaimRequest& request) {
  ClaimRequest asked = request;
  if (is_waiting_over_) asked.wait = base::Micros(0);
  ASSIGN_OR_RETURN(const std::string answer,
                   post("claim", wire::to_text(asked), options_.timeout + asked.wait + kSlack,
                        &is_waiting_over_));
  ASSIGN_OR_RETURN(auto assignments, wire::parse_assignments(answer));
  return std::move(assignments.tasks);
}

base::Result<HeartbeatAnswer> HttpProtocol::heartbeat(const HeartbeatRequest& request) {
  ASSIGN_OR_RETURN(const std::string answer,
                   post("heartbeat", wire::to_text(request, clock_.steady()), options_.timeout));
  return wire::parse_heartbeat_answer(answer);
}

base::Result<void> HttpProtocol::stage(const StageRequest& request) {
  auto answer = insist("stage", wire::to_text(request), options_.stage_patience);
  if (!answer) return tl::unexpected(give_up_on(answer.error()));
  return {};
}

base::Result<TaskAnswer> HttpProtocol::commit(const CommitRequest& request) {
  ASSIGN_OR_RETURN(const std::string answer,
                   insist("commit", wire::to_text(request), options_.patience));
  return wire::parse_task_answer(answer);
}

base::Result<TaskAnswer> HttpProtocol::report(const ReportRequest& request) {
  ASSIGN_OR_RETURN(const std::string answer,
                   insist("report", wire::to_text(request), options_.patience));
  return wire::parse_task_answer(answer);
}

base::Result<TaskAnswer> HttpProtocol::released(const ReleaseRequest& request) {
  ASSIGN_OR_RETURN(const std::string answer,
                   insist("released", wire::to_text(request), options_.patience));
  return wire::parse_task_answer(answer);
}

}  // namespace mpegflow::protocol
