#include "deliver/sender.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "deliver/command.h"
#include "store/reads.h"

namespace mpegflow::deliver {
namespace {

constexpr std::size_t kMostError = 500;

std::vector<std::string> read_words(const base::json::array& array) {
  std::vector<std::string> words;
  for (const auto& word : array)
    if (word.is_string()) words.emplace_back(word.get_string());
  return words;
}

std::string cut(const std::string& message) {
  return base::to_printable(std::string_view(message).substr(0, kMostError));
}

}  // namespace

base::Result<void> Sender::send(const store::DeliveryRow& delivery) {
  ASSIGN_OR_RETURN(const auto endpoint, base::parse_json(delivery.endpoint, "endpoint"));
  if (!endpoint.is_object())
    return base::fail(base::ErrorCode::invalid_argument, "the endpoint is no object");
  const std::string url = base::text_or(endpoint.get_object(), "url");
  if (url.empty())
    return run_alert_command(read_words(base::array_or(endpoint.get_object(), "command")),
                             delivery.body, {"MPEGFLOW_DELIVERY=" + delivery.id}, options_.timeout);
  http::Request request;
  request.url = url;
  request.headers = {{"Content-Type", "application/json"},
                     {"Mpegflow-Delivery", delivery.id},
                     {"Mpegflow-Event", delivery.event}};
  request.body = delivery.body;
  request.timeout = options_.timeout;
  ASSIGN_OR_RETURN(const http::Response response, client_.send(request));
  if (response.status >= 200 && response.status < 300) return {};
  return base::fail(
      base::ErrorCode::io_failed,
      fmt::format("the server answered {}: {}", response.status, response.body.substr(0, 200)));
}

base::Result<std::optional<base::WallTime>> Sender::run_once(
    const std::function<bool()>& must_stop) {
  for (;;) {
    // A read first: taking is a write, and mostly there is nothing.
    ASSIGN_OR_RETURN(const auto next, store::find_next_delivery(store_));
    if (!next || !next->is_due || must_stop())
      return next ? std::optional(next->due) : std::nullopt;
    ASSIGN_OR_RETURN(const auto taken, store_.execute(store::ClaimDeliveries{
                                           options_.count, options_.lease.count()}));
    for (const store::DeliveryRow& delivery : taken.deliveries) {
      if (must_stop()) break;  // the rest is due again when our time with it is over
      const auto sent = send(delivery);
      if (!sent)
        base::log(base::LogLevel::warn, "delivery_failed",
                  {{"delivery", delivery.id}, {"what", cut(sent.error().message)}});
      RETURN_IF_ERROR(store_.execute(store::SettleDelivery{
          delivery.id, delivery.tries, sent ? "" : cut(sent.error().message), entropy_.draw()}));
    }
  }
}

}  // namespace mpegflow::deliver
