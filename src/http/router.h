#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.h"

namespace mpegflow::http {

/// One method of one path.
struct Route {
  std::string method;
  /// "/v1/jobs/{job}/events": {name} stands for one segment, {name...} at the end for all the rest.
  std::string pattern;
  std::function<void(ServerRequest, std::shared_ptr<Responder>)> handle;
  /// What the caller must be allowed; a word for the gate ("read", "worker"). Empty = anybody.
  std::string scope{};
  std::int64_t max_body = 1 << 20;
  /// Where the body goes if it is not to be held in memory.
  std::function<base::Result<std::unique_ptr<BodySink>>(const ServerRequest&)> open_sink{};
};

/// Makes the reply that tells of an error; `why` is for people.
using Complain = std::function<Reply(int status, const base::Error& error)>;

/// Looked at before every route: who asks (fills the caller), and whether that one may. A reply
/// refuses.
using Gate = std::function<std::optional<Reply>(ServerRequest&)>;

/// Finds the route of a request. Routes are added before the server starts. HEAD is GET without the
/// body; OPTIONS is answered with the methods that there are. An unknown path is 404, an unknown
/// method of a known one 405.
class Router final : public Service {
 public:
  Router(Gate gate, Complain complain);

  void add(Route route);
  void add(std::vector<Route> routes);
  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

  Admission admit(ServerRequest& head) override;
  void handle(ServerRequest request, std::shared_ptr<Responder> responder) override;
  Reply refuse(int status, std::string_view why) override;

 private:
  std::vector<std::unique_ptr<Route>> routes_;
  Gate gate_;
  Complain complain_;
};

/// The parameters of `path` if it fits `pattern`; they are decoded. nullopt if it does not fit or
/// is not well encoded.
std::optional<std::map<std::string, std::string>> match_path(std::string_view pattern,
                                                             std::string_view path);

/// %41 → A; nullopt for % without two hex digits, and for %00.
std::optional<std::string> decode_percent(std::string_view text);
/// "a=1&b=x+y"; nullopt if it is not well encoded.
std::optional<std::map<std::string, std::string>> parse_query(std::string_view text);

}  // namespace mpegflow::http
