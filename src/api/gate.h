#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/services.h"
#include "http/router.h"

namespace mpegflow::api {

struct GateOptions {
  /// Names under which the server may be asked, beside addresses and localhost.
  std::vector<std::string> host_names;
  /// Requests of one key: so many at once, and so many a second.
  double burst = 2000;
  double per_second = 1000;
  /// The same of one address that shows no good key.
  double strange_burst = 50;
  double strange_per_second = 5;
};

/// Stands before all routes: is the server meant (Host), is it the site's own page (Origin), who
/// asks (key), may that one (scope), and not too often. Any thread.
class Gate {
 public:
  Gate(GateOptions options, Services& services)
      : options_(std::move(options)), services_(services) {}

  std::optional<http::Reply> operator()(http::ServerRequest& request);

 private:
  struct Bucket {
    double tokens = 0;
    base::SteadyTime filled;
  };

  base::Result<http::Caller> find_caller(const http::ServerRequest& request);
  bool take(const std::string& name, double burst, double per_second);

  GateOptions options_;
  Services& services_;
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;
};

/// Whether a Host header may stand for this server: an address, localhost, or one of the names. A
/// page elsewhere can point a name of its own at us, but not an address.
bool is_host_allowed(std::string_view host, const std::vector<std::string>& names);
/// Whether a browser says that the request comes from a page of another site.
bool is_foreign(const http::ServerRequest& request);

}  // namespace mpegflow::api
