#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/invariants.h"
#include "sim/lossy_protocol.h"
#include "sim/machine.h"
#include "sim/memory_objects.h"
#include "sim/network.h"
#include "sim/receiver.h"
#include "sim/sim_jobs.h"
#include "sim/sim_worker.h"

namespace mpegflow::sim {

/// What became of a seed.
struct Outcome {
  std::uint64_t seed = 0;
  std::optional<std::string> violation;
  std::uint64_t trace_hash = 0;
  std::vector<std::string> last_lines;
  std::vector<Strike> struck;
  Tally tally;
};

/// A whole fleet in one thread: the real store and engine in one to three servers on one machine
/// with a faulty disk, workers behind a bad network, an object store, users and the keepers'
/// duties. Everything follows from the seed.
class World {
 public:
  /// `only`: of the faults that the seed draws these and no others; outlives the world.
  explicit World(std::uint64_t seed, const std::set<Strike>* only = nullptr);

  Outcome run();

 private:
  /// Somebody who acts now and then: what they do returns how long until they do more.
  struct Actor {
    base::SteadyTime next;
    std::function<base::Micros()> act;
  };
  struct Worker {
    Worker(Context& context, Network& network, Invariants& invariants,
           LossyProtocol::Servers& servers, MemoryObjects& objects, int number)
        : way(context, network, invariants, servers), worker(context, way, objects, number) {}
    LossyProtocol way;
    SimWorker worker;
    bool is_retired = false;
  };

  void draw_scale();
  void populate();
  /// The faulty part: so many acts of whoever is next.
  void live_badly(std::int64_t acts);
  /// Faults off: a few workers and all servers do what they should until nothing moves.
  void heal();
  void act_next();
  bool is_at_rest();
  void check_limbo();

  base::Micros step_worker(Worker& worker);
  base::Micros step_user();
  base::Micros step_keeper(Server& server);
  base::Micros step_operator();
  base::Micros step_sender(Server& server);
  void subscribe(Server& server);
  /// Everybody hears again: what is still to be told is told, later tries are waited for.
  void tell_the_rest();
  void sweep(Server& server);
  void collect(Server& server);
  void release_dead_sessions(Server& server);
  void trouble_jobs(Server& server);
  void trouble_machine();
  void sleep();
  /// Takes down who died and starts who should be up again.
  void tend_servers();
  void restore_power();
  void fail_over(Random& details);
  Server* find_server();
  base::Micros draw_time(base::Micros least, base::Micros most);

  template <class Op>
  std::optional<typename Op::Answer> apply(Server& server, const std::string& what, Op op);

  std::uint64_t seed_;
  Context context_;
  Network network_;
  MemoryObjects objects_;
  Receiver receiver_;
  Machine machine_;
  Invariants invariants_;
  LossyProtocol::Servers servers_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Actor> actors_;
  std::vector<base::SessionId> dead_sessions_;  ///< whose death can be proved
  std::optional<SimJob> submitting_;            ///< no answer yet
  std::vector<std::pair<base::JobId, std::set<std::string>>> subscribing_;  ///< no answer yet
  int jobs_left_ = 0;
  base::SteadyTime power_at_;
};

}  // namespace mpegflow::sim
