#pragma once

#include "base/json.h"
#include "records/host_picture.h"
#include "records/job_view.h"
#include "records/records.h"
#include "store/rows.h"

namespace mpegflow::records {

/// Records back into rows, wherever they come from: of a row, what to_record() writes of it. What a
/// record does not have is empty.

store::JobRow parse_job(const base::json::object& record);
store::TaskRow parse_task(const base::json::object& record);
store::AttemptRow parse_attempt(const base::json::object& record);
store::EventRow parse_event(const base::json::object& record);
store::EncoderRevisionRow parse_encoder_revision(const base::json::object& record);
JobView parse_job_view(const base::json::object& record);
store::LimitChange parse_limit_change(const base::json::object& record);
store::LaneView parse_lane(const base::json::object& record);
store::PoolRow parse_pool(const base::json::object& record);
PoolLoads parse_pool_loads(const base::json::object& record);
store::DeadLetterGroupRow parse_dead_letter_group(const base::json::object& record);
store::DeadLetterRow parse_dead_letter(const base::json::object& record);
HostPicture parse_host(const base::json::object& record);

/// What `parse` makes of each record of the list `key`.
template <class Parse>
auto parse_list(const base::json::object& record, std::string_view key, const Parse& parse) {
  std::vector<decltype(parse(record))> rows;
  for (const auto& entry : base::array_or(record, key))
    if (const auto* one = entry.if_object()) rows.push_back(parse(*one));
  return rows;
}

}  // namespace mpegflow::records
