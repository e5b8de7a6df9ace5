#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

/// The HTTP server seam. An adapter reads requests and calls a Service; what answers gets a request
/// and a Responder, and may answer at once or later, from any thread. Nothing here knows a socket.
namespace mpegflow::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The first header of that name, whatever its case; nullopt if there is none.
std::optional<std::string_view> find_header(const Headers& headers, std::string_view name);

/// Takes the bytes of a request's body as they come, for bodies too large to be held in memory.
/// Called by one thread at a time, in order. One that is destroyed without finish() was cut off.
class BodySink {
 public:
  virtual ~BodySink() = default;
  /// An error ends the request with what Service::refuse() makes of it.
  virtual base::Result<void> write(std::string_view bytes) = 0;
  virtual base::Result<void> finish() = 0;
};

/// Gives the bytes of a reply's body piece by piece; called by one thread at a time.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// Up to `most` bytes, empty at the end. After an error the connection is cut.
  virtual base::Result<std::string> read(std::size_t most) = 0;
};

/// Who asks, as the gate in front of the routes found out.
struct Caller {
  std::string key;  ///< id of the API key; empty = nobody in particular
  std::string tenant;
  std::vector<std::string> scopes;
  std::vector<std::string> pools;  ///< that a worker's token is bound to; empty = any

  bool operator==(const Caller&) const = default;
};

struct Route;

struct ServerRequest {
  std::string id;      ///< made by the adapter; in the log and in the header X-Request-Id
  std::string method;  ///< as sent: GET, POST, …
  std::string target;  ///< as sent
  std::string path;    ///< of the target, still percent-encoded
  Headers headers;     ///< in the order they were sent
  std::string body;    ///< empty where a sink took it
  std::unique_ptr<BodySink> sink;  ///< finished, if the route asked for one
  std::int64_t body_size = 0;
  std::string peer;  ///< address of the other side; "unix" for a local socket
  bool is_local_socket = false;
  bool is_encrypted = false;

  // Filled by the router.
  const Route* route = nullptr;
  std::map<std::string, std::string> parameters;  ///< of the path, decoded
  std::map<std::string, std::string> query;       ///< decoded; of repeated names the last
  Caller caller;

  std::optional<std::string_view> header(std::string_view name) const {
    return find_header(headers, name);
  }
  /// The parameter of the path; "" if the pattern has none of that name.
  std::string parameter(std::string_view name) const;
  std::optional<std::string> find_query(std::string_view name) const;
};

struct Reply {
  Reply() = default;
  explicit Reply(int made_status, Headers made_headers = {}, std::string made_body = {})
      : status(made_status), headers(std::move(made_headers)), body(std::move(made_body)) {}

  int status = 200;
  Headers headers;  ///< Content-Length, Connection and Date are the adapter's
  std::string body;
  /// Sent instead of `body`: of `length` bytes, or in chunks if that is not known.
  std::shared_ptr<BodySource> source;
  std::optional<std::int64_t> length;
};

/// A reply whose bytes come over time (server-sent events). Any thread.
class ReplyStream {
 public:
  virtual ~ReplyStream() = default;
  /// Queues bytes. false: nobody takes them any more, or too many wait to be taken.
  virtual bool write(std::string bytes) = 0;
  virtual void close() = 0;
};

/// Why nobody waits for an answer any more.
enum class RequestEnd {
  gone,      ///< The client hung up.
  draining,  ///< The server stops: answer now or close the stream.
};

/// Where the answer to one request goes. Any thread; the first answer counts, later ones are
/// dropped. One that is destroyed unanswered answers 500.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void send(Reply reply) = 0;
  /// Sends status and headers now and the body over time.
  virtual std::shared_ptr<ReplyStream> start_stream(Reply head) = 0;
  /// Calls `call` once, from any thread, when the request ends before its answer is complete: at
  /// once if it has already. Each call replaces the one before.
  virtual void on_end(std::function<void(RequestEnd)> call) = 0;
};

/// What is to become of a request, decided from its head alone.
struct Admission {
  std::optional<Reply> refusal;    ///< sent without reading the body
  std::int64_t max_body = 0;       ///< more is answered 413
  std::unique_ptr<BodySink> sink;  ///< takes the body; nullptr = it is held in memory
};

/// What a server serves. All calls come from threads that may block for as long as a store op takes
/// (long waits keep the Responder instead), several at once.
class Service {
 public:
  virtual ~Service() = default;
  /// Called before a byte of the body is read, and before 100 Continue.
  virtual Admission admit(ServerRequest& head) = 0;
  virtual void handle(ServerRequest request, std::shared_ptr<Responder> responder) = 0;
  /// The reply to what the adapter refuses by itself: 400, 408, 413, 429, 431, 500, 503, …
  virtual Reply refuse(int status, std::string_view why) = 0;
};

}  // namespace mpegflow::http
