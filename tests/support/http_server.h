#pragma once

#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>
#include <netinet/in.h>

namespace mpegflow::test {

/// A real HTTP server on a port of this machine. It remembers what it was sent and answers with the
/// next of `answers`, then with 200.
class HttpServer {
 public:
  struct Received {
    std::string first_line;
    std::map<std::string, std::string> headers;
    std::string body;
  };

  explicit HttpServer(std::vector<std::string> answers = {}) : answers_(std::move(answers)) {
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    (void)bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    (void)listen(socket_, 16);
    (void)getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~HttpServer() {
    shutdown(socket_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    close(socket_);
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Until then whoever connects waits.
  void start() {
    thread_ = std::thread([this] { serve(); });
  }
  std::string url(const std::string& path = "/hook") const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
  }
  std::vector<Received> received() const {
    const std::scoped_lock lock(mutex_);
    return received_;
  }

 private:
  void serve() {
    for (;;) {
      const int client = accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      serve_one(client);
      close(client);
    }
  }

  void serve_one(int client) {
    std::string text;
    std::string buffer(4096, '\0');
    std::size_t end = std::string::npos;
    std::size_t wanted = 0;
    while (end == std::string::npos || text.size() < end + 4 + wanted) {
      const ssize_t got = recv(client, buffer.data(), buffer.size(), 0);
      if (got <= 0) return;
      text.append(buffer, 0, static_cast<std::size_t>(got));
      end = text.find("\r\n\r\n");
      const std::size_t length = text.find("Content-Length: ");
      if (length < end) wanted = std::stoul(text.substr(length + 16));
    }
    remember(text.substr(0, end), text.substr(end + 4));
    const std::string answer = next_answer();
    (void)send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
  }

  void remember(const std::string& head, std::string body) {
    Received one;
    one.body = std::move(body);
    std::size_t at = head.find("\r\n");
    one.first_line = head.substr(0, at);
    while (at != std::string::npos) {
      const std::size_t next = head.find("\r\n", at + 2);
      const std::string line =
          head.substr(at + 2, next == std::string::npos ? next : next - at - 2);
      const std::size_t colon = line.find(": ");
      if (colon != std::string::npos) one.headers[line.substr(0, colon)] = line.substr(colon + 2);
      at = next;
    }
    const std::scoped_lock lock(mutex_);
    received_.push_back(std::move(one));
  }

  std::string next_answer() {
    const std::scoped_lock lock(mutex_);
    if (received_.size() <= answers_.size()) return answers_[received_.size() - 1];
    return make_answer("200 OK");
  }

 public:
  static std::string make_answer(const std::string& status, const std::string& headers = "") {
    return "HTTP/1.1 " + status + "\r\n" + headers +
           "Content-Length: 0\r\nConnection: close\r\n\r\n";
  }

 private:
  std::vector<std::string> answers_;
  int socket_ = -1;
  int port_ = 0;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::vector<Received> received_;
};

}  // namespace mpegflow::test
