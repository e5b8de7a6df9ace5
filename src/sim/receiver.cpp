#include "sim/receiver.h"

#include <algorithm>

namespace mpegflow::sim {
namespace {

std::string delivery_of(const http::Request& request) {
  const auto header = std::ranges::find(request.headers, "Mpegflow-Delivery",
                                        &std::pair<std::string, std::string>::first);
  return header == request.headers.end() ? "" : header->second;
}

}  // namespace

base::Result<http::Response> Receiver::send(const http::Request& request) {
  if (context_.strikes(Fault::lost_request)) return no_answer();
  if (auto details = context_.strikes(Fault::receiver_away))
    away_until_ = context_.clock.steady() + std::chrono::minutes(details->between(1, 2'000));
  if (context_.clock.steady() < away_until_ && !context_.faults.is_over())
    return http::Response{503, "away"};
  const std::string delivery = delivery_of(request);
  context_.note("delivery {} heard", delivery);
  const auto [heard, is_new] = heard_.emplace(delivery, request.body);
  context_.tally.count(is_new ? "deliveries" : "repeated deliveries");
  if (heard->second != request.body)
    confusion_ = "delivery " + delivery + " says " + request.body + ", said " + heard->second;
  if (context_.strikes(Fault::lost_reply)) return no_answer();
  return http::Response{200, ""};
}

bool Receiver::has_heard(const std::string& delivery, const std::string& body) const {
  const auto heard = heard_.find(delivery);
  return heard != heard_.end() && heard->second == body;
}

}  // namespace mpegflow::sim
