#include "store/ops/dead_letters.h"
#include "store/reads.h"

namespace mpegflow::store {
namespace {

template <class Convert>
auto read_rows(Store& store, std::string_view query, std::initializer_list<Value> arguments,
               Convert convert)
    -> base::Result<std::vector<decltype(convert(std::declval<const Row&>()))>> {
  std::vector<decltype(convert(std::declval<const Row&>()))> found;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const Rows rows, session.run(query, arguments));
    found.clear();
    for (const Row& row : rows) found.push_back(convert(row));
    return {};
  }));
  return found;
}

DeadLetterGroupRow to_group(const Row& row) {
  DeadLetterGroupRow group;
  group.signature = row.text(0);
  group.tasks = row.number(1);
  group.jobs = row.number(2);
  group.bucket = row.text(3);
  group.reason = row.text(4);
  group.rule = row.text(5);
  group.pattern = row.text(6);
  group.kind = row.text(7);
  group.encoder_revision = base::EncoderRevisionId(row.text(8));
  group.first_died = {row.number(9)};
  group.last_died = {row.number(10)};
  group.example = base::TaskId(row.text(11));
  return group;
}

std::string to_name(const Row& row) {
  return row.text(0);
}

}  // namespace

PoolRow to_pool(const Row& row) {
  return {row.text(0), row.number(1), row.text(2), row.text(3)};
}

DeadLetterRow to_dead_letter(const Row& row) {
  DeadLetterRow letter;
  letter.task = base::TaskId(row.text(0));
  letter.job = base::JobId(row.text(1));
  letter.tenant = row.text(2);
  letter.lane = row.text(3);
  letter.kind = row.text(4);
  letter.signature = row.text(5);
  letter.bucket = row.text(6);
  letter.reason = row.text(7);
  letter.rule = row.text(8);
  letter.cause = row.text(9);
  letter.pattern = row.text(10);
  letter.encoder_revision = base::EncoderRevisionId(row.text(11));
  letter.why = row.text(12);
  letter.fence = row.number(13);
  letter.died = {row.number(14)};
  return letter;
}

QuarantineRow to_quarantine(const Row& row) {
  QuarantineRow quarantine{row.text(0), {row.number(1)}, {}, row.text(3), row.text(4)};
  if (quarantine.set_by.empty()) quarantine.until = base::WallTime{row.number(2)};
  return quarantine;
}

DeliveryRow to_delivery(const Row& row) {
  DeliveryRow delivery;
  delivery.id = row.text(0);
  delivery.due = {row.number(1)};
  delivery.endpoint = row.text(2);
  delivery.job = base::JobId(row.text(3));
  delivery.body = row.text(4);
  delivery.tries = row.number(5);
  delivery.event = row.text(6);
  delivery.created = {row.number(7)};
  delivery.last_error = row.text(8);
  delivery.done = to_time(row.find_number(9));
  delivery.dead = to_time(row.find_number(10));
  return delivery;
}

base::Result<std::vector<base::EncoderRevisionId>> find_encoder_revisions_by_prefix(
    Store& store, std::string_view prefix) {
  return read_rows(store, "encoder_revisions_by_prefix",
                   {std::string(prefix), std::string(prefix) + "~"},
                   [](const Row& row) { return base::EncoderRevisionId(row.text(0)); });
}

base::Result<std::vector<PoolRow>> list_pools(Store& store) {
  return read_rows(store, "all_pools", {}, to_pool);
}

base::Result<std::map<std::pair<std::string, std::string>, std::int64_t>> count_pool_loads(
    Store& store) {
  std::map<std::pair<std::string, std::string>, std::int64_t> loads;
  ASSIGN_OR_RETURN(const auto rows, read_rows(store, "pool_loads", {}, [](const Row& row) {
                     return std::pair(std::pair(row.text(0), row.text(1)), row.number(2));
                   }));
  for (const auto& [key, count] : rows) loads[key] = count;
  return loads;
}

base::Result<std::vector<DeadLetterGroupRow>> list_dead_letter_groups(Store& store) {
  return read_rows(store, "dead_letter_groups", {}, to_group);
}

base::Result<std::vector<std::string>> find_signatures_by_prefix(Store& store,
                                                                 std::string_view prefix) {
  return read_rows(store, "signatures_by_prefix", {std::string(prefix), std::string(prefix) + "~"},
                   to_name);
}

base::Result<std::optional<DeadLetterRow>> find_dead_letter(Store& store,
                                                            const base::TaskId& task) {
  ASSIGN_OR_RETURN(auto rows,
                   read_rows(store, "dead_letter_of_task", {task.value}, to_dead_letter));
  if (rows.empty()) return std::optional<DeadLetterRow>();
  return std::optional(std::move(rows.front()));
}

base::Result<Rows> run_find_dead_letters(Session& session, const DeadLetterFilter& filter,
                                         const ReprocessDeadLetters::Cursor& after,
                                         std::int64_t limit) {
  return session.run(
      "find_dead_letters",
      {filter.signature, filter.reason, filter.bucket, filter.lane, filter.tenant,
       filter.encoder_revision.value, filter.since.us, after.died.us, after.task.value, limit});
}

base::Result<std::vector<DeadLetterRow>> list_dead_letters(Store& store,
                                                           const DeadLetterFilter& filter,
                                                           std::int64_t limit) {
  std::vector<DeadLetterRow> letters;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const Rows rows, run_find_dead_letters(session, filter, {}, limit));
    letters.clear();
    for (const Row& row : rows) letters.push_back(to_dead_letter(row));
    return {};
  }));
  return letters;
}

base::Result<std::vector<QuarantineRow>> list_quarantines(Store& store) {
  return read_rows(store, "list_quarantines", {}, to_quarantine);
}

base::Result<std::vector<HostFailureRow>> list_failures_in_a_row(Store& store,
                                                                 std::string_view host) {
  return read_rows(store, "failures_in_a_row", {std::string(host), std::int64_t{0}},
                   [](const Row& row) {
                     return HostFailureRow{base::JobId(row.text(0)), row.text(1), {row.number(2)}};
                   });
}

base::Result<std::vector<std::string>> list_pools_of_session(Store& store,
                                                             const base::SessionId& session) {
  return read_rows(store, "pools_of_session", {session.value}, to_name);
}

base::Result<std::optional<NextDelivery>> find_next_delivery(Store& store) {
  std::optional<NextDelivery> next;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const Rows rows, session.run("next_outbox", {}));
    next.reset();
    if (rows.empty() || rows.front().is_null(0)) return {};
    const base::WallTime due{rows.front().number(0)};
    next = NextDelivery{due, due <= session.now()};
    return {};
  }));
  return next;
}

base::Result<std::vector<DeliveryRow>> list_deliveries(Store& store, const base::JobId& job) {
  return read_rows(store, "outbox_of_job", {job.value}, to_delivery);
}

}  // namespace mpegflow::store
