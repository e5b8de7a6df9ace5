#include "app/serve.h"

#include <atomic>
#include <mutex>
#include <set>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "api/api.h"
#include "api/metrics.h"
#include "app/fleet_desk.h"
#include "app/inside_worker.h"
#include "app/job_objects.h"
#include "app/job_watch.h"
#include "app/stop_request.h"
#include "app/upkeep_threads.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/retry_policies_file.h"
#include "cli/user_rules_file.h"
#include "core/access/api_key.h"
#include "core/upkeep/retention.h"
#include "engine/run_lock.h"
#include "http/asio/asio_server.h"
#include "records/api_key_records.h"
#include "store/api_keys.h"
#include "store/reads.h"
#include "store/upkeep_reads.h"

namespace mpegflow::app {
namespace {

constexpr base::Micros kDrainTime = std::chrono::seconds(10);
constexpr int kSignalPollMs = 200;
constexpr int kPublishersAtOnce = 2;
constexpr base::Micros kSessionTtl = std::chrono::seconds(90);
constexpr base::Micros kShortestTtl = std::chrono::seconds(3);

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

/// How long a worker may be silent before it is taken for dead.
base::Result<base::Micros> read_session_ttl(const cli::Environment& environment) {
  const auto variable = environment.find("MPEGFLOW_WORKER_TTL");
  if (variable == environment.end() || variable->second.empty()) return kSessionTtl;
  const auto ttl = upkeep::parse_age(variable->second);
  if (ttl && *ttl >= kShortestTtl) return *ttl;
  return base::fail(base::ErrorCode::invalid_argument,
                    fmt::format("MPEGFLOW_WORKER_TTL: \"{}\" does not do; expected at least 3s, as "
                                "in 90s or 5m",
                                base::to_printable(variable->second)));
}

/// With an encoder it does whatever this machine can; without, it publishes what others made.
base::Result<InsideWorkerOptions> plan_inside_worker(const cli::Config& config,
                                                     const cli::ServeOrder& order,
                                                     const base::Path& lock_path,
                                                     store::Store& store) {
  InsideWorkerOptions options{lock_path.native(), {"deliver"}, kPublishersAtOnce};
  if (!order.has_worker) return options;
  std::set<std::string> pools = {"cpu", "deliver"};
  ASSIGN_OR_RETURN(const auto known, store::list_pools(store));
  for (const store::PoolRow& pool : known) pools.insert(pool.name);
  options.pools.assign(pools.begin(), pools.end());
  options.slots = static_cast<int>(config.encoders_at_once());
  return options;
}

/// The FFmpeg that new jobs are for: our own; where others encode, that of the worker which came
/// last.
base::Result<base::EncoderRevisionId> find_revision(
    store::Store& store, const cli::ServeOrder& order,
    const base::Result<const worker::Encoder*>& own) {
  if (!order.has_worker) {
    ASSIGN_OR_RETURN(const auto sessions, store::list_open_sessions(store));
    const store::SessionRow* last = nullptr;
    for (const store::SessionRow& session : sessions)
      if (!session.encoder_revision.empty() && (last == nullptr || session.started > last->started))
        last = &session;
    if (last != nullptr) return last->encoder_revision;
  }
  if (own) return (*own)->revision.id;
  if (order.has_worker) return tl::unexpected(own.error());
  return base::fail(base::ErrorCode::ffmpeg_missing,
                    "no worker has registered yet and this machine has no FFmpeg, so it is not "
                    "known what the job is to be encoded with; start mpegflow worker");
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
  ASSIGN_OR_RETURN(store::Store * plain_store, parts.open_server_store(config));
  ASSIGN_OR_RETURN(objects::ObjectStore * logs, parts.open_logs(config));
  const base::Path lock_path = config.state_path() / "runs" / "serve.lock";
  ASSIGN_OR_RETURN(const base::UniqueFd lock,
                   engine::take_run_lock(lock_path, fmt::format("a server has the state {}",
                                                                config.state_path().native())));
  SharedEntropy entropy(parts.entropy());
  api::Metrics metrics;
  api::CountedStore store(*plain_store, metrics, parts.clock());
  engine::ChangeSignal changes;

  // Asked for once, here: the parts are one thread's.
  const auto found = parts.find_encoder(config, environment);
  if (order.has_worker && !found) return tl::unexpected(found.error());
  const worker::Encoder none;
  const worker::Encoder& encoder = order.has_worker ? **found : none;

  ASSIGN_OR_RETURN(const base::Micros session_ttl, read_session_ttl(environment));
  JobObjects objects(store);
  const base::Path incoming = config.state_path() / "incoming";
  RETURN_IF_ERROR(base::remove_tree(incoming));
  FleetDesk fleet({make_terms(session_ttl), incoming, config.root_folders()},
                  {store, objects, *logs, changes, parts.clock(), entropy});
  ASSIGN_OR_RETURN(auto rules, cli::read_user_rules_file(config.rules.text));
  const LocalParts local{store,   *logs,        parts.processes(config), parts.clock(), entropy,
                         encoder, parts.http(), std::move(rules)};
  std::unique_ptr<InsideWorker> inside;
  JobWatch watch(store, objects, changes,
                 {[&inside] { inside->beat_soon(); }, [&inside] { inside->tend(); }});
  const InsideWorkerParts inside_parts{
      local,   fleet.protocol(), fleet.claims(),
      objects, fleet.board(),    [&watch](const base::JobId& job) { watch.note(job); }};
  ASSIGN_OR_RETURN(const auto inside_options, plan_inside_worker(config, order, lock_path, store));
  inside = std::make_unique<InsideWorker>(inside_options, inside_parts);

  api::Services services{store, *logs, changes, parts.clock(), entropy, metrics, {}, {}, {},
                         {},    {},    {}};
  ASSIGN_OR_RETURN(services.retry_policies,
                   cli::read_retry_policies_file(config.retry_policies.text));
  services.find_revision = [&] { return find_revision(store, order, found); };
  services.list_progress = [&fleet] { return fleet.board().list(); };
  std::atomic<bool> is_ending = false;
  services.check_ready = [&]() -> base::Result<void> {
    if (is_ending) return base::fail(base::ErrorCode::interrupted, "the server is ending");
    if (const std::string trouble = inside->trouble(); !trouble.empty())
      return base::fail(base::ErrorCode::internal,
                        "the worker inside has not begun and is tried again: " + trouble);
    return store::read_now(store).map([](base::WallTime) {});
  };
  services.alert_endpoints = config.alert_endpoints();
  services.roots = config.root_folders();
  services.drains = &fleet.drains();
  services.running_logs = &fleet.running_logs();
  services.own_lock_path = lock_path.native();
  api::GateOptions gate;
  gate.host_names = config.names_of_host();
  api::Api api(services, gate);
  api.add(fleet.make_routes());

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
  UpkeepThreads upkeep(session_ttl, store, changes, parts.clock(), parts.http(), entropy);
  upkeep.start();
  server->start();
  watch.start();  // and with it the worker inside, which tries what this FFmpeg can encode first
  order.on_ready(describe_places(options, *server));
  wait_for_stop(*server);

  is_ending = true;
  inside->give_up();
  base::log(base::LogLevel::info, "stopping", {});
  server->stop(kDrainTime);
  api.stop();
  watch.stop();
  inside->stop();
  upkeep.stop();
  return {};
}

}  // namespace mpegflow::app
