#include "store/cap_faults.h"

#include <fmt/format.h>

namespace mpegflow::store {
namespace {

using Faults = std::vector<std::string>;

void expect_count(Faults& faults, const std::string& of, std::string_view what, std::int64_t kept,
                  std::int64_t counted) {
  if (kept != counted)
    faults.push_back(fmt::format("{} keeps {} {}, there are {}", of, kept, what, counted));
}

void expect_gate(Faults& faults, const std::string& of, std::int64_t room, std::int64_t waiting) {
  if (room < 0) faults.push_back(fmt::format("{} has {} too many let in", of, -room));
  if (room > 0 && waiting > 0)
    faults.push_back(fmt::format("{} has room for {}, and {} wait", of, room, waiting));
}

void check_lane(Faults& faults, const Row& row) {
  const std::string name = fmt::format("lane {} in pool {}", row.text(1), row.text(0));
  expect_count(faults, name, "ready", row.number(2), row.number(3));
  expect_count(faults, name, "running", row.number(4), row.number(5));
  expect_count(faults, name, "at its gate", row.number(6), row.number(7));
  const auto cap = row.find_number(8);
  if (!cap) {
    if (row.number(7) > 0) faults.push_back(name + " has no cap, and some wait at its gate");
    return;
  }
  if (row.number(5) > *cap)
    faults.push_back(fmt::format("{} runs {} of {}", name, row.number(5), *cap));
  expect_gate(faults, name, *cap - row.number(3) - row.number(5), row.number(7));
}

void check_tenant(Faults& faults, const Row& row) {
  const std::string name =
      fmt::format("tenant {} in lane {} and pool {}", row.text(0), row.text(1), row.text(2));
  expect_count(faults, name, "admitted", row.number(3), row.number(4));
  expect_count(faults, name, "running", row.number(5), row.number(6));
  expect_count(faults, name, "at its gate", row.number(7), row.number(8));
  const auto left = row.find_number(9);
  if (!left) {
    if (row.number(8) > 0) faults.push_back(name + " has no cap, and some wait at its gate");
    return;
  }
  if (*left < 0) faults.push_back(fmt::format("{} runs {} too many", name, -*left));
  expect_gate(faults, name, *left - row.number(4), row.number(8));
}

void check_pool(Faults& faults, const Row& row) {
  const std::string name = "pool " + row.text(0);
  expect_count(faults, name, "slots", row.number(1), row.number(2));
  expect_count(faults, name, "busy", row.number(3), row.number(4));
}

}  // namespace

base::Result<std::vector<std::string>> find_cap_faults(Store& store) {
  Faults faults;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    faults.clear();
    ASSIGN_OR_RETURN(const Rows lanes, session.run("check_lane_loads", {}));
    for (const Row& row : lanes) check_lane(faults, row);
    ASSIGN_OR_RETURN(const Rows tenants, session.run("check_tenant_loads", {}));
    for (const Row& row : tenants) check_tenant(faults, row);
    ASSIGN_OR_RETURN(const Rows pools, session.run("check_pool_loads", {}));
    for (const Row& row : pools) check_pool(faults, row);
    return {};
  }));
  return faults;
}

}  // namespace mpegflow::store
