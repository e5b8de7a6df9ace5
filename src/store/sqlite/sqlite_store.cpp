#include "store/sqlite/sqlite_store.h"

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>

#include "base/log.h"
#include "base/text.h"
#include "store/ops/ops.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/state_directory.h"

namespace mpegflow::store {
namespace {

constexpr std::size_t kBatchLimit = 256;  // ops per transaction

class SqliteSession final : public Session {
 public:
  SqliteSession(Connection& connection, base::WallTime now) : connection_(connection), now_(now) {}
  base::Result<Rows> run(std::string_view query, std::initializer_list<Value> arguments) override {
    return connection_.run(query, arguments);
  }
  base::Result<std::int64_t> change(std::string_view query,
                                    std::initializer_list<Value> arguments) override {
    return connection_.change(query, arguments);
  }
  base::WallTime now() const override { return now_; }
  void begin_op(base::WallTime now) { now_ = now; }

 private:
  Connection& connection_;
  base::WallTime now_;
};

/// An op on its way. Each has a bell of its own: with one for all, every commit would wake all who
/// wait, and whoever is not meant would stand in the way of those who are.
class Waiting {
 public:
  explicit Waiting(const Op& asked) : op(&asked) {}

  const Op* op;
  std::optional<base::Result<Answer>> answer;

  void wait_until_durable() {
    std::unique_lock lock(mutex_);
    rung_.wait(lock, [&] { return is_durable_; });
  }
  /// Only now may the answer be given. Rung with the mutex held: as soon as it is free the waiting
  /// thread takes all this down.
  void ring() {
    const std::scoped_lock lock(mutex_);
    is_durable_ = true;
    rung_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable rung_;
  bool is_durable_ = false;
};

/// What can be taken back. A savepoint for each op makes SQLite keep a copy of every page that the
/// op touches, and nearly every op that is refused has changed nothing: so a batch is tried without
/// them, and once more with them if one of its ops failed halfway.
enum class Undoable { all_ops, each_op };

base::Result<Answer> run_guarded(Session& session, const Op& op) {
  try {
    return run_op(session, op);
  } catch (const base::InvariantViolation& violation) {
    base::log(base::LogLevel::error, "store_invariant_violated", {{"what", violation.what}});
    return base::fail(base::ErrorCode::internal, "bug: " + violation.what);
  }
}

}  // namespace

struct SqliteStore::State {
  SqliteOptions options;
  base::Path path;
  base::UniqueFd lock_file;
  std::optional<Connection> writer;
  std::optional<Connection> reader;  ///< none in memory: reads go through the writer
  std::optional<BootClock> clock;
  int wal_pages = 0;

  std::mutex write_mutex;  ///< the writer connection
  std::mutex read_mutex;   ///< the reader connection

  std::mutex queue_mutex;
  std::condition_variable queue_changed;
  std::vector<Waiting*> queue;
  bool is_writing = false;  ///< somebody runs a batch: the thread, or a caller that found it idle
  bool is_closing = false;
  std::thread thread;

