#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace mpegflow::store {

/// What is wrong with caps and the counts that they are judged by, in words: a count that the
/// tables do not bear out, more running than may, a task that may be claimed but should not be, one
/// that waits at a gate that has room. Empty if nothing is. (Right after a cap was changed there
/// may be more than it allows, and more than a batch may wait for the next sweep.) For those who
/// check the store; reads everything.
base::Result<std::vector<std::string>> find_cap_faults(Store& store);

}  // namespace mpegflow::store
