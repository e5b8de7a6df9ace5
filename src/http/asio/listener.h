#pragma once

#include <functional>
#include <memory>

#include "http/asio/connection.h"
#include "http/asio/tls_context.h"

namespace mpegflow::http {

/// One place where connections come in.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void start() = 0;
  virtual void stop() = 0;  ///< any thread
  virtual std::uint16_t port() const = 0;
};

base::Result<std::shared_ptr<Listener>> listen_tcp(
    const ListenAt& at, const std::shared_ptr<Core>& core,
    const std::shared_ptr<TlsCertificate>& certificate);
/// A socket file that nobody serves any more is replaced.
base::Result<std::shared_ptr<Listener>> listen_local(const base::Path& path,
                                                     const std::shared_ptr<Core>& core);

}  // namespace mpegflow::http
