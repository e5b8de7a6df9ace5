#pragma once

#include "base/json.h"
#include "core/probe/probe.h"
#include "core/probe/sniff.h"

namespace mpegflow::probe {

/// All that is known of an input before its encode; kept as JSON on the job's input row.
struct InputRecord {
  Probe probe;
  Sniff sniff;

  bool operator==(const InputRecord&) const = default;
};

base::json::object to_json(const InputRecord& record);
InputRecord parse_input_record(const base::json::object& record);

}  // namespace mpegflow::probe
