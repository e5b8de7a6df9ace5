#pragma once

#include <vector>

#include "store/store.h"

namespace mpegflow::store {

/// A store that can carry out several ops in one commit: in their order, each an atomic step of its
/// own. A refusal of one does not keep the next from being tried.
class GroupStore {
 public:
  virtual ~GroupStore() = default;
  virtual std::vector<base::Result<Answer>> apply_group(const std::vector<Op>& ops) = 0;
};

/// The same with any store; one that is no GroupStore takes a commit for each.
std::vector<base::Result<Answer>> apply_in_order(Store& store, const std::vector<Op>& ops);

}  // namespace mpegflow::store
