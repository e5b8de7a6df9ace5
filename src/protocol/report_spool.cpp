#include "protocol/report_spool.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/log.h"
#include "protocol/wire/messages.h"

namespace mpegflow::protocol {
namespace {

constexpr std::string_view kEnding = ".json";

/// "REQUEST.commit.json": request ids sort by the time they were made.
std::string name_of(const base::RequestId& request, std::string_view call) {
  return fmt::format("{}.{}{}", request.value, call, kEnding);
}

std::string call_of(const std::string& name) {
  const std::size_t end = name.size() - kEnding.size();
  const std::size_t begin = name.rfind('.', end - 1) + 1;
  return name.substr(begin, end - begin);
}

bool is_unheard(const base::Error& error) {
  return error.code == base::ErrorCode::store_failed || error.code == base::ErrorCode::interrupted;
}

std::vector<std::string> list_names(const base::Path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    std::string name = at->path().filename().native();
    if (name.ends_with(kEnding)) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

bool ReportSpool::take_in_hand(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  return in_hand_.insert(name).second;
}

void ReportSpool::put_down(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  in_hand_.erase(name);
}

template <class Request, class Send>
base::Result<TaskAnswer> ReportSpool::send_kept(const std::string& call, const Request& request,
                                                const Send& send) {
  const std::string name = name_of(request.request, call);
  const base::Path file = options_.folder / name;
  RETURN_IF_ERROR(base::make_directories(options_.folder));
  RETURN_IF_ERROR(base::write_file_durably(file, wire::to_text(request)));
  (void)take_in_hand(name);
  base::Result<TaskAnswer> answer = send();
  if (answer || !is_unheard(answer.error())) {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    put_down(name);
    return answer;
  }
  base::log(base::LogLevel::warn, "report_kept_for_later",
            {{"task", request.claim.task.value}, {"what", answer.error().message}});
  {
    const std::scoped_lock lock(mutex_);
    late_[name] = request.claim;
  }
  put_down(name);
  return TaskAnswer{};
}

base::Result<TaskAnswer> ReportSpool::commit(const CommitRequest& request) {
  return send_kept("commit", request, [&] { return inner_.commit(request); });
}

base::Result<TaskAnswer> ReportSpool::report(const ReportRequest& request) {
  return send_kept("report", request, [&] { return inner_.report(request); });
}

base::Result<TaskAnswer> ReportSpool::released(const ReleaseRequest& request) {
  return send_kept("released", request, [&] { return inner_.released(request); });
}

base::Result<HeartbeatAnswer> ReportSpool::heartbeat(const HeartbeatRequest& request) {
  if (request.is_partial) return inner_.heartbeat(request);
  HeartbeatRequest whole = request;
  std::map<std::string, Claim> late;
  {
    const std::scoped_lock lock(mutex_);
    late = late_;
  }
  for (const auto& [name, claim] : late) whole.running.push_back({claim, {}});
  return inner_.heartbeat(whole);
}

/// What was claimed along with it would be nobody's: its session may have ended.
base::Result<TaskAnswer> ReportSpool::send_letter(const std::string& name,
                                                  const std::string& text) {
  const std::string call = call_of(name);
  if (call == "commit") {
    ASSIGN_OR_RETURN(CommitRequest request, wire::parse_commit_request(text));
    request.next.reset();
    return inner_.commit(request);
  }
  if (call == "report") {
    ASSIGN_OR_RETURN(ReportRequest request, wire::parse_report_request(text));
    request.next.reset();
    return inner_.report(request);
  }
  ASSIGN_OR_RETURN(const ReleaseRequest request, wire::parse_release_request(text));
  return inner_.released(request);
}

base::Result<void> ReportSpool::send_again() {
  for (const std::string& name : list_names(options_.folder)) {
    if (!take_in_hand(name)) continue;
    const base::Path file = options_.folder / name;
    const auto identity = base::identify_file(file);
    const auto text = base::read_file(file);
    if (!identity || !text) {  // it was sent meanwhile
      put_down(name);
      continue;
    }
    const base::WallTime written{identity->mtime_ns / 1000};
    base::Result<TaskAnswer> answer = TaskAnswer{};
    if (clock_.now() - written <= options_.keep) answer = send_letter(name, *text);
    else
      base::log(base::LogLevel::error, "report_given_up",
                {{"file", file.native()}, {"what", "the server did not answer for a day"}});
    if (!answer && is_unheard(answer.error())) {
      put_down(name);
      return tl::unexpected(answer.error());
    }
    if (!answer)
      base::log(base::LogLevel::warn, "report_refused",
                {{"file", name}, {"what", answer.error().message}});
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    const std::scoped_lock lock(mutex_);
    in_hand_.erase(name);
    late_.erase(name);
  }
  return {};
}

std::size_t ReportSpool::count_waiting() const {
  return list_names(options_.folder).size();
}

}  // namespace mpegflow::protocol
