#include "encoders.h"

#include <chrono>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/result.h"
#include "process/local/priority.h"

namespace mpegflow::bench {

Encoders::Encoders(const base::Path& folder) {
  const auto cpus = static_cast<int>(std::thread::hardware_concurrency());
  std::vector<base::Path> reports;
  for (int i = 0; i < cpus; ++i) {
    const base::Path report = folder / fmt::format("encoder{}.progress", i);
    std::filesystem::remove(report);
    reports.push_back(report);
    const pid_t pid = fork();
    base::check(pid >= 0, "a process starts");
    if (pid == 0) {
      ::setsid();
      process::yield_to_engine();
      const int nowhere = ::open("/dev/null", O_RDWR);
      for (const int fd : {0, 1, 2}) ::dup2(nowhere, fd);
      ::execlp("ffmpeg", "ffmpeg", "-v", "error", "-y", "-progress", report.c_str(), "-f", "lavfi",
               "-i", "testsrc2=size=1920x1080:rate=30", "-c:v", "libx264", "-preset", "medium",
               "-threads", "1", "-f", "null", "-", static_cast<char*>(nullptr));
      ::_exit(127);
    }
    pids_.push_back(pid);
  }
  // Until each has written its first progress: it encodes.
  for (const base::Path& report : reports)
    while (!std::filesystem::exists(report) || std::filesystem::file_size(report) == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

Encoders::~Encoders() {
  for (const pid_t pid : pids_) ::kill(pid, SIGKILL);
  for (const pid_t pid : pids_) ::waitpid(pid, nullptr, 0);
}

}  // namespace mpegflow::bench
