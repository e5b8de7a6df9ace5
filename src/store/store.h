#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/op.h"
#include "store/rows.h"
#include "store/session.h"

namespace mpegflow::store {

/// The Store seam. Twins: SQLite (also in memory), later PostgreSQL; one conformance suite.
///
/// apply() carries out one op atomically and answers after it is durable. A refusal (superseded,
/// illegal_transition, not_found) is an error value that changed nothing; disk_full and
/// store_failed mean that nothing was changed either, or, if the process dies meanwhile, that the
/// outcome is unknown and the same request id may be sent again. Any thread.
class Store {
 public:
  virtual ~Store() = default;

  virtual base::Result<Answer> apply(const Op& op) = 0;

  /// Runs `read` on one consistent snapshot; it must only read.
  virtual base::Result<void> read(const std::function<base::Result<void>(Session&)>& read) = 0;

  /// apply() with the answer of that op's own type.
  template <class OneOp>
  base::Result<typename OneOp::Answer> execute(OneOp op) {
    ASSIGN_OR_RETURN(Answer answer, apply(Op(std::move(op))));
    return std::get<typename OneOp::Answer>(std::move(answer));
  }
};

}  // namespace mpegflow::store
