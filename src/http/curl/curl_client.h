#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/client.h"

namespace mpegflow::http {

struct CurlOptions {
  std::string ca_file;  ///< certificates that a server's is checked against; empty = the system's
};

/// The client over libcurl. Connections stay open between requests to the same server.
class CurlClient final : public Client {
 public:
  explicit CurlClient(CurlOptions options = {});
  ~CurlClient() override;
  base::Result<Response> send(const Request& request) override;

 private:
  struct Idle;
  CurlOptions options_;
  std::unique_ptr<Idle> idle_;
};

}  // namespace mpegflow::http
