#pragma once

#include <memory>
#include <string>

#include <fmt/format.h>

#include "api/protocol_routes.h"
#include "base/json.h"
#include "http/asio/asio_server.h"
#include "http/curl/curl_client.h"
#include "http/router.h"
#include "protocol/http/http_protocol.h"
#include "protocol/http/worker_objects.h"
#include "worker/worker_world.h"

namespace mpegflow::protocol {

inline http::Reply complain(int status, const base::Error& error) {
  const auto find_status = [&] {
    switch (error.code) {
      case base::ErrorCode::superseded: return 409;
      case base::ErrorCode::object_missing:
      case base::ErrorCode::input_not_found:
      case base::ErrorCode::not_found: return 404;
      case base::ErrorCode::input_forbidden: return 403;
      case base::ErrorCode::store_failed:
      case base::ErrorCode::internal: return 503;
      default: return 422;
    }
  };
  const base::json::object problem{{"code", to_word(error.code)}, {"detail", error.message}};
  return http::Reply(status != 0 ? status : find_status(),
                     {{"Content-Type", "application/problem+json"}},
                     base::to_canonical_json(problem));
}

/// The routes of the workers on a real port, before the engine and the store of a WorkerWorld.
class WorkerServer {
 public:
  static constexpr const char* kToken = "a-token";

  explicit WorkerServer(worker::WorkerWorld& world, RegisterAnswer terms = {})
      : world_(world),
        engine_(*world.store, world.changes, world.entropy, terms),
        desk_(engine_, *world.store, world.changes, world.clock),
        running_logs_(incoming() / "running-logs", std::chrono::minutes(1), world.clock),
        parts_{engine_,     desk_,   *world.store,  world.objects, world.logs, board_,
               world.clock, drains_, running_logs_, incoming(),    {roots()}},
        router_([this](http::ServerRequest& request) { return look_at(request); }, complain) {
    router_.add(api::make_protocol_routes(parts_, complain));
    start(0);
  }
  ~WorkerServer() { stop(); }

  void start(std::uint16_t port) {
    http::ServerOptions options;
    options.listen = {{"127.0.0.1", port, {}, false}};
    auto opened = http::AsioServer::open(options, router_, world_.clock, world_.entropy);
    ASSERT_TRUE(opened) << opened.error().message;
    server_ = std::move(*opened);
    server_->start();
    port_ = server_->ports().front();
  }
  void stop() {
    if (server_) server_->stop(base::Micros(0));
    server_.reset();
  }

  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }
  std::uint16_t port() const { return port_; }
  base::Path incoming() const { return world_.folder.path() / "scratch" / "incoming"; }
  base::Path roots() const {
    std::error_code ignored;
    return std::filesystem::canonical(world_.input.parent_path(), ignored);
  }
  HttpProtocolOptions protocol_options() const {
    HttpProtocolOptions options;
    options.server = url();
    options.token = kToken;
    return options;
  }
  WorkerFilesOptions files_options() const {
    WorkerFilesOptions options;
    options.server = url();
    options.token = kToken;
    options.session = [this] { return world_.session; };
    options.patience = std::chrono::seconds(5);
    return options;
  }

  ClaimDesk& desk() { return desk_; }
  api::ProtocolParts& parts() { return parts_; }
  ProgressBoard& board() { return board_; }
  api::DrainOrders& drains() { return drains_; }
  api::RunningLogs& running_logs() { return running_logs_; }
  std::vector<std::string> allowed_pools;

 private:
  std::optional<http::Reply> look_at(http::ServerRequest& request) {
    request.caller.pools = allowed_pools;
    if (request.header("Authorization") == std::string("Bearer ") + kToken) return std::nullopt;
    return complain(401, {base::ErrorCode::invalid_argument, "no such token"});
  }

  worker::WorkerWorld& world_;
  InProcessProtocol engine_;
  ClaimDesk desk_;
  ProgressBoard board_;
  api::DrainOrders drains_;
  api::RunningLogs running_logs_;
  api::ProtocolParts parts_;
  http::Router router_;
  std::unique_ptr<http::AsioServer> server_;
  std::uint16_t port_ = 0;
};

}  // namespace mpegflow::protocol
