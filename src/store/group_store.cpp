#include "store/group_store.h"

namespace mpegflow::store {

std::vector<base::Result<Answer>> apply_in_order(Store& store, const std::vector<Op>& ops) {
  if (auto* group = dynamic_cast<GroupStore*>(&store)) return group->apply_group(ops);
  std::vector<base::Result<Answer>> answers;
  for (const Op& op : ops) answers.push_back(store.apply(op));
  return answers;
}

}  // namespace mpegflow::store
