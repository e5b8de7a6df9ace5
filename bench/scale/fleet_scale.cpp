// What thousands of workers cost a real server, and whether running leases outlive its restart:
// docs/measurements/fleet-scale.md.
//
//     fleet_scale PROGRAM FOLDER [--workers N] [--leases N] [--seconds S]

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <set>

#include <signal.h>
#include <sys/resource.h>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/text.h"
#include "protocol/wire/messages.h"
#include "server_process.h"
#include "swarm.h"

namespace mpegflow::bench {
namespace {

namespace wire = protocol::wire;

constexpr base::Micros kClaimWait = std::chrono::seconds(20);
constexpr base::Micros kRetry = std::chrono::seconds(1);
// A key may ask a thousand times a second.
constexpr double kRegistersPerSecond = 600;
// As many names as a Debian FFmpeg has.
constexpr int kEncoders = 190, kFilters = 440;

struct Options {
  std::string program;
  base::Path folder;
  int workers = 5000;
  int leases = 1000;
  int seconds = 60;
};

base::json::array make_names(const char* kind, int count) {
  base::json::array names;
  for (int i = 0; i < count; ++i) names.emplace_back(fmt::format("{}_{:03}", kind, i));
  return names;
}

/// One worker with one slot: it registers, waits for a task and is heard, as a real one does.
class ScaleWorker {
 public:
  ScaleWorker(Swarm& swarm, int number)
      : swarm_(swarm), number_(number), claims_(swarm.add()), beats_(swarm.add()) {
    session_ = base::SessionId(base::make_id(clock_.now().us, entropy_));
  }

  void start() { register_session(); }
  void be_heard(base::Micros every) {
    every_ = every;
    // Real ones were started at different times.
    swarm_.after(every * (number_ % 1000) / 1000, [this] { beat(); });
  }
  void be_silent() { every_ = base::Micros(0); }
  void release() {
    protocol::ReleaseRequest request;
    request.request = next_request();
    request.claim = claim_;
    request.why = "measured";
    request.record = "{}";
    swarm_.send(claims_, "POST", "/v1/worker/released", wire::to_text(request),
                [this](int status, const std::string&) {
                  is_released = status == 200;
                  if (status == 0) swarm_.after(kRetry, [this] { release(); });
                });
  }

  bool is_registered = false;
  bool has_task = false;
  bool was_refused = false;  ///< the server said that the claim stands no more
  bool is_released = false;
  std::int64_t beats_answered = 0, beats_lost = 0;
  int status_seen = 200;  ///< the last that was none of those that are expected
  std::vector<double> beat_ms;
  base::SteadyTime last_heard;

 private:
  base::RequestId next_request() {
    return base::RequestId(base::make_id(clock_.now().us, entropy_));
  }

  void register_session() {
    protocol::RegisterRequest request;
    request.session = session_;
    request.host = fmt::format("host-{:05}", number_);
    request.boot_id = "boot";
    request.pid = 1000 + number_;
    request.encoder.id = base::EncoderRevisionId(std::string(64, 'e'));
    request.encoder.path = "/usr/bin/ffmpeg";
    request.encoder.version = "5.1.9";
    request.encoder.configuration = "--enable-gpl";
    request.encoder.facts = "{}";
    request.facts = {{"cores", 8},
                     {"memory_bytes", std::int64_t{32} << 30},
                     {"encoders", make_names("encoder", kEncoders)},
                     {"filters", make_names("filter", kFilters)}};
    request.pools = {"cpu"};
    swarm_.send(claims_, "POST", "/v1/worker/register", wire::to_text(request),
                [this](int status, const std::string&) {
                  if (status != 200) {
                    status_seen = status;
                    return swarm_.after(kRetry, [this] { register_session(); });
                  }
                  is_registered = true;
                  last_heard = clock_.steady();
                  claim({});
                });
  }

