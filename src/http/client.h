#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace mpegflow::http {

struct Request {
  std::string method = "POST";
  std::string url;          ///< http or https
  std::string unix_socket;  ///< where the server is reached instead; empty = as the URL says
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  base::Micros timeout{std::chrono::seconds(10)};  ///< for the whole of it; 0 = none
  /// Nothing moved for so long: given up; 0 = never.
  base::Micros idle_timeout{0};
  std::int64_t most_body = 64 * 1024;  ///< of the answer's body; it is cut after that
  /// Gives up to `most` bytes of the body, empty at the end; instead of `body`, `body_size` of
  /// them.
  std::function<base::Result<std::string>(std::size_t most)> read_body{};
  std::int64_t body_size = 0;
  /// Takes the body of an answer of 2xx as it comes; an error ends the request.
  std::function<base::Result<void>(std::string_view)> on_body{};
  /// Once true, the request ends soon, as interrupted.
  const std::atomic<bool>* stop = nullptr;
};

struct Response {
  int status = 0;
  std::string body;
};

/// The HTTP client seam. An answer with any status is a value; that there was none is an error
/// (io_failed, invalid_argument for a URL that is none, interrupted, what a callback gave).
/// Redirects are not followed. Any thread.
class Client {
 public:
  virtual ~Client() = default;
  virtual base::Result<Response> send(const Request& request) = 0;
};

/// Whether it starts as the URL of a web server does.
bool is_web_url(const std::string& text);

}  // namespace mpegflow::http
