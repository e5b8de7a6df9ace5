#pragma once

#include <functional>

#include "store/store.h"

namespace mpegflow::store {

/// Several reads on one consistent snapshot, in one transaction in place of one each. `reads` gets
/// a store for the time of the call, which reads there; an op given to that is a bug.
base::Result<void> read_at_once(Store& store,
                                const std::function<base::Result<void>(Store&)>& reads);

}  // namespace mpegflow::store