  void claim(std::optional<protocol::ClaimRequest> again) {
    protocol::ClaimRequest request = again ? *again : protocol::ClaimRequest();
    if (!again) {
      request.request = next_request();
      request.session = session_;
      request.pools = {"cpu"};
    }
    request.is_again = again.has_value();
    request.wait = kClaimWait;
    swarm_.send(claims_, "POST", "/v1/worker/claim", wire::to_text(request),
                [this, request](int status, const std::string& body) {
                  if (status != 200) {
                    if (status != 0) status_seen = status;
                    return swarm_.after(kRetry, [this, request] { claim(request); });
                  }
                  const auto given = wire::parse_assignments(body);
                  if (!given || given->tasks.empty())
                    return swarm_.after(base::Micros(0), [this] { claim({}); });
                  claim_ = given->tasks.front().claim;
                  has_task = true;
                });
  }

  void beat() {
    if (every_.count() == 0) return;
    const base::SteadyTime sent = clock_.steady();
    protocol::HeartbeatRequest request{session_, {}};
    if (has_task) request.running.push_back({claim_, {}});
    swarm_.send(beats_, "POST", "/v1/worker/heartbeat", wire::to_text(request, sent),
                [this, sent](int status, const std::string& body) {
                  hear(status, body, sent);
                  swarm_.after(status == 200 ? every_ : kRetry, [this] { beat(); });
                });
  }

  void hear(int status, const std::string& body, base::SteadyTime sent) {
    if (status != 200) {
      ++beats_lost;
      if (status != 0) status_seen = status;
      return;
    }
    ++beats_answered;
    last_heard = clock_.steady();
    beat_ms.push_back(static_cast<double>((last_heard - sent).count()) / 1000);
    const auto answer = wire::parse_heartbeat_answer(body);
    const bool stands = answer && answer->session_known && answer->superseded.empty() &&
                        answer->expired.empty() && answer->cancelling.empty();
    was_refused = was_refused || !stands;
  }

