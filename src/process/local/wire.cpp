#include "process/local/wire.h"

#include <array>
#include <cstring>

namespace mpegflow::process {

namespace {

void put_number(std::string& bytes, std::int64_t number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put_text(std::string& bytes, std::string_view text) {
  put_number(bytes, static_cast<std::int64_t>(text.size()));
  bytes += text;
}

void put_list(std::string& bytes, const std::vector<std::string>& list) {
  put_number(bytes, static_cast<std::int64_t>(list.size()));
  for (const std::string& text : list) put_text(bytes, text);
}

class PlanReader {
 public:
  explicit PlanReader(std::string_view bytes) : rest_(bytes) {}
  bool is_whole() const { return whole_ && rest_.empty(); }

  void take(std::int64_t& number) {
    const std::string_view bytes = cut(sizeof number);
    if (whole_) std::memcpy(&number, bytes.data(), sizeof number);
  }
  void take(std::string& text) {
    std::int64_t size = 0;
    take(size);
    text = cut(static_cast<std::uint64_t>(size));
  }
  void take(std::vector<std::string>& list) {
    std::int64_t count = 0;
    take(count);
    for (std::int64_t i = 0; i < count && whole_; ++i) take(list.emplace_back());
  }

 private:
  std::string_view cut(std::uint64_t size) {
    if (size > rest_.size()) whole_ = false;
    if (!whole_) return {};
    const std::string_view piece = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return piece;
  }

  std::string_view rest_;
  bool whole_ = true;
};

constexpr std::array kNumbers = {
    &GuardPlan::cgroup_version, &GuardPlan::memory_limit,   &GuardPlan::deadline_us,
    &GuardPlan::no_progress_us, &GuardPlan::stop_grace_us,  &GuardPlan::progress_fd,
    &GuardPlan::namespaces,     &GuardPlan::user_namespace, &GuardPlan::is_last,
};

}  // namespace

std::string serialize_plan(const GuardPlan& plan) {
  std::string bytes;
  put_number(bytes, static_cast<std::int64_t>(kPlanMagic));
  put_list(bytes, plan.launcher);
  put_list(bytes, plan.argv);
  put_list(bytes, plan.environment);
  put_text(bytes, plan.working_folder);
  put_text(bytes, plan.cgroup_folder);
  for (const auto number : kNumbers) put_number(bytes, plan.*number);
  return bytes;
}

std::optional<GuardPlan> parse_plan(std::string_view bytes) {
  PlanReader reader(bytes);
  std::int64_t magic = 0;
  reader.take(magic);
  if (magic != static_cast<std::int64_t>(kPlanMagic)) return std::nullopt;
  GuardPlan plan;
  reader.take(plan.launcher);
  reader.take(plan.argv);
  reader.take(plan.environment);
  reader.take(plan.working_folder);
  reader.take(plan.cgroup_folder);
  for (const auto number : kNumbers) reader.take(plan.*number);
  if (!reader.is_whole()) return std::nullopt;
  return plan;
}

}  // namespace mpegflow::process
