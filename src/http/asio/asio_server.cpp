#include "http/asio/asio_server.h"

#include <exception>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>

#include "base/log.h"
#include "http/asio/listener.h"

namespace mpegflow::http {
namespace {

// How long what was cut may take to be gone.
constexpr base::Micros kCutTime = std::chrono::seconds(10);

void run(Core& core) {
  for (;;) {
    try {
      core.io.run();
      return;
    } catch (const base::InvariantViolation& violation) {
      base::log(base::LogLevel::error, "bug", {{"what", violation.what}});
    } catch (const std::exception& exception) {
      base::log(base::LogLevel::error, "bug", {{"what", exception.what()}});
    }
  }
}

}  // namespace

struct AsioServer::State {
  std::shared_ptr<Core> core;
  std::shared_ptr<TlsCertificate> certificate;
  std::vector<std::shared_ptr<Listener>> listeners;
  int io_threads = 1;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
  std::vector<std::thread> threads;
};

AsioServer::AsioServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

// NOLINTNEXTLINE(bugprone-exception-escape): for want of memory at most, which ends the process.
AsioServer::~AsioServer() {
  stop(base::Micros(0));
}

base::Result<std::unique_ptr<AsioServer>> AsioServer::open(const ServerOptions& options,
                                                           Service& service,
                                                           const base::Clock& clock,
                                                           base::Entropy& entropy) {
  auto state = std::make_unique<State>();
  state->core = std::make_shared<Core>(options, service, clock, entropy);
  state->io_threads = options.io_threads;
  state->work.emplace(state->core->io.get_executor());
  std::unique_ptr<AsioServer> server(new AsioServer(std::move(state)));
  if (!options.tls.certificate.empty()) {
    server->state_->certificate = std::make_shared<TlsCertificate>(options.tls, clock);
    RETURN_IF_ERROR(server->state_->certificate->load());
  }
  for (const ListenAt& at : options.listen) {
    if (at.is_tls && !server->state_->certificate)
      return base::fail(base::ErrorCode::invalid_argument,
                        "TLS needs a certificate: give --tls-cert and --tls-key");
    auto listener = at.socket_path.empty()
                        ? listen_tcp(at, server->state_->core,
                                     at.is_tls ? server->state_->certificate : nullptr)
                        : listen_local(at.socket_path, server->state_->core);
    if (!listener) return tl::unexpected(listener.error());
    server->state_->listeners.push_back(std::move(*listener));
  }
  return server;
}

void AsioServer::start() {
  for (const auto& listener : state_->listeners) listener->start();
  for (int i = 0; i < state_->io_threads; ++i)
    state_->threads.emplace_back([core = state_->core] { run(*core); });
}

void AsioServer::stop(base::Micros patience) {
  Core& core = *state_->core;
  for (const auto& listener : state_->listeners) listener->stop();
  core.is_draining = true;
  if (!state_->threads.empty()) {
    for (const auto& connection : core.list()) connection->drain();
    if (!core.wait_until_empty(patience)) {
      for (const auto& connection : core.list()) connection->abort();
      (void)core.wait_until_empty(kCutTime);
    }
  }
  core.calls.stop();
  state_->work.reset();
  if (state_->threads.empty()) run(core);  // the listeners that never started are closed here
  for (std::thread& thread : state_->threads) thread.join();
  state_->threads.clear();
  state_->listeners.clear();
}

std::vector<std::uint16_t> AsioServer::ports() const {
  std::vector<std::uint16_t> ports;
  for (const auto& listener : state_->listeners) ports.push_back(listener->port());
  return ports;
}

base::Result<void> AsioServer::reload_certificate() {
  if (!state_->certificate) return {};
  return state_->certificate->load();
}

std::size_t AsioServer::connections() const {
  return state_->core->count();
}

}  // namespace mpegflow::http
