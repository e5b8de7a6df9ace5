#include "store/conformance.h"

#include "core/audit/event_bytes.h"
#include "core/queue/job_state.h"
#include "store/cap_faults.h"
#include "store/sqlite/sqlite_store.h"

namespace mpegflow::store {

void StoreConformance::check_job(const JobRow& job) {
  std::int64_t seq = 0;
  std::string head;
  for (const EventRow& event : world.events(job.id.value)) {
    EXPECT_EQ(event.seq, ++seq) << "events have no gap";
    EXPECT_EQ(event.prev_hash, head) << "each event names the one before";
    EXPECT_EQ(event.hash, audit::hash_event(event.bytes));
    head = event.hash;
  }
  EXPECT_EQ(find_cap_faults(*store).value(), std::vector<std::string>());
  const auto standings = list_standings(*store, job.id);
  ASSERT_TRUE(standings);
  std::vector<queue::TaskStanding> states;
  for (const Standing& standing : *standings) {
    EXPECT_EQ(find_contradiction(standing), "");
    states.push_back({standing.kind, standing.state, standing.need});
  }
  EXPECT_EQ(job.state, to_word(queue::compute_job_standing(states).state));
}

std::vector<StoreCase> sqlite_cases() {
  const auto open = [](const base::Clock& clock, const base::Path& folder) {
    SqliteOptions options;
    options.directory = folder;
    options.clock = &clock;
    options.boot_id = "boot";
    auto opened = SqliteStore::open(options);
    EXPECT_TRUE(opened);
    return std::unique_ptr<Store>(std::move(opened.value()));
  };
  return {{"SqliteOnDisk", open},
          {"SqliteInMemory",
           [open](const base::Clock& clock, const base::Path&) { return open(clock, {}); }}};
}

INSTANTIATE_TEST_SUITE_P(Store, StoreConformance, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace mpegflow::store
