#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <queue>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/time.h"

namespace mpegflow::bench {

/// Many HTTP connections of one process to one server, each kept open and with one request at a
/// time. One thread.
class Swarm {
 public:
  /// Status 0: no answer came, the connection broke.
  using Answer = std::function<void(int status, const std::string& body)>;

  Swarm();
  ~Swarm();
  Swarm(const Swarm&) = delete;
  Swarm& operator=(const Swarm&) = delete;

  void aim(std::uint16_t port, std::string token);
  /// A place for a connection; it is opened when it is first used, and again after it broke.
  int add();
  void send(int connection, const std::string& method, const std::string& path,
            const std::string& body, Answer answer);
  void after(base::Micros pause, std::function<void()> call);
  /// Lets everything happen until `is_done`, or that much time has passed. Whether it was done.
  bool run(base::Micros most, const std::function<bool()>& is_done);

 private:
  struct Connection {
    base::UniqueFd fd;
    std::string out, in;
    Answer answer;
  };
  struct Timer {
    base::SteadyTime due;
    std::function<void()> call;
    bool operator<(const Timer& other) const { return due.us > other.due.us; }
  };

  bool open(Connection& connection, std::size_t number);
  void end(Connection& connection, int status, const std::string& body);
  void write(std::size_t number);
  void read(std::size_t number);

  base::SystemClock clock_;
  base::UniqueFd epoll_;
  std::uint16_t port_ = 0;
  std::string token_;
  std::vector<Connection> connections_;
  std::priority_queue<Timer> timers_;
};

}  // namespace mpegflow::bench
