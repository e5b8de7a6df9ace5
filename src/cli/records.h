#pragma once

#include "records/records.h"

namespace mpegflow::cli {

using records::add_time;
using records::count_load;
using records::parse_column;
using records::parse_record;
using records::PoolLoads;
using records::to_record;
using records::to_records;

}  // namespace mpegflow::cli
