#include "app/serve.h"

#include <atomic>
#include <mutex>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "api/api.h"
#include "api/metrics.h"
#include "app/job_runner.h"
#include "app/stop_request.h"
#include "app/upkeep_threads.h"
#include "base/log.h"
#include "base/text.h"
#include "core/access/api_key.h"
#include "engine/run_lock.h"
#include "http/asio/asio_server.h"
#include "records/api_key_records.h"
#include "store/api_keys.h"
#include "store/upkeep_reads.h"

namespace mpegflow::app {
namespace {

constexpr base::Micros kDrainTime = std::chrono::seconds(10);
constexpr int kSignalPollMs = 200;

/// Draws are for any thread.
class SharedEntropy final : public base::Entropy {
 public:
  explicit SharedEntropy(base::Entropy& inner) : inner_(inner) {}
  unsigned long long draw() override {
    const std::scoped_lock lock(mutex_);
    return inner_.draw();
  }

 private:
  std::mutex mutex_;
  base::Entropy& inner_;
};

/// The key in the file is one that the store knows and that is still good.
bool is_key_good(store::Store& store, const base::Path& file, const base::Clock& clock) {
  const auto text = base::read_file(file);
  if (!text) return false;
  const auto token = access::parse_token(base::trim(*text));
  if (!token) return false;
  const auto key = store::find_api_key(store, token->id);
  return key && *key && access::is_hash_of((*key)->hash, token->secret) &&
         access::find_end((*key)->expires, (*key)->revoked, clock.now()).empty();
}

base::Result<void> write_private_file(const base::Path& path, const std::string& text) {
  unlink(path.c_str());
  const base::UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd.is_open()) return tl::unexpected(base::make_file_error(errno, "write", path));
  return base::write_all(fd.get(), text, path);
}

/// So that this user's own commands can ask over TCP too: a key for everything, in a file that only
/// this user can read.
base::Result<void> make_key_file(const base::Path& file, store::Store& store,
                                 const base::Clock& clock, base::Entropy& entropy) {
  if (is_key_good(store, file, clock)) return {};
  records::KeyWish wish;
  wish.name = "made by serve for the server's own user";
  wish.scopes = access::scope_words();
  ASSIGN_OR_RETURN(const auto key, records::make_key(wish, clock, entropy));
  RETURN_IF_ERROR(store.execute(store::CreateApiKey{key.row}));
  return write_private_file(file, key.token + "\n");
}

http::ServerOptions make_server_options(const cli::Config& config) {
  http::ServerOptions options;
  options.listen.push_back({"", 0, config.socket_path(), false});
  options.tls = {config.tls_certificate.text, config.tls_key.text};
  for (const cli::ListenAddress& at : config.listen_addresses())
    options.listen.push_back({at.address, at.port, {}, !config.tls_certificate.text.empty()});
  return options;
}

std::vector<std::string> describe_places(const http::ServerOptions& options,
                                         const http::AsioServer& server) {
  std::vector<std::string> places;
  const auto ports = server.ports();
  for (std::size_t i = 0; i < options.listen.size(); ++i) {
    const http::ListenAt& at = options.listen[i];
    if (!at.socket_path.empty()) {
      places.push_back("unix:" + at.socket_path.native());
      continue;
    }
    const bool is_v6 = at.address.find(':') != std::string::npos;
    places.push_back(fmt::format(fmt::runtime(is_v6 ? "{}://[{}]:{}" : "{}://{}:{}"),
                                 at.is_tls ? "https" : "http", at.address, ports[i]));
  }
  return places;
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

/// Waits for the signal that asks for a stop.
void wait_for_stop(http::AsioServer& server) {
  while (pending_stop_signal() == 0) {
    poll(nullptr, 0, kSignalPollMs);
    if (!take_reload_request()) continue;
    const auto loaded = server.reload_certificate();
    base::log(loaded ? base::LogLevel::info : base::LogLevel::error,
              loaded ? "reloaded" : "not_reloaded",
              {{"what", loaded ? std::string("certificate") : loaded.error().message}});
  }
}

}  // namespace

base::Result<void> serve(const cli::Config& config, const cli::Environment& environment,
                         const cli::ServeOrder& order, Parts& parts) {
  ASSIGN_OR_RETURN(store::Store * plain_store, parts.open_store(config));
  ASSIGN_OR_RETURN(objects::ObjectStore * logs, parts.open_logs(config));
  const base::Path lock_path = config.state_path() / "runs" / "serve.lock";
  ASSIGN_OR_RETURN(const base::UniqueFd lock, engine::take_run_lock(lock_path));
  SharedEntropy entropy(parts.entropy());
  api::Metrics metrics;
  api::CountedStore store(*plain_store, metrics, parts.clock());
  engine::ChangeSignal changes;

  // Asked for once, here: the parts are one thread's.
  const auto found = parts.find_encoder(config, environment);
  std::unique_ptr<JobRunner> runner;
  if (order.has_worker) {
    ASSIGN_OR_RETURN(const worker::Encoder* encoder, found);
    const LocalParts local{store,    *logs,       parts.processes(config), parts.clock(), entropy,
                           *encoder, parts.http()};
    runner = std::make_unique<JobRunner>(
        RunnerOptions{lock_path.native(), config.encoders_at_once()}, local, changes);
  }

  api::Services services{store, *logs, changes, parts.clock(), entropy, metrics, {}, {},
                         {},    {},    {}};
  services.find_revision = [&]() -> base::Result<base::EncoderRevisionId> {
    ASSIGN_OR_RETURN(const worker::Encoder* encoder, found);
    return encoder->revision.id;
  };
  if (runner) services.list_progress = [&runner] { return runner->progress(); };
  std::atomic<bool> is_ending = false;
  services.check_ready = [&]() -> base::Result<void> {
    if (is_ending) return base::fail(base::ErrorCode::interrupted, "the server is ending");
    return store::read_now(store).map([](base::WallTime) {});
  };
  services.alert_endpoints = config.alert_endpoints();
  services.roots = config.root_folders();
  api::GateOptions gate;
  gate.host_names = config.names_of_host();
  api::Api api(services, gate);

  const http::ServerOptions options = make_server_options(config);
  if (options.listen.size() > 1)
    RETURN_IF_ERROR(
        make_key_file(config.state_path() / "server.key", store, parts.clock(), entropy));
  for (const http::ListenAt& at : options.listen)
    if (at.socket_path.empty() && !at.is_tls && !is_loopback(at.address))
      base::log(
          base::LogLevel::warn, "no_tls",
          {{"address", at.address}, {"what", "keys and media cross the network unencrypted"}});
  ASSIGN_OR_RETURN(const auto server,
                   http::AsioServer::open(options, api.router(), parts.clock(), entropy));

  catch_reload_signal();
  UpkeepThreads upkeep(store, changes, parts.clock(), parts.http(), entropy);
  upkeep.start();
  if (runner) runner->start();
  server->start();
  order.on_ready(describe_places(options, *server));
  wait_for_stop(*server);

  is_ending = true;
  base::log(base::LogLevel::info, "stopping", {});
  server->stop(kDrainTime);
  api.stop();
  if (runner) runner->stop();
  upkeep.stop();
  return {};
}

}  // namespace mpegflow::app
