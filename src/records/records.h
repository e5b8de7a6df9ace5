#pragma once

#include <map>
#include <optional>
#include <span>
#include <string_view>

#include "base/json.h"
#include "core/audit/attempt_record.h"
#include "store/lanes.h"
#include "store/rows.h"

namespace mpegflow::records {

/// Rows as the records of --json. A field that has no value is null, never absent; every moment is
/// there twice: `created` in RFC 3339, `created_us` in microseconds since 1970.

base::json::object to_record(const store::JobRow& job);
base::json::object to_record(const store::InputRow& input);
base::json::object to_record(const store::TaskRow& task);
base::json::object to_record(const store::AttemptRow& attempt);
base::json::object to_record(const store::OutputRow& output);
base::json::object to_record(const store::EventRow& event);
base::json::object to_record(const store::PoolRow& pool);
base::json::object to_record(const store::DeadLetterRow& letter);
base::json::object to_record(const store::DeadLetterGroupRow& group);
base::json::object to_record(const store::HostFailureRow& failure);
base::json::object to_record(const store::QuarantineRow& quarantine);
base::json::object to_record(const store::SessionRow& session);
base::json::object to_record(const store::EncoderRevisionRow& revision);
base::json::object to_record(const store::LaneInPool& lane);
base::json::object to_record(const store::LaneView& lane);
base::json::object to_record(const store::LimitChange& change);

/// (pool, state) → tasks.
using PoolLoads = std::map<std::pair<std::string, std::string>, std::int64_t>;
std::int64_t count_load(const PoolLoads& loads, const std::string& pool, const std::string& state);
/// The record of a pool with what it has to do.
base::json::object to_record(const store::PoolRow& pool, const PoolLoads& loads);

void add_time(base::json::object& record, std::string_view name,
              std::optional<base::WallTime> time);

/// null for "".
base::json::value text_or_null(std::string_view text);

/// A text column that holds JSON; null if it holds none.
base::json::value parse_column(std::string_view text);

/// The record of an attempt as a value.
audit::AttemptRecord parse_record(const store::AttemptRow& attempt);

/// A list of records.
template <class Row>
base::json::array to_records(const std::vector<Row>& rows) {
  base::json::array records;
  for (const Row& row : rows) records.push_back(to_record(row));
  return records;
}

}  // namespace mpegflow::records
