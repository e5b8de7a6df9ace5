#include "app/notice_watch.h"

#include "base/log.h"
#include "deliver/command.h"

namespace mpegflow::app {
namespace {

// Clouds give half a minute to two minutes.
constexpr base::Micros kEvery = std::chrono::seconds(5);
constexpr base::Micros kPatience = std::chrono::seconds(4);

}  // namespace

NoticeWatch::NoticeWatch(std::vector<std::string> command) : command_(std::move(command)) {
  if (!command_.empty()) thread_ = std::thread([this] { watch(); });
}

NoticeWatch::~NoticeWatch() {
  {
    const std::scoped_lock lock(mutex_);
    is_over_ = true;
  }
  ended_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void NoticeWatch::watch() {
  for (bool is_over = false; !is_over;) {
    if (ask()) {
      is_given_ = true;
      return;
    }
    std::unique_lock lock(mutex_);
    is_over = ended_.wait_for(lock, kEvery, [this] { return is_over_; });
  }
}

bool NoticeWatch::ask() {
  const auto code = deliver::run_command(command_, "", {}, kPatience);
  if (code && *code == 0) return true;
  const bool has_failed = !code || *code != 1;
  if (has_failed && !has_failed_)
    base::log(base::LogLevel::warn, "notice_command_failed",
              {{"what", code ? command_.front() + " ended with " + std::to_string(*code) +
                                   ", and only 0 and 1 say something"
                             : code.error().message}});
  has_failed_ = has_failed;
  return false;
}

}  // namespace mpegflow::app
