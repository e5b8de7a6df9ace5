#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/change_signal.h"
#include "keeper/keeper.h"
#include "protocol/in_process.h"
#include "sim/context.h"
#include "sim/fault_disk.h"
#include "sim/fault_vfs.h"
#include "store/group_store.h"
#include "store/sqlite/sqlite_store.h"

namespace mpegflow::sim {

class Invariants;

/// The machine with the database: a disk, a clock, a boot.
struct Machine {
  explicit Machine(const VirtualClock& world);

  FaultDisk disk;
  MachineClock clock;
  int boots = 0;
  int checkpoint_pages = 1000;

  std::string boot_id() const { return "boot-" + std::to_string(boots); }
};

/// An empty database of our version that is not in WAL mode.
FaultDisk::Files make_plain_database();

/// One server process on the machine: the real store on the faulty disk, and the real protocol
/// before it. Any op may find the disk full or failing, or kill the process or the machine before
/// the COMMIT, in it or after it; the caller then has no answer.
class Server final : public store::Store, public store::GroupStore {
 public:
  Server(Context& context, Machine& machine, Invariants& invariants, int number);
  ~Server() override;

  void start();
  /// Gone at once, as by kill -9 or for want of power.
  void stop();
  bool is_up() const { return sqlite_ != nullptr && !vfs_->is_dead(); }
  const std::string& name() const { return name_; }
  protocol::WorkerProtocol& protocol() { return *protocol_; }
  engine::ChangeSignal& changes() { return changes_; }
  keeper::Keeper& keeper() { return *keeper_; }
  /// Without faults, for who checks. Only while it is up.
  store::Store& plain() { return *sqlite_; }

  base::Result<store::Answer> apply(const store::Op& op) override;
  std::vector<base::Result<store::Answer>> apply_group(const std::vector<store::Op>& ops) override;
  base::Result<void> read(const std::function<base::Result<void>(store::Session&)>& read) override;

  void pause(base::Micros time);

  base::SteadyTime paused_until;
  base::SteadyTime up_at;  ///< when to start again

 private:
  bool crashes();
  FaultDisk::Accident draw_accident();
  /// Its start, or the end of a pause of more than a TTL.
  base::SteadyTime listening_since() const;
  void check_expiry(const store::Op& op, const store::Answer& answer) const;
  void settle(FaultDisk::Accident accident, std::vector<base::Result<store::Answer>>& answers);

  Context& context_;
  Machine& machine_;
  Invariants& invariants_;
  std::string name_;
  engine::ChangeSignal changes_;
  std::unique_ptr<FaultVfs> vfs_;
  std::unique_ptr<store::SqliteStore> sqlite_;
  std::unique_ptr<protocol::InProcessProtocol> protocol_;
  std::unique_ptr<keeper::Keeper> keeper_;
  base::SteadyTime started_at_;
  base::SteadyTime paused_at_;
};

}  // namespace mpegflow::sim
