#include "swarm.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace mpegflow::bench {
namespace {

constexpr int kEventsAtOnce = 512;

/// The length of the whole answer that begins `text`; 0 while its head is not there.
std::size_t find_length(const std::string& text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos) return 0;
  static constexpr std::string_view kName = "\r\nContent-Length: ";
  const std::size_t at = text.find(kName);
  std::size_t length = 0;
  if (at < end) std::from_chars(text.data() + at + kName.size(), text.data() + end, length);
  return end + 4 + length;
}

}  // namespace

Swarm::Swarm() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}
Swarm::~Swarm() = default;

void Swarm::aim(std::uint16_t port, std::string token) {
  port_ = port;
  token_ = std::move(token);
}

int Swarm::add() {
  connections_.emplace_back();
  return static_cast<int>(connections_.size()) - 1;
}

bool Swarm::open(Connection& connection, std::size_t number) {
  connection.fd = base::UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!connection.fd.is_open()) return false;
  const int on = 1;
  (void)setsockopt(connection.fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int done =
      connect(connection.fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  if (done != 0 && errno != EINPROGRESS) return false;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLET;
  event.data.u64 = number;
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, connection.fd.get(), &event) == 0;
}

void Swarm::send(int connection, const std::string& method, const std::string& path,
                 const std::string& body, Answer answer) {
  const auto number = static_cast<std::size_t>(connection);
  Connection& at = connections_[number];
  at.answer = std::move(answer);
  at.out = fmt::format(
      "{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n"
      "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
      method, path, token_, body.size(), body);
  if (!at.fd.is_open() && !open(at, number)) {
    // Not from within the call: who is told may send again at once.
    after(base::Micros(0), [this, number] { end(connections_[number], 0, {}); });
    return;
  }
  write(number);
}

void Swarm::after(base::Micros pause, std::function<void()> call) {
  timers_.push({clock_.steady() + pause, std::move(call)});
}

void Swarm::end(Connection& connection, int status, const std::string& body) {
  if (status == 0) {
    connection.fd.reset();
    connection.in.clear();
    connection.out.clear();
  }
  if (const Answer answer = std::exchange(connection.answer, {})) answer(status, body);
}

void Swarm::write(std::size_t number) {
  Connection& at = connections_[number];
  while (!at.out.empty()) {
    const ssize_t sent = ::send(at.fd.get(), at.out.data(), at.out.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == ENOTCONN)) return;
    if (sent <= 0) return end(at, 0, {});
    at.out.erase(0, static_cast<std::size_t>(sent));
  }
}

void Swarm::read(std::size_t number) {
  std::array<char, 16384> buffer{};
  for (;;) {
    Connection& at = connections_[number];
    if (!at.fd.is_open()) return;
    const ssize_t got = recv(at.fd.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == ENOTCONN)) return;
    if (got <= 0) return end(at, 0, {});
    at.in.append(buffer.data(), static_cast<std::size_t>(got));
    const std::size_t length = find_length(at.in);
    if (length == 0 || at.in.size() < length) continue;
    int status = 0;
    std::from_chars(at.in.data() + 9, at.in.data() + 12, status);
    const std::string body = at.in.substr(at.in.find("\r\n\r\n") + 4, std::string::npos);
    at.in.clear();
    end(at, status, body);
  }
}

bool Swarm::run(base::Micros most, const std::function<bool()>& is_done) {
  const base::SteadyTime last = clock_.steady() + most;
  std::array<epoll_event, kEventsAtOnce> events{};
  while (!is_done()) {
    const base::SteadyTime now = clock_.steady();
    if (now >= last) return false;
    if (!timers_.empty() && timers_.top().due <= now) {
      const std::function<void()> call = timers_.top().call;
      timers_.pop();
      call();
      continue;
    }
    const base::SteadyTime next = timers_.empty() ? last : std::min(last, timers_.top().due);
    const auto pause_ms = static_cast<int>((next - now).count() / 1000) + 1;
    const int count = epoll_wait(epoll_.get(), events.data(), kEventsAtOnce, pause_ms);
    for (int i = 0; i < count; ++i) {
      const std::size_t number = events[static_cast<std::size_t>(i)].data.u64;
      const auto what = events[static_cast<std::size_t>(i)].events;
      if (connections_[number].fd.is_open() && (what & EPOLLOUT) != 0) write(number);
      if (connections_[number].fd.is_open() && (what & ~static_cast<unsigned>(EPOLLOUT)) != 0)
        read(number);
    }
  }
  return true;
}

}  // namespace mpegflow::bench
