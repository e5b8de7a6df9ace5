#include "sim/store_states.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <sqlite3.h>

#include "sim/invariants.h"
#include "sim/machine.h"
#include "store/reads.h"

namespace mpegflow::sim {
namespace {

constexpr std::size_t kPage = 1024;
constexpr std::size_t kChangeCounter = 24, kVersionValidFor = 92;  // in SQLite's file header

// History and bookkeeping that decide nothing.
constexpr std::array<std::string_view, 3> kHistory = {"event", "encoder_revision", "meta"};
constexpr std::array<std::string_view, 16> kNotDumped = {
    "record", "result",     "created_us", "started_us", "finished_us", "ready_us",
    "at_us",  "claimed_us", "ended_us",   "event_seq",  "event_hash",  "vtime",
    "finish", "spec",       "params",     "policy"};
constexpr std::int64_t kOldest = 3;  // ticks: nothing differs by being older

template <class Range>
bool has(const Range& range, std::string_view word) {
  return std::ranges::find(range, word) != std::end(range);
}

std::string text_of(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return text == nullptr ? std::string() : std::string(text);
}

void put_number(std::string& bytes, std::size_t at, std::uint32_t number) {
  for (std::size_t i = 0; i < 4; ++i)
    bytes[at + i] = static_cast<char>((number >> (24U - 8U * i)) & 0xffU);
}

}  // namespace

void StoreStates::FinalizeStatement::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

StoreStates::StoreStates(const store::SubmitJob& job)
    : disk_(make_plain_database()), vfs_(disk_, FaultVfs::Sharing::off), job_(job.job.id) {
  store::SqliteOptions options;
  options.clock = &clock_;
  options.is_single_threaded = true;
  options.vfs = vfs_.name();
  options.boot_id = "boot";
  auto opened = store::SqliteStore::open(options);
  base::check(opened.has_value(), opened ? "" : opened.error().message);
  store_ = std::move(*opened);
  file_ = disk_.find("mpegflow.db");
  open_reader();
  base::check(store_->execute(job).has_value(), "the first job is accepted");
  tasks_ = job.tasks;
  (void)enter({});
}

StoreStates::~StoreStates() {
  dumps_.clear();
  sqlite3_close_v2(reader_);
  store_.reset();
}

void StoreStates::open_reader() {
  base::check(sqlite3_open_v2("mpegflow.db", &reader_, SQLITE_OPEN_READWRITE,
                              vfs_.name().c_str()) == SQLITE_OK,
              "the database is there");
  prepare_dump();
}

/// One SELECT per table over all columns that matter, in the order of their values.
void StoreStates::prepare_dump() {
  const auto prepare = [&](const std::string& sql) {
    sqlite3_stmt* raw = nullptr;
    base::check(sqlite3_prepare_v2(reader_, sql.c_str(), -1, &raw, nullptr) == SQLITE_OK,
                sqlite3_errmsg(reader_));
    return std::unique_ptr<sqlite3_stmt, FinalizeStatement>(raw);
  };
  const auto columns = prepare(
      "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c "
      "WHERE m.type = 'table' ORDER BY m.name, c.cid");
  std::map<std::string, std::string> lists;
  while (sqlite3_step(columns.get()) == SQLITE_ROW) {
    const std::string table = text_of(columns.get(), 0), column = text_of(columns.get(), 1);
    if (has(kHistory, table) || has(kNotDumped, column)) continue;
    std::string& list = lists[table];
    if (!list.empty()) list += " || '|' || ";
    // A moment counts by its age in ticks.
    if (column.ends_with("_us") && !column.starts_with("expected"))
      list += fmt::format("coalesce(max(-1, min({}, (?1 - {} + {}) / {})), '-')", kOldest, column,
                          kTick.count() - 1, kTick.count());
    else list += fmt::format("coalesce({}, '-')", column);
  }
  for (const auto& [table, list] : lists)
    dumps_.push_back(prepare(fmt::format("SELECT {} FROM {} ORDER BY 1", list, table)));
}

std::string StoreStates::dump() {
  std::string text;
  for (const auto& statement : dumps_) {
    if (sqlite3_bind_parameter_count(statement.get()) > 0)
      sqlite3_bind_int64(statement.get(), 1, clock_.now().us);
    while (sqlite3_step(statement.get()) == SQLITE_ROW) text += text_of(statement.get(), 0) + "\n";
    sqlite3_reset(statement.get());
    text += "--\n";
  }
  return text;
}

/// SQLite looks at the change counter to see whether what it has cached still holds.
void StoreStates::restore(const Node& node) {
  file_->bytes.clear();
  for (const Page& page : node.pages) file_->bytes += *page;
  file_->unsynced.clear();
  restores_ += 16;  // more than an op adds
  put_number(file_->bytes, kChangeCounter, restores_);
  put_number(file_->bytes, kVersionValidFor, restores_);
  clock_.us = node.now_us;
}

/// Pages that are as before are shared with the state before.
StoreStates::Node StoreStates::save(const std::vector<Page>& before) const {
  Node node;
  node.now_us = clock_.us;
  for (std::size_t at = 0; at < file_->bytes.size(); at += kPage) {
    const std::string_view page = std::string_view(file_->bytes).substr(at, kPage);
    const std::size_t number = at / kPage;
    if (number < before.size() && *before[number] == page) node.pages.push_back(before[number]);
    else node.pages.push_back(std::make_shared<const std::string>(page));
  }
  return node;
}

StoreStates::Id StoreStates::enter(const std::vector<Page>& before) {
  const auto [found, is_new] = ids_.emplace(dump(), nodes_.size());
  if (!is_new) return found->second;
  Node node = save(before);
  check(node);
  nodes_.push_back(std::move(node));
  return found->second;
}

const StoreStates::Step& StoreStates::run(Id from, const std::string& name, const store::Op& op) {
  const auto key = std::pair(from, name);
  if (const auto found = steps_.find(key); found != steps_.end()) return found->second;
  ++ops_run_;
  restore(nodes_[from]);
  base::Result<store::Answer> answer = store_->apply(op);
  file_->unsynced.clear();
  const bool is_expected = answer || answer.error().code == base::ErrorCode::superseded ||
                           answer.error().code == base::ErrorCode::illegal_transition;
  if (!is_expected && !violation_)
    violation_ = fmt::format("answer: {} gave {}: {}", name, to_word(answer.error().code),
                             answer.error().message);
  const std::vector<Page> before = nodes_[from].pages;
  const Id to = enter(before);
  return steps_.emplace(key, Step{to, std::move(answer)}).first->second;
}

StoreStates::Id StoreStates::wait(Id from) {
  const auto key = std::pair(from, std::string("wait"));
  if (const auto found = steps_.find(key); found != steps_.end()) return found->second.to;
  restore(nodes_[from]);
  clock_.us += kTick.count();
  const std::vector<Page> before = nodes_[from].pages;
  const Id to = enter(before);
  steps_.emplace(key, Step{to, base::fail(base::ErrorCode::internal, "time has no answer")});
  return to;
}

/// The same rules as in a run, on the whole story of the job.
void StoreStates::check(Node& node) {
  Context context(1, nullptr);
  Network network;
  const MemoryObjects objects(context, network);
  Invariants invariants(context, objects, [this] { return store_.get(); });
  invariants.add_job(job_, tasks_);
  invariants.look_at_history();
  for (const store::NewTask& task : tasks_) {
    const auto outputs = store::list_outputs_of_task(*store_, task.id);
    if (!outputs) continue;
    for (const store::OutputRow& output : *outputs) {
      invariants.know_staged(output);
      if (output.state == "committed") node.committed.insert(output.object_key);
    }
  }
  invariants.check_step();
  if (!violation_) violation_ = invariants.violation();
}

}  // namespace mpegflow::sim
