#include "store/ops/ops.h"

#include "store/ops/ops_internal.h"

namespace mpegflow::store {

base::Result<Answer> run_op(Session& session, const Op& op) {
  return std::visit(
      [&](const auto& one) -> base::Result<Answer> {
        auto answer = run_op(session, one);
        if (!answer) return tl::unexpected(std::move(answer).error());
        return Answer(std::move(*answer));
      },
      op);
}

}  // namespace mpegflow::store
