#pragma once

#include "base/result.h"
#include "cli/arguments.h"
#include "store/store.h"

namespace mpegflow::cli {

/// --pool and --revision.
base::Result<store::AnotherWay> find_another_way(store::Store& store, const Arguments& arguments);

}  // namespace mpegflow::cli
