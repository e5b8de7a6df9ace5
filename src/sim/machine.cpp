#include "sim/machine.h"

#include <algorithm>

#include <sqlite3.h>

#include "sim/invariants.h"

namespace mpegflow::sim {
namespace {

constexpr std::int64_t kMostCalls = 14;  // writes and syncs of an op; later ones never come

/// An empty database of our version; every run begins with a copy of it. Small pages: what is
/// tested is what we do with a disk, not how fast it is.
FaultDisk::Files make_empty_database() {
  make_sqlite_lean();
  VirtualClock clock;
  FaultDisk disk({});
  FaultVfs vfs(disk);
  sqlite3* db = nullptr;
  const auto run = [&](const char* sql) {
    base::check(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sqlite3_errmsg(db));
  };
  base::check(sqlite3_open_v2("mpegflow.db", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                              vfs.name().c_str()) == SQLITE_OK,
              "the disk has room for a database");
  run("PRAGMA page_size=1024; PRAGMA journal_mode=WAL; CREATE TABLE t (a); DROP TABLE t");
  store::SqliteOptions options;
  options.clock = &clock;
  options.is_single_threaded = true;
  options.vfs = vfs.name();
  base::check(store::SqliteStore::open(options).has_value(), "an empty database can be migrated");
  run("PRAGMA wal_checkpoint(TRUNCATE)");
  sqlite3_close_v2(db);
  return {{"mpegflow.db", disk.find("mpegflow.db")->bytes}};
}

const FaultDisk::Files& empty_database() {
  static const FaultDisk::Files files = make_empty_database();
  return files;
}

}  // namespace

FaultDisk::Files make_plain_database() {
  constexpr std::size_t kWriteVersion = 18, kReadVersion = 19;  // 2 = WAL, in SQLite's file header
  FaultDisk::Files files = empty_database();
  files["mpegflow.db"][kWriteVersion] = files["mpegflow.db"][kReadVersion] = 1;
  return files;
}

Machine::Machine(const VirtualClock& world) : disk(empty_database()), clock(world) {}

Server::Server(Context& context, Machine& machine, Invariants& invariants, int number)
    : context_(context),
      machine_(machine),
      invariants_(invariants),
      name_(fmt::format("s{}", number)) {}

Server::~Server() {
  stop();
}

void Server::start() {
  vfs_ = std::make_unique<FaultVfs>(machine_.disk);
  store::SqliteOptions options;
  options.clock = &machine_.clock;
  options.is_single_threaded = true;
  options.checkpoint_pages = machine_.checkpoint_pages;
  options.vfs = vfs_->name();
  options.boot_id = machine_.boot_id();
  auto opened = store::SqliteStore::open(options);
  base::check(opened.has_value(), opened ? "" : opened.error().message);
  sqlite_ = std::move(*opened);
  protocol_ = std::make_unique<protocol::InProcessProtocol>(*this, changes_, context_.random);
  started_at_ = context_.clock.steady();
  paused_at_ = paused_until = started_at_;  // that was another process
  keeper_ = std::make_unique<keeper::Keeper>(keeper::KeeperOptions{{}, context_.scale.session_ttl},
                                             *this, changes_, context_.clock);
  context_.note("{} starts", name_);
}

void Server::stop() {
  if (vfs_) vfs_->kill();
  sqlite_.reset();
  vfs_.reset();
}

void Server::pause(base::Micros time) {
  paused_at_ = context_.clock.steady();
  paused_until = paused_at_ + time;
}

base::SteadyTime Server::listening_since() const {
  const bool was_deaf = paused_until - paused_at_ > context_.scale.session_ttl;
  return was_deaf ? std::max(started_at_, paused_until) : started_at_;
}

bool Server::crashes() {
  if (!context_.strikes(Fault::server_crash)) return false;
  vfs_->kill();
  return true;
}

FaultDisk::Accident Server::draw_accident() {
  using Accident = FaultDisk::Accident;
  constexpr std::array<std::pair<Fault, Accident>, 4> kAccidents = {
      {{Fault::server_kill, Accident::kill},
       {Fault::power_loss, Accident::power},
       {Fault::disk_full, Accident::full},
       {Fault::io_error, Accident::io_error}}};
  for (const auto& [fault, accident] : kAccidents)
    if (auto details = context_.strikes(fault)) {
      machine_.disk.arm(accident, details->between(0, kMostCalls), *details);
      return accident;
    }
  return Accident::none;
}

base::Result<store::Answer> Server::apply(const store::Op& op) {
  return std::move(apply_group({op}).front());
}

std::vector<base::Result<store::Answer>> Server::apply_group(const std::vector<store::Op>& ops) {
  std::vector<base::Result<store::Answer>> unheard(ops.size(), no_answer());
  if (!is_up() || crashes()) return unheard;
  const FaultDisk::Accident accident = draw_accident();
  if (accident != FaultDisk::Accident::none) invariants_.check_step();  // nothing unread is left
  auto answers = sqlite_->apply_group(ops);
  settle(accident, answers);
  if (is_up() && crashes()) return unheard;
  for (std::size_t i = 0; i < ops.size(); ++i)
    if (answers[i]) check_expiry(ops[i], *answers[i]);
  return answers;
}

/// Who did not listen itself is no judge of silence.
void Server::check_expiry(const store::Op& op, const store::Answer& answer) const {
  const auto* sweep = std::get_if<store::Sweep>(&op);
  if (sweep == nullptr || std::get<store::Sweep::Answer>(answer).leases_expired == 0) return;
  context_.tally.count("sweeps that expired leases");
  const base::Micros listening = context_.clock.steady() - listening_since();
  if (listening < 2 * context_.scale.session_ttl)
    invariants_.violate("I15", fmt::format("{} expired leases {} after it began to listen", name_,
                                           base::to_human(listening)));
}

void Server::settle(FaultDisk::Accident accident,
                    std::vector<base::Result<store::Answer>>& answers) {
  if (accident == FaultDisk::Accident::none) return;
  const FaultDisk::Accident happened = machine_.disk.disarm();
  context_.note("  {}", happened == FaultDisk::Accident::none ? "spared" : "struck");
  // Dead at the end of it, if not in the middle: durable, but nobody hears of it.
  if (accident == FaultDisk::Accident::kill) vfs_->kill();
  if (accident == FaultDisk::Accident::power) machine_.disk.cut_power();
  if (!is_up()) std::ranges::fill(answers, base::Result<store::Answer>(no_answer()));
  if (!is_up() || happened == FaultDisk::Accident::none) return;
  bool have_all_failed = true;
  for (auto& answer : answers) {
    const bool is_of_disk = !answer && (answer.error().code == base::ErrorCode::disk_full ||
                                        answer.error().code == base::ErrorCode::store_failed ||
                                        answer.error().code == base::ErrorCode::state_unusable);
    // With others in its transaction an op may be refused while the disk fails one of those.
    if (!answer && !is_of_disk && answers.size() == 1)
      invariants_.violate("answer",
                          fmt::format("a failing disk gave {}: {}", to_word(answer.error().code),
                                      answer.error().message));
    if (!is_of_disk) have_all_failed = false;
    else answer = no_answer();
  }
  if (have_all_failed && invariants_.has_news())
    invariants_.violate("I16", "ops that failed were carried out");
}

base::Result<void> Server::read(const std::function<base::Result<void>(store::Session&)>& read) {
  if (!is_up() || crashes()) return no_answer();
  return sqlite_->read(read);
}

}  // namespace mpegflow::sim
