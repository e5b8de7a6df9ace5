#pragma once

#include "records/lookup.h"

namespace mpegflow::cli {

using records::find_named_job;
using records::find_named_revision;
using records::find_named_task;
using records::list_attempts_of_task;
using records::NamedTask;

}  // namespace mpegflow::cli
