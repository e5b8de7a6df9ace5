#pragma once

#include "store/store_world.h"
#include "support/temporary_folder.h"

namespace mpegflow::store {

/// One implementation of the Store seam, as the conformance suite opens it.
struct StoreCase {
  std::string name;
  std::function<std::unique_ptr<Store>(const base::Clock& clock, const base::Path& folder)> open;
};

/// What every store must do. Each test ends with every job's events and tables being looked at.
class StoreConformance : public testing::TestWithParam<StoreCase> {
 protected:
  StoreConformance() : store(GetParam().open(clock, folder.path())), world(*store) {}

  void TearDown() override {
    const auto jobs = list_jobs(*store, 1000);
    ASSERT_TRUE(jobs);
    for (const JobRow& job : *jobs) check_job(job);
  }

  void check_job(const JobRow& job);

  test::ManualClock clock;
  test::TemporaryFolder folder;
  std::unique_ptr<Store> store;
  StoreWorld world;
};

inline void PrintTo(const StoreCase& store_case, std::ostream* out) {
  *out << store_case.name;
}
inline std::string name_case(const testing::TestParamInfo<StoreCase>& info) {
  return info.param.name;
}

/// SQLite on disk and in memory.
std::vector<StoreCase> sqlite_cases();

}  // namespace mpegflow::store
