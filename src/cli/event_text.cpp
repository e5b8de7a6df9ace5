#include "cli/event_text.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/records.h"

namespace mpegflow::cli {
namespace {

base::json::object body_of(const store::EventRow& event) {
  const base::json::value bytes = parse_column(event.bytes);
  return bytes.is_object() ? base::object_or(bytes.get_object(), "body") : base::json::object{};
}

void append(std::string& text, const std::string& part) {
  if (part.empty()) return;
  if (text.ends_with('.')) text.pop_back();  // a cause is a whole sentence
  text += (text.empty() ? "" : "; ") + part;
}

std::string describe_finding(const base::json::object& body) {
  const std::string reason = base::text_or(body, "reason");
  const std::string cause = base::text_or(body, "cause");
  if (reason.empty() || reason == "ok") return {};
  return cause.empty() ? reason : reason + ": " + cause;
}

}  // namespace

std::string describe_event(const store::EventRow& event) {
  const base::json::object body = body_of(event);
  std::string text;
  if (const std::string to = base::text_or(body, "to"); !to.empty())
    text = base::text_or(body, "from") + " → " + to;
  if (event.kind.starts_with("job_") && body.contains("state")) {
    text = base::text_or(body, "state");
    const std::string delivery = base::text_or(body, "delivery");
    if (!delivery.empty() && delivery != "none") text += ", delivery " + delivery;
  }
  if (const auto tasks = base::int_or(body, "tasks"); tasks > 0)
    append(text, fmt::format("{} tasks", tasks));
  append(text, describe_finding(body));
  append(text, base::text_or(body, "why"));
  if (const std::string parent = base::text_or(body, "because_of"); !parent.empty())
    append(text, "because of " + parent);
  if (const auto retry_at = base::int_or(body, "retry_at"); retry_at > event.at.us)
    append(text, "next try in " + base::to_human(base::WallTime{retry_at} - event.at));
  return base::to_printable(text);
}

std::string format_event(const store::EventRow& event, base::WallTime start) {
  const std::string who = event.task_key.empty()
                              ? std::string("job")
                              : base::to_printable(event.task_key) +
                                    (event.fence > 0 ? fmt::format(" #{}", event.fence) : "");
  const double seconds = static_cast<double>((event.at - start).count()) / 1e6;
  std::string line = fmt::format("{:+9.2f} s  {:<14}  {:<18}  {}", seconds, who,
                                 base::to_printable(event.kind), describe_event(event));
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace mpegflow::cli
