#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <netinet/in.h>

namespace mpegflow::test {

struct RawReply {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< out of its chunks
  std::string chunks;                          ///< as it came
};

/// A client that sends exactly the bytes it is told to and reads what comes.
class RawHttp {
 public:
  explicit RawHttp(std::uint16_t port) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    is_open_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  explicit RawHttp(const std::string& path) {
    fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    is_open_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~RawHttp() { close(fd_); }
  RawHttp(const RawHttp&) = delete;
  RawHttp& operator=(const RawHttp&) = delete;

  bool is_open() const { return is_open_; }
  bool send(const std::string& bytes) const {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t now = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (now <= 0) return false;
      sent += static_cast<std::size_t>(now);
    }
    return true;
  }
  void end_sending() const { shutdown(fd_, SHUT_WR); }

  /// The bytes up to `mark` and with it; what there is if the other side ends first.
  std::string read_until(const std::string& mark) {
    std::size_t at = 0;
    while ((at = buffer_.find(mark)) == std::string::npos)
      if (!read_some()) return std::exchange(buffer_, {});
    std::string taken = buffer_.substr(0, at + mark.size());
    buffer_.erase(0, taken.size());
    return taken;
  }
  /// true once the other side has ended the connection.
  bool reads_end() {
    while (read_some()) {
    }
    return is_at_end_;
  }

  /// One whole reply; status 0 if none came.
  RawReply read_reply(bool is_head_only = false) {
    RawReply reply = read_head();
    if (reply.status == 0 || is_head_only || reply.status == 100 || reply.status == 204 ||
        reply.status == 304)
      return reply;
    const auto length = reply.headers.find("content-length");
    if (length != reply.headers.end()) {
      const std::size_t size = std::stoul(length->second);
      while (buffer_.size() < size && read_some()) {
      }
      reply.body = buffer_.substr(0, size);
      buffer_.erase(0, reply.body.size());
    } else if (reply.headers["transfer-encoding"] == "chunked") {
      read_chunks(reply);
    } else {
      while (read_some()) {
      }
      reply.body = std::exchange(buffer_, {});
    }
    return reply;
  }

  RawReply ask(const std::string& bytes) {
    (void)send(bytes);
    return read_reply();
  }

  /// Status line and headers alone.
  RawReply read_head() {
    RawReply reply;
    const std::string head = read_until("\r\n\r\n");
    if (head.size() < 12) return reply;
    reply.status = std::atoi(head.c_str() + 9);
    std::size_t at = head.find("\r\n") + 2;
    while (at + 2 < head.size()) {
      const std::size_t end = head.find("\r\n", at);
      const std::string line = head.substr(at, end - at);
      const std::size_t colon = line.find(": ");
      std::string name = line.substr(0, colon);
      for (char& c : name) c = static_cast<char>(std::tolower(c));
      if (colon != std::string::npos) reply.headers[name] = line.substr(colon + 2);
      at = end + 2;
    }
    return reply;
  }

 private:
  void read_chunks(RawReply& reply) {
    for (;;) {
      const std::string line = read_until("\r\n");
      if (line.empty()) return;
      const std::size_t size = std::stoul(line, nullptr, 16);
      while (buffer_.size() < size + 2 && read_some()) {
      }
      reply.chunks += line;
      reply.body += buffer_.substr(0, size);
      buffer_.erase(0, size + 2);
      if (size == 0) return;
    }
  }

  bool read_some() {
    pollfd waiting{fd_, POLLIN, 0};
    if (poll(&waiting, 1, 10'000) != 1) return false;
    char bytes[16 * 1024];
    const ssize_t size = recv(fd_, bytes, sizeof(bytes), 0);
    if (size <= 0) is_at_end_ = true;
    if (size <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }

  int fd_ = -1;
  bool is_open_ = false;
  bool is_at_end_ = false;
  std::string buffer_;
};

}  // namespace mpegflow::test
