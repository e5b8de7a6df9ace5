#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "http/server.h"

namespace mpegflow::http {

/// The head of a request as it was sent.
struct RequestHead {
  std::string method;
  std::string target;
  Headers headers;
  bool is_http_1_0 = false;
  bool keeps_alive = true;
  bool expects_continue = false;
  bool has_body = false;
  std::optional<std::uint64_t> content_length;
};

/// Takes the bytes of one connection apart into requests. Any bytes may come; what is no sound
/// request ends in `failed`, with the status to answer, and nothing is read after it.
class RequestReader {
 public:
  enum class Step {
    need_more,  ///< Everything was taken that could be.
    head,       ///< head() is there; feed() again for the body.
    body,       ///< take_body() has something, and more is to come.
    done,       ///< The request is complete; what is left of the bytes is the next one's.
    failed,
  };

  explicit RequestReader(std::size_t header_limit);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// Removes from `bytes` what it took. Called until it says need_more, done or failed.
  Step feed(std::string& bytes);
  /// More of a body than this is 413. Set after the head.
  void limit_body(std::int64_t most);
  const RequestHead& head() const;
  std::string take_body();
  int status() const;            ///< of failed
  std::string_view why() const;  ///< of failed
  /// Ready for the next request.
  void restart();

 private:
  struct State;
  std::size_t header_limit_;
  std::unique_ptr<State> state_;
};

}  // namespace mpegflow::http
