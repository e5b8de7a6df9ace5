#include "server_process.h"

#include <chrono>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::bench {
namespace {

constexpr std::chrono::seconds kPatience(60);

}  // namespace

void give_up(const std::string& why) {
  fmt::print(stderr, "fleet_scale: {}\n", why);
  std::exit(1);  // NOLINT(concurrency-mt-unsafe): one thread
}

ServerProcess::ServerProcess(std::string program, base::Path folder, std::string ttl)
    : program_(std::move(program)), folder_(std::move(folder)), ttl_(std::move(ttl)) {
  for (const char* name : {"in", "out"})
    if (!base::make_directories(folder_ / name)) give_up("no folder " + folder_.native());
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) stop(SIGKILL);
}

void ServerProcess::start() {
  const base::Path log = folder_ / "server.log";
  const std::string roots = (folder_ / "in").native() + ":" + (folder_ / "out").native();
  const std::string address = fmt::format("127.0.0.1:{}", port_);
  const std::string state = (folder_ / "state").native();
  unlink(log.c_str());  // what the last one said is not what this one says
  pid_ = fork();
  if (pid_ == 0) {
    const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, STDERR_FILENO);
    dup2(file, STDOUT_FILENO);
    setenv("MPEGFLOW_WORKER_TTL", ttl_.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): a child
    execl(program_.c_str(), program_.c_str(), "serve", "--no-worker", "--listen", address.c_str(),
          "--state", state.c_str(), "--root", roots.c_str(), nullptr);
    _exit(127);
  }
  static constexpr std::string_view kMark = "listening at http://127.0.0.1:";
  for (const auto end = std::chrono::steady_clock::now() + kPatience;
       std::chrono::steady_clock::now() < end;) {
    const std::string said = base::read_file(log).value_or("");
    const std::size_t at = said.find(kMark);
    if (at != std::string::npos && said.find('\n', at) != std::string::npos) {
      port_ = static_cast<std::uint16_t>(std::atoi(said.c_str() + at + kMark.size()));
      return;
    }
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) give_up("the server ended: " + said);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  give_up("the server does not listen");
}

void ServerProcess::stop(int signal) {
  ::kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

std::string ServerProcess::token() const {
  return std::string(base::trim(base::read_file(folder_ / "state" / "server.key").value_or("")));
}

double ServerProcess::cpu_seconds() const {
  const std::string stat = base::read_file(fmt::format("/proc/{}/stat", pid_)).value_or("");
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return 0;
  const auto fields = base::split(stat.substr(name_end + 2), ' ');
  return static_cast<double>(std::atoll(fields.at(11).c_str()) +
                             std::atoll(fields.at(12).c_str())) /
         static_cast<double>(sysconf(_SC_CLK_TCK));
}

double ServerProcess::status_mb(const std::string& field) const {
  const std::string status = base::read_file(fmt::format("/proc/{}/status", pid_)).value_or("");
  const std::size_t at = status.find("\n" + field + ":");
  if (at == std::string::npos) return 0;
  return static_cast<double>(std::atoll(status.c_str() + at + field.size() + 2)) * 1024 / 1e6;
}

double ServerProcess::anonymous_mb() const {
  return status_mb("RssAnon");
}

double ServerProcess::resident_mb() const {
  return status_mb("VmRSS");
}

}  // namespace mpegflow::bench