  base::Result<void> open();
  void write_loop();
  void carry_out(const std::vector<Waiting*>& ops);
  bool try_to_begin_writing(const std::vector<Waiting*>& ops);
  void end_writing();
  /// What is thrown in a batch leaves a transaction open, so nobody may go on.
  void run_batch_or_end(const std::vector<Waiting*>& batch) noexcept { run_batch(batch); }
  void run_batch(const std::vector<Waiting*>& batch);
  base::Result<void> run_transaction(const std::vector<Waiting*>& batch);
  base::Result<bool> try_transaction(const std::vector<Waiting*>& batch, Undoable undo);
  base::Result<Answer> run_one(SqliteSession& session, const Op& op, Undoable undo);
  void checkpoint();
};

base::Result<void> SqliteStore::State::open() {
  const bool has_directory = !options.directory.empty();
  const bool is_in_memory = !has_directory && options.vfs.empty();
  path = is_in_memory ? base::Path(":memory:") : options.directory / "mpegflow.db";
  if (has_directory) {
    RETURN_IF_ERROR(prepare_state_directory(options.directory));
    const base::Path lock_path = options.directory / "lock";
    lock_file = base::UniqueFd(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock_file.is_open())
      return tl::unexpected(base::make_file_error(errno, "open the lock file", lock_path,
                                                  base::ErrorCode::state_unusable));
  }
  ASSIGN_OR_RETURN(const WriteLock lock, WriteLock::take(lock_file.get(), path));
  ASSIGN_OR_RETURN(writer, Connection::open(path, options.vfs, options.stock_pages));
  RETURN_IF_ERROR(migrate(*writer, path));
  ASSIGN_OR_RETURN(clock, BootClock::start(*writer, *options.clock, options.boot_id));
  if (!is_in_memory && !options.is_single_threaded) {
    ASSIGN_OR_RETURN(reader, Connection::open(path, options.vfs, options.stock_pages));
  }
  sqlite3_wal_hook(
      writer->handle(),
      [](void* pages, sqlite3*, const char*, int count) {
        *static_cast<int*>(pages) = count;
        return SQLITE_OK;
      },
      &wal_pages);
  if (!options.is_single_threaded) thread = std::thread([this] { write_loop(); });
  return {};
}

void SqliteStore::State::write_loop() {
  std::unique_lock lock(queue_mutex);
  for (;;) {
    queue_changed.wait(lock, [&] { return !is_writing && (!queue.empty() || is_closing); });
    if (queue.empty()) return;
    is_writing = true;
    const std::size_t count = std::min(queue.size(), kBatchLimit);
    const auto end = queue.begin() + static_cast<std::ptrdiff_t>(count);
    const std::vector<Waiting*> batch(queue.begin(), end);
    queue.erase(queue.begin(), end);
    lock.unlock();
    run_batch_or_end(batch);
    for (Waiting* waiting : batch) waiting->ring();
    lock.lock();
    is_writing = false;
  }
}

/// By the caller if nobody writes: to wake the thread and be woken by it takes as long as a commit.
/// Otherwise the thread takes them with all others that wait.
void SqliteStore::State::carry_out(const std::vector<Waiting*>& ops) {
  if (options.is_single_threaded) return run_batch(ops);
  if (try_to_begin_writing(ops)) {
    run_batch_or_end(ops);
    return end_writing();
  }
  queue_changed.notify_one();
  for (Waiting* waiting : ops) waiting->wait_until_durable();
}

/// Otherwise the ops stand in the queue, side by side.
bool SqliteStore::State::try_to_begin_writing(const std::vector<Waiting*>& ops) {
  const std::scoped_lock lock(queue_mutex);
  if (!is_writing && queue.empty()) return is_writing = true;
  queue.insert(queue.end(), ops.begin(), ops.end());
  return false;
}

void SqliteStore::State::end_writing() {
  const std::scoped_lock lock(queue_mutex);
  is_writing = false;
  if (!queue.empty()) queue_changed.notify_one();
}

/// All ops of the batch in one transaction. Answers are set only when it is durable; if the
/// transaction as a whole fails, that error is everybody's answer. The lock file is held until the
/// transaction is over, rolled back too.
void SqliteStore::State::run_batch(const std::vector<Waiting*>& batch) {
  const std::scoped_lock guard(write_mutex);
  const base::Result<WriteLock> lock = WriteLock::take(lock_file.get(), path);
  base::Result<void> committed;
  if (lock) committed = run_transaction(batch);
  else committed = tl::unexpected(lock.error());
  if (!committed) {
    if (!writer->is_autocommit()) (void)writer->control("ROLLBACK");
    for (Waiting* waiting : batch) waiting->answer = tl::unexpected(committed.error());
  }
}

base::Result<void> SqliteStore::State::run_transaction(const std::vector<Waiting*>& batch) {
  ASSIGN_OR_RETURN(const bool is_done, try_transaction(batch, Undoable::all_ops));
  if (!is_done) {
    RETURN_IF_ERROR(writer->control("ROLLBACK"));
    RETURN_IF_ERROR(try_transaction(batch, Undoable::each_op));
  }
  if (wal_pages > options.checkpoint_pages) checkpoint();
  return {};
}

/// Gives false, and leaves the transaction open, if an op failed that cannot be undone alone.
base::Result<bool> SqliteStore::State::try_transaction(const std::vector<Waiting*>& batch,
                                                       Undoable undo) {
  RETURN_IF_ERROR(writer->control("BEGIN IMMEDIATE"));
  SqliteSession session(*writer, clock->now());
  for (Waiting* waiting : batch) {
    const std::int64_t changes = writer->total_changes();
    base::Result<Answer> answer = run_one(session, *waiting->op, undo);
    // Some errors (disk full) make SQLite roll the whole transaction back by itself.
    if (!answer && writer->is_autocommit()) return tl::unexpected(answer.error());
    if (!answer && undo == Undoable::all_ops && writer->total_changes() != changes) return false;
    waiting->answer = std::move(answer);
  }
  RETURN_IF_ERROR(finish_transaction(session));
  RETURN_IF_ERROR(writer->control("COMMIT"));
  return true;
}

base::Result<Answer> SqliteStore::State::run_one(SqliteSession& session, const Op& op,
                                                 Undoable undo) {
  session.begin_op(clock->now());
  if (undo == Undoable::all_ops) return run_guarded(session, op);
  RETURN_IF_ERROR(writer->control("SAVEPOINT op"));
  base::Result<Answer> answer = run_guarded(session, op);
  if (writer->is_autocommit()) return answer;
  if (!answer) RETURN_IF_ERROR(writer->control("ROLLBACK TO op"));
  RETURN_IF_ERROR(writer->control("RELEASE op"));
  return answer;
}

/// Under the write lock. A checkpoint that cannot finish (readers, full disk) is tried again later.
void SqliteStore::State::checkpoint() {
  int left = 0;
  sqlite3_wal_checkpoint_v2(writer->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &left, nullptr);
  wal_pages = 0;
}

SqliteStore::SqliteStore(std::unique_ptr<State> state) : state_(std::move(state)) {}

SqliteStore::~SqliteStore() {
  if (state_->thread.joinable()) {
    {
      const std::scoped_lock lock(state_->queue_mutex);
      state_->is_closing = true;
    }
    state_->queue_changed.notify_all();
    state_->thread.join();
  }
}

base::Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const SqliteOptions& options) {
  auto state = std::make_unique<State>();
  state->options = options;
  RETURN_IF_ERROR(state->open());
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(state)));
}

