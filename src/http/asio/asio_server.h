#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "http/server.h"

namespace mpegflow::http {

struct ServerLimits {
  std::size_t header_bytes = 16 * 1024;
  base::Micros handshake{std::chrono::seconds(10)};
  base::Micros idle{std::chrono::seconds(75)};  ///< between two requests
  base::Micros head{std::chrono::seconds(20)};  ///< from its first byte to its last
  /// A body may take this long, and a second more for every so many bytes.
  base::Micros body{std::chrono::seconds(30)};
  std::int64_t least_bytes_per_second = 4 * 1024;
  base::Micros write{std::chrono::seconds(30)};  ///< for a piece of an answer to be taken
  std::size_t stream_backlog = 1 << 20;          ///< bytes that a slow reader of a stream may owe
  std::size_t connections = 20'000;
  std::size_t waiting_calls = 2'000;
};

/// One place to listen at: an address and port (0 = any free one), or a path for a local socket,
/// which only this user may use (mode 0600).
struct ListenAt {
  std::string address;
  std::uint16_t port = 0;
  base::Path socket_path;
  bool is_tls = false;
};

struct TlsFiles {
  base::Path certificate;  ///< PEM, the whole chain
  base::Path key;
};

struct ServerOptions {
  std::vector<ListenAt> listen;
  TlsFiles tls;
  ServerLimits limits;
  int io_threads = 1;
  int call_threads = 8;
};

/// The HTTP server on sockets. open() binds and listens; start() begins to serve.
class AsioServer {
 public:
  /// `service` outlives it. Errors: invalid_argument (an address that is none, a certificate that
  /// cannot be read), already_running (somebody listens there), io_failed.
  static base::Result<std::unique_ptr<AsioServer>> open(const ServerOptions& options,
                                                        Service& service, const base::Clock& clock,
                                                        base::Entropy& entropy);
  /// Stops at once if it runs.
  ~AsioServer();
  AsioServer(const AsioServer&) = delete;
  AsioServer& operator=(const AsioServer&) = delete;

  void start();
  /// Takes no new connections, ends idle ones and has those that wait answered; after `patience`
  /// what is left is cut. Afterwards nothing runs any more. Any thread but the service's.
  void stop(base::Micros patience);
  /// The ports, in the order of `listen`; 0 for a local socket.
  std::vector<std::uint16_t> ports() const;
  /// Reads the certificate anew now; it is also looked at every few seconds. After an error the old
  /// one goes on.
  base::Result<void> reload_certificate();
  std::size_t connections() const;

 private:
  struct State;
  explicit AsioServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace mpegflow::http
