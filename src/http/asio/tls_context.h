#pragma once

#include <memory>
#include <mutex>

#include <boost/asio/ssl/context.hpp>

#include "http/asio/asio_server.h"

namespace mpegflow::http {

/// The certificate that new connections are answered with; follows its files. Any thread.
class TlsCertificate {
 public:
  using Context = std::shared_ptr<boost::asio::ssl::context>;

  TlsCertificate(TlsFiles files, const base::Clock& clock)
      : files_(std::move(files)), clock_(clock) {}

  /// Reads the files. Error: invalid_argument; what was there before goes on.
  base::Result<void> load();
  /// The present one, after a look at the files if the last one is some seconds ago.
  Context present();

 private:
  using Seen = std::pair<base::FileIdentity, base::FileIdentity>;
  base::Result<Seen> look() const;

  TlsFiles files_;
  const base::Clock& clock_;
  std::mutex mutex_;
  Context context_;
  Seen seen_;
  base::SteadyTime looked_;
};

}  // namespace mpegflow::http
