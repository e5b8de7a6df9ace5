#include "store/sql/embedded.h"

#include <array>

#include "base/result.h"
#include "base/text.h"

// The names are those of assembler symbols.
// NOLINTBEGIN(readability-identifier-naming)
// Puts the bytes of a file into .rodata between NAME and NAME_end.
#define EMBED(name, file)                                                                          \
  __asm__(".pushsection .rodata\n.global " #name "\n.global " #name "_end\n" #name                 \
          ":\n.incbin \"" MPEGFLOW_SQL_DIR "/" file "\"\n" #name "_end:\n.byte 0\n.popsection\n"); \
  extern "C" const char name[];                                                                    \
  extern "C" const char name##_end[];

EMBED(mpegflow_sql_migration_0001, "migrations/0001_first.sql")
EMBED(mpegflow_sql_migration_0002, "migrations/0002_lanes.sql")
EMBED(mpegflow_sql_migration_0003, "migrations/0003_retries.sql")
EMBED(mpegflow_sql_migration_0004, "migrations/0004_history.sql")
EMBED(mpegflow_sql_migration_0005, "migrations/0005_publishing.sql")
EMBED(mpegflow_sql_migration_0006, "migrations/0006_upkeep.sql")
EMBED(mpegflow_sql_migration_0007, "migrations/0007_need.sql")
EMBED(mpegflow_sql_migration_0008, "migrations/0008_api_keys.sql")
EMBED(mpegflow_sql_migration_0009, "migrations/0009_quarantine_by_hand.sql")
EMBED(mpegflow_sql_migration_0010, "migrations/0010_held_needs.sql")
EMBED(mpegflow_sql_migration_0011, "migrations/0011_requirements.sql")
EMBED(mpegflow_sql_migration_0012, "migrations/0012_pause.sql")
EMBED(mpegflow_sql_migration_0013, "migrations/0013_old_sessions.sql")
EMBED(mpegflow_sql_migration_0014, "migrations/0014_room.sql")
EMBED(mpegflow_sql_job, "queries/job.sql")
EMBED(mpegflow_sql_task, "queries/task.sql")
EMBED(mpegflow_sql_queue, "queries/queue.sql")
EMBED(mpegflow_sql_limits, "queries/limits.sql")
EMBED(mpegflow_sql_lease, "queries/lease.sql")
EMBED(mpegflow_sql_output, "queries/output.sql")
EMBED(mpegflow_sql_event, "queries/event.sql")
EMBED(mpegflow_sql_dead_letter, "queries/dead_letter.sql")
EMBED(mpegflow_sql_host, "queries/host.sql")
EMBED(mpegflow_sql_outbox, "queries/outbox.sql")
EMBED(mpegflow_sql_pool, "queries/pool.sql")
EMBED(mpegflow_sql_check, "queries/check.sql")
EMBED(mpegflow_sql_upkeep, "queries/upkeep.sql")
EMBED(mpegflow_sql_api_key, "queries/api_key.sql")
EMBED(mpegflow_sql_need, "queries/need.sql")
// NOLINTEND(readability-identifier-naming)

namespace mpegflow::store::sql {
namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

void add_queries(std::string_view text, std::map<std::string_view, std::string_view>& queries) {
  static constexpr std::string_view kMark = "-- name: ";
  for (std::size_t at = text.find(kMark); at != std::string_view::npos;) {
    const std::size_t name_begin = at + kMark.size();
    const std::size_t name_end = text.find('\n', name_begin);
    const std::size_t next = text.find(kMark, name_end);
    const bool fresh = queries
                           .emplace(text.substr(name_begin, name_end - name_begin),
                                    base::trim(text.substr(name_end, next - name_end)))
                           .second;
    base::check(fresh, "every query has a name of its own");
    at = next;
  }
}

}  // namespace

const std::map<std::string_view, std::string_view>& all_queries() {
  static const auto queries = [] {
    std::map<std::string_view, std::string_view> made;
    add_queries(between(mpegflow_sql_job, mpegflow_sql_job_end), made);
    add_queries(between(mpegflow_sql_task, mpegflow_sql_task_end), made);
    add_queries(between(mpegflow_sql_queue, mpegflow_sql_queue_end), made);
    add_queries(between(mpegflow_sql_limits, mpegflow_sql_limits_end), made);
    add_queries(between(mpegflow_sql_lease, mpegflow_sql_lease_end), made);
    add_queries(between(mpegflow_sql_output, mpegflow_sql_output_end), made);
    add_queries(between(mpegflow_sql_event, mpegflow_sql_event_end), made);
    add_queries(between(mpegflow_sql_dead_letter, mpegflow_sql_dead_letter_end), made);
    add_queries(between(mpegflow_sql_host, mpegflow_sql_host_end), made);
    add_queries(between(mpegflow_sql_outbox, mpegflow_sql_outbox_end), made);
    add_queries(between(mpegflow_sql_pool, mpegflow_sql_pool_end), made);
    add_queries(between(mpegflow_sql_check, mpegflow_sql_check_end), made);
    add_queries(between(mpegflow_sql_upkeep, mpegflow_sql_upkeep_end), made);
    add_queries(between(mpegflow_sql_api_key, mpegflow_sql_api_key_end), made);
    add_queries(between(mpegflow_sql_need, mpegflow_sql_need_end), made);
    return made;
  }();
  return queries;
}

std::string_view query(std::string_view name) {
  const auto found = all_queries().find(name);
  base::check(found != all_queries().end(), "every query that is run is in store/sql/queries");
  return found->second;
}

std::span<const std::string_view> migrations() {
  static const auto all = std::to_array<std::string_view>(
      {between(mpegflow_sql_migration_0001, mpegflow_sql_migration_0001_end),
       between(mpegflow_sql_migration_0002, mpegflow_sql_migration_0002_end),
       between(mpegflow_sql_migration_0003, mpegflow_sql_migration_0003_end),
       between(mpegflow_sql_migration_0004, mpegflow_sql_migration_0004_end),
       between(mpegflow_sql_migration_0005, mpegflow_sql_migration_0005_end),
       between(mpegflow_sql_migration_0006, mpegflow_sql_migration_0006_end),
       between(mpegflow_sql_migration_0007, mpegflow_sql_migration_0007_end),
       between(mpegflow_sql_migration_0008, mpegflow_sql_migration_0008_end),
       between(mpegflow_sql_migration_0009, mpegflow_sql_migration_0009_end),
       between(mpegflow_sql_migration_0010, mpegflow_sql_migration_0010_end),
       between(mpegflow_sql_migration_0011, mpegflow_sql_migration_0011_end),
       between(mpegflow_sql_migration_0012, mpegflow_sql_migration_0012_end),
       between(mpegflow_sql_migration_0013, mpegflow_sql_migration_0013_end),
       between(mpegflow_sql_migration_0014, mpegflow_sql_migration_0014_end)});
  return all;
}

std::string for_dialect(std::string_view text, std::string_view mark) {
  std::string out;
  for (;;) {
    const std::size_t open = text.find("/*");
    out += text.substr(0, open);
    if (open == std::string_view::npos) return out;
    const std::size_t close = text.find("*/", open);
    const std::string_view comment = text.substr(open + 2, close - open - 2);
    const std::size_t colon = comment.find(':');
    if (colon != std::string_view::npos && comment.substr(0, colon) == mark)
      out += comment.substr(colon + 1);
    text.remove_prefix(close + 2);
  }
}

}  // namespace mpegflow::store::sql
