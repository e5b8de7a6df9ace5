#pragma once

#include <string>

#include "base/json.h"

namespace mpegflow::submit {

/// The JSON Schema (draft-07) of a job spec, made from the table. It refuses nothing that
/// read_spec() accepts, unless a path is relative to where nothing is; what no schema can say
/// (references, cycles, equal keys, the bounds of "5M") only the reader finds.
base::json::object make_json_schema();

/// The reference of all keys in Markdown, made from the table.
std::string make_reference_markdown();

}  // namespace mpegflow::submit
