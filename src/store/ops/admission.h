#pragma once

#include <string>

#include "store/op.h"
#include "store/ops/loads.h"
#include "store/session.h"

namespace mpegflow::store {

base::Result<Place> find_place(Session& session, const TaskRow& task);

/// Every row of `ready` may be claimed now, with nothing left to ask but whose turn it is: for each
/// lane and pool, and for each tenant in each of them, there are never more ready rows than there
/// is room under the caps beside what runs. What is over sits in `parked`, in the order of its
/// place in the lane, at one of two gates: the tenant's first, then the lane's. So a tenant over
/// its own cap holds up nobody else.
enum class Gate { tenant, lane };
std::string_view to_word(Gate gate);

/// The counts, kept where a row enters or leaves: `change` is 1 or -1.
void count_ready(Session& session, const Place& place, std::int64_t change);
void count_running(Session& session, const Place& place, const Holder& holder, std::int64_t change);

/// The gate at which a task that has just become ready must wait; nullopt if it need not.
base::Result<std::optional<Gate>> find_closed_gate(Session& session, const Place& place);

base::Result<void> park(Session& session, const TaskRow& task, const Place& place, Gate gate);
base::Result<void> unpark(Session& session, const TaskRow& task, const Place& place);

/// Lets those in who wait for what has become free at `place`, in order. At most a batch at once;
/// more than one only waits after a cap was raised, and the sweep goes on with them.
base::Result<void> let_in(Session& session, const Place& place);

/// A task of the tenant was granted, or its caps were lowered: what no longer has room in any lane
/// and pool waits again, the last ones first.
base::Result<void> squeeze_tenant(Session& session, const std::string& tenant);

/// The lane's cap in the pool was changed: what no longer has room waits, what has room comes in; a
/// batch at once.
base::Result<void> settle_lane(Session& session, const std::string& pool, const std::string& lane);

/// Goes on with what let_in() and settle_lane() left.
base::Result<void> settle_waiting(Session& session);

}  // namespace mpegflow::store