  Swarm& swarm_;
  int number_;
  int claims_, beats_;
  base::SystemClock clock_;
  base::SystemEntropy entropy_;
  base::SessionId session_;
  protocol::Claim claim_;
  base::Micros every_{0};
};

using Workers = std::vector<std::unique_ptr<ScaleWorker>>;

Workers start_workers(Swarm& swarm, int count) {
  Workers workers;
  for (int i = 0; i < count; ++i) {
    workers.push_back(std::make_unique<ScaleWorker>(swarm, i));
    swarm.after(base::Micros(static_cast<std::int64_t>(1e6 * i / kRegistersPerSecond)),
                [worker = workers.back().get()] { worker->start(); });
  }
  const auto is_there = [&] {
    return std::ranges::all_of(workers, [](const auto& one) { return one->is_registered; });
  };
  if (!swarm.run(std::chrono::minutes(5), is_there)) give_up("not all workers could register");
  return workers;
}

bool never() {
  return false;
}

void rest(Swarm& swarm, int seconds) {
  swarm.run(std::chrono::seconds(seconds), never);
}

/// Of one core, over so many seconds.
double measure_cpu(Swarm& swarm, const ServerProcess& server, int seconds) {
  const base::SystemClock clock;
  const base::SteadyTime begin = clock.steady();
  const double before = server.cpu_seconds();
  rest(swarm, seconds);
  const double passed = static_cast<double>((clock.steady() - begin).count()) / 1e6;
  return 100 * (server.cpu_seconds() - before) / passed;
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

void measure_idle(const Options& options) {
  ServerProcess server(options.program, options.folder / "idle", "90s");
  server.start();
  Swarm swarm;
  swarm.aim(server.port(), server.token());
  rest(swarm, 5);
  const double base_anonymous = server.anonymous_mb(), base_resident = server.resident_mb();
  const double base_cpu = measure_cpu(swarm, server, options.seconds / 2);

  const Workers workers = start_workers(swarm, options.workers);
  rest(swarm, 10);
  // Twice the time that a claim waits; a server that was just started judges nobody so soon.
  const double claims_cpu = measure_cpu(swarm, server, std::min(options.seconds, 40));
  constexpr base::Micros kEvery = std::chrono::seconds(15);  // what the server tells for 90 s
  for (const auto& worker : workers) worker->be_heard(kEvery);
  rest(swarm, 20);
  std::int64_t answered = 0;
  for (const auto& worker : workers) answered -= worker->beats_answered;
  const double all_cpu = measure_cpu(swarm, server, options.seconds);
  std::int64_t lost = 0, refused = 0;
  std::vector<double> times;
  for (const auto& worker : workers) {
    answered += worker->beats_answered;
    lost += worker->beats_lost;
    refused += worker->was_refused ? 1 : 0;
    times.insert(times.end(), worker->beat_ms.begin(), worker->beat_ms.end());
    if (worker->status_seen != 200) fmt::print("a worker was answered {}\n", worker->status_seen);
  }
  fmt::print(
      "| {} idle workers | without them | with them | more |\n|---|---|---|---|\n"
      "| memory of the server, anonymous, MB | {:.1f} | {:.1f} | {:.1f} |\n"
      "| memory of the server, resident, MB | {:.1f} | {:.1f} | {:.1f} |\n"
      "| CPU, waiting claims alone, % of a core | {:.1f} | {:.1f} | {:.1f} |\n"
      "| CPU, heartbeats every 15 s besides, % of a core | {:.1f} | {:.1f} | {:.1f} |\n\n",
      workers.size(), base_anonymous, server.anonymous_mb(), server.anonymous_mb() - base_anonymous,
      base_resident, server.resident_mb(), server.resident_mb() - base_resident, base_cpu,
      claims_cpu, claims_cpu - base_cpu, claims_cpu, all_cpu, all_cpu - claims_cpu);
  fmt::print(
      "{:.0f} heartbeats a second, answered in {:.1f} ms (p50) and {:.1f} ms (p99); {} without an "
      "answer, {} workers told that they are not known\n",
      static_cast<double>(answered) / options.seconds, percentile(times, 0.5),
      percentile(times, 0.99), lost, refused);
}

// ---- leases over a restart ----------------------------------------------------------------------

void submit_jobs(Swarm& swarm, const base::Path& folder, int count) {
  const base::Path input = folder / "in" / "in.mp4";
  if (!base::write_file_durably(input, "stands for a film")) give_up("no input");
  int done = 0;
  const int connection = swarm.add();
  const std::function<void(int)> submit = [&](int number) {
    const base::json::object spec{{"version", 1},
                                  {"input", input.native()},
                                  {"output", (folder / "out" / std::to_string(number)).native()},
                                  {"ladder", "hls-h264"}};
    swarm.send(connection, "POST", "/v1/jobs", base::to_canonical_json(spec),
               [&, number](int status, const std::string& body) {
                 if (status != 201) give_up(fmt::format("submit: {} {}", status, body));
                 if (++done < count)
                   swarm.after(base::Micros(0), [&, number] { submit(number + 1); });
               });
  };
  submit(0);
  if (!swarm.run(std::chrono::minutes(5), [&] { return done == count; }))
    give_up("not all jobs could be submitted");
}

struct Kept {
  std::string how;
  double away_seconds = 0, all_heard_seconds = 0;
  std::int64_t lost = 0;
};

/// The server goes and comes back; the workers go on asking.
Kept restart(Swarm& swarm, ServerProcess& server, const Workers& workers, int signal,
             const std::string& how) {
  const base::SystemClock clock;
  const base::SteadyTime begin = clock.steady();
  server.stop(signal);
  rest(swarm, 3);
  server.start();
  swarm.aim(server.port(), server.token());
  const base::SteadyTime back = clock.steady();
  const auto is_heard = [&] {
    return std::ranges::all_of(workers, [&](const auto& one) { return one->last_heard > back; });
  };
  if (!swarm.run(std::chrono::minutes(2), is_heard)) give_up("not all were heard again");
  Kept kept{how, static_cast<double>((back - begin).count()) / 1e6,
            static_cast<double>((clock.steady() - back).count()) / 1e6, 0};
  // Beyond the time in which a server that was started judges nobody (2 TTL), and one TTL more.
  rest(swarm, 36);
  kept.lost = std::ranges::count_if(workers, [](const auto& one) { return one->was_refused; });
  return kept;
}

void measure_leases(const Options& options) {
  const base::Path folder = options.folder / "leases";
  ServerProcess server(options.program, folder, "12s");
  server.start();
  Swarm swarm;
  swarm.aim(server.port(), server.token());
  const Workers workers = start_workers(swarm, options.leases);
  for (const auto& worker : workers) worker->be_heard(std::chrono::seconds(2));
  submit_jobs(swarm, folder, options.leases);
  const auto has_all = [&] {
    return std::ranges::all_of(workers, [](const auto& one) { return one->has_task; });
  };
  if (!swarm.run(std::chrono::minutes(5), has_all)) give_up("not all tasks were claimed");

  std::vector<Kept> rounds;
  rounds.push_back(restart(swarm, server, workers, SIGTERM, "SIGTERM"));
  rounds.push_back(restart(swarm, server, workers, SIGKILL, "kill -9"));
  for (const auto& worker : workers) worker->be_silent();
  for (std::size_t i = 0; i < workers.size(); ++i)
    swarm.after(std::chrono::milliseconds(2 * i),
                [worker = workers[i].get()] { worker->release(); });
  const auto is_all_back = [&] {
    return std::ranges::all_of(workers, [](const auto& one) { return one->is_released; });
  };
  const bool is_whole = swarm.run(std::chrono::seconds(30), is_all_back);
  fmt::print(
      "\n| {} running leases, TTL 12 s | server away, s | until all were heard, s | leases lost |\n"
      "|---|---|---|---|\n",
      workers.size());
  for (const Kept& kept : rounds)
    fmt::print("| {} and started again | {:.1f} | {:.1f} | {} |\n", kept.how, kept.away_seconds,
               kept.all_heard_seconds, kept.lost);
  const auto released =
      std::ranges::count_if(workers, [](const auto& one) { return one->is_released; });
  fmt::print("\nthen {} of {} claims were given back as the ones that stand\n", released,
             workers.size());
  if (!is_whole) give_up("claims did not stand any more");
}

Options read_options(int argc, char** argv) {
  Options options;
  std::vector<std::string> words(argv + 1, argv + argc);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "--workers") options.workers = std::atoi(words[i + 1].c_str());
    if (words[i] == "--leases") options.leases = std::atoi(words[i + 1].c_str());
    if (words[i] == "--seconds") options.seconds = std::atoi(words[i + 1].c_str());
  }
  if (words.size() < 2 || words[0].starts_with("--") || options.workers < 0 || options.leases < 0 ||
      options.seconds < 2)
    give_up("usage: fleet_scale PROGRAM FOLDER [--workers N] [--leases N] [--seconds S]");
  options.program = words[0];
  options.folder = words[1];
  return options;
}

/// Two connections for each worker, here and in the server, which inherits it.
void raise_limit(int workers) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < static_cast<rlim_t>(2 * workers + 200))
    give_up(fmt::format("{} open files are too few for {} workers (ulimit -Hn)", limit.rlim_cur,
                        workers));
}

}  // namespace
}  // namespace mpegflow::bench

int main(int argc, char** argv) {
  using namespace mpegflow::bench;
  const Options options = read_options(argc, argv);
  raise_limit(std::max(options.workers, options.leases));
  if (mpegflow::base::identify_file(options.folder))
    give_up(options.folder.native() + " is there already; name a new folder");
  if (options.workers > 0) measure_idle(options);
  if (options.leases > 0) measure_leases(options);
}
