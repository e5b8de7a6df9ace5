#include "store/ops/ops.h"

#include "store/ops/job_head.h"
#include "store/ops/loads.h"
#include "store/ops/ops_internal.h"
#include "store/ops/work.h"

namespace mpegflow::store {
namespace {

/// An op that ends without success leaves nothing behind, nor what it has read of its own changes.
class Undo {
 public:
  explicit Undo(Work& work) : work_(work), before_(work.changes) { work_.heads.clear(); }
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  ~Undo() {
    if (is_done_) return;
    work_ = Work();
    work_.changes = std::move(before_);
  }
  void dismiss() { is_done_ = true; }

 private:
  Work& work_;
  LoadChanges before_;
  bool is_done_ = false;
};

}  // namespace

base::Result<Answer> run_op(Session& session, const Op& op) {
  Undo undo(session.work());
  ASSIGN_OR_RETURN(Answer answer, std::visit(
                                      [&](const auto& one) -> base::Result<Answer> {
                                        return run_op(session, one).map([](auto given) {
                                          return Answer(std::move(given));
                                        });
                                      },
                                      op));
  RETURN_IF_ERROR(write_heads(session));
  undo.dismiss();
  return answer;
}

base::Result<void> finish_transaction(Session& session) {
  return write_loads(session);
}

}  // namespace mpegflow::store
