#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/fault_disk.h"
#include "sim/fault_vfs.h"
#include "store/sqlite/sqlite_store.h"

struct sqlite3;
struct sqlite3_stmt;

namespace mpegflow::sim {

/// The unit in which explored time passes: longer than a session may be silent.
inline constexpr base::Micros kTick = std::chrono::minutes(1);

/// Every state that a small database comes into, each once. An op is carried out by the real store
/// on the bytes of the state that it starts from, and where it led is remembered. Two states are
/// the same if all rows are that may decide what happens next, with moments as ages in ticks;
/// history (events, records, vtimes) is left out of that, but checked in each state that is new.
class StoreStates {
 public:
  using Id = std::size_t;
  struct Step {
    Id to = 0;
    base::Result<store::Answer> answer;
  };

  /// One job, as submitted.
  explicit StoreStates(const store::SubmitJob& job);
  ~StoreStates();

  Id first() const { return 0; }
  /// `name` tells ops apart: the same name is the same op.
  const Step& run(Id from, const std::string& name, const store::Op& op);
  /// A tick passes.
  Id wait(Id from);
  /// Object keys of the outputs that are committed.
  const std::set<std::string>& committed(Id id) const { return nodes_[id].committed; }

  std::size_t size() const { return nodes_.size(); }
  std::int64_t ops_run() const { return ops_run_; }
  const std::optional<std::string>& violation() const { return violation_; }

 private:
  class Clock final : public base::Clock {
   public:
    base::WallTime now() const override { return {kStart + us}; }
    base::SteadyTime steady() const override { return {us}; }
    std::int64_t us = 1'000'000;

   private:
    static constexpr std::int64_t kStart = 1'700'000'000'000'000;
  };
  using Page = std::shared_ptr<const std::string>;
  struct Node {
    std::vector<Page> pages;
    std::int64_t now_us = 0;
    std::set<std::string> committed;
  };
  struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const;
  };

  void open_reader();
  void prepare_dump();
  std::string dump();
  void restore(const Node& node);
  Node save(const std::vector<Page>& before) const;
  Id enter(const std::vector<Page>& before);
  void check(Node& node);

  FaultDisk disk_;
  FaultVfs vfs_;
  Clock clock_;
  std::unique_ptr<store::SqliteStore> store_;
  sqlite3* reader_ = nullptr;  ///< for the dump alone
  std::vector<std::unique_ptr<sqlite3_stmt, FinalizeStatement>> dumps_;
  std::shared_ptr<FaultDisk::File> file_;
  base::JobId job_;
  std::vector<store::NewTask> tasks_;
  std::vector<Node> nodes_;
  std::map<std::string, Id> ids_;  ///< by dump
  std::map<std::pair<Id, std::string>, Step> steps_;
  std::uint32_t restores_ = 1;
  std::int64_t ops_run_ = 0;
  std::optional<std::string> violation_;
};

}  // namespace mpegflow::sim
