#include "core/submit/idempotency.h"

#include <algorithm>

#include <fmt/format.h>

namespace mpegflow::submit {
namespace {

using base::json::value;

std::string show(const value* there) {
  if (there == nullptr) return "nothing";
  constexpr std::size_t kMost = 60;
  std::string text = base::to_canonical_json(*there);
  if (text.size() > kMost) text = text.substr(0, kMost) + "…";
  return text;
}

void compare(const std::string& path, const value* there, const value* here,
             std::vector<std::string>& differences);

void compare_members(const std::string& path, const base::json::object& there,
                     const base::json::object& here, std::vector<std::string>& differences) {
  const auto place = [&](std::string_view key) {
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
  };
  for (const auto& [key, member] : there)
    compare(place(key), &member, here.if_contains(key), differences);
  for (const auto& [key, member] : here)
    if (!there.contains(key)) compare(place(key), nullptr, &member, differences);
}

void compare_elements(const std::string& path, const base::json::array& there,
                      const base::json::array& here, std::vector<std::string>& differences) {
  for (std::size_t i = 0; i < std::max(there.size(), here.size()); ++i)
    compare(fmt::format("{}[{}]", path, i), there.if_contains(i), here.if_contains(i), differences);
}

void compare(const std::string& path, const value* there, const value* here,
             std::vector<std::string>& differences) {
  if (there != nullptr && here != nullptr) {
    if (*there == *here) return;
    if (there->is_object() && here->is_object())
      return compare_members(path, there->get_object(), here->get_object(), differences);
    if (there->is_array() && here->is_array())
      return compare_elements(path, there->get_array(), here->get_array(), differences);
  }
  differences.push_back(fmt::format("{}: {} there, {} here", path, show(there), show(here)));
}

}  // namespace

KeyStep decide_key(const KeyHolder& holder, bool is_again) {
  using queue::JobState;
  if (!holder.has_same_spec) return KeyStep::refuse_spec;
  if (is_again && (queue::is_terminal(holder.state) || !holder.is_same_command))
    return KeyStep::take_over;
  switch (holder.state) {
    case JobState::failed_input:
    case JobState::failed_spec:
      return holder.is_same_command ? KeyStep::answer_again : KeyStep::take_over;
    case JobState::cancelled: return KeyStep::take_over;
    // A newer FFmpeg does not take back what was made.
    case JobState::succeeded:
      return holder.has_same_inputs ? KeyStep::go_on : KeyStep::refuse_inputs;
    default: return holder.is_same_command ? KeyStep::go_on : KeyStep::take_over;
  }
}

std::vector<std::string> list_differences(const value& there, const value& here, std::size_t most) {
  std::vector<std::string> differences;
  compare("", &there, &here, differences);
  if (differences.size() > most) differences.resize(most);
  return differences;
}

}  // namespace mpegflow::submit