base::Result<Answer> SqliteStore::apply(const Op& op) {
  Waiting waiting(op);
  state_->carry_out({&waiting});
  return std::move(*waiting.answer);
}

/// Side by side in one transaction, unless it is full.
std::vector<base::Result<Answer>> SqliteStore::apply_group(const std::vector<Op>& ops) {
  std::deque<Waiting> waiting;
  std::vector<Waiting*> batch;
  for (const Op& op : ops) batch.push_back(&waiting.emplace_back(op));
  state_->carry_out(batch);
  std::vector<base::Result<Answer>> answers;
  for (Waiting& one : waiting) answers.push_back(std::move(*one.answer));
  return answers;
}

base::Result<void> SqliteStore::read(const std::function<base::Result<void>(Session&)>& read) {
  const bool has_reader = state_->reader.has_value();
  const std::scoped_lock guard(has_reader ? state_->read_mutex : state_->write_mutex);
  Connection& connection = has_reader ? *state_->reader : *state_->writer;
  RETURN_IF_ERROR(connection.control("BEGIN"));
  SqliteSession session(connection, state_->clock->now());
  try {
    auto result = read(session);
    auto ended = connection.control("COMMIT");
    if (!result) return result;
    return ended;
  } catch (...) {  // or the connection would refuse every BEGIN from now on
    (void)connection.control("ROLLBACK");
    throw;
  }
}

std::string read_boot_id() {
  const auto text = base::read_file("/proc/sys/kernel/random/boot_id");
  return text ? std::string(base::trim(*text)) : std::string();
}

}  // namespace mpegflow::store
