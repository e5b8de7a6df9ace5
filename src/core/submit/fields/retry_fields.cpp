#include "core/submit/fields/parts.h"

/// The rows of `retry`.
namespace mpegflow::submit {
namespace {

constexpr std::string_view kEnds[] = {"dead", "hold"};

constexpr std::string_view kByKind = "by kind, see above";

constexpr Field kRetryBudgetFields[] = {
    {.name = "max",
     .kind = FieldKind::integer,
     .description = "How many failures of this kind are followed by another attempt.",
     .access = keep<&RetryBudgetSpec::max>,
     .minimum = 0,
     .maximum = 1000,
     .default_words = kByKind},
    {.name = "base",
     .kind = FieldKind::seconds,
     .description = "The longest wait after the first failure; it doubles with every other one.",
     .access = keep<&RetryBudgetSpec::base>,
     .minimum = 0,
     .maximum = 24.0 * 3600,
     .default_words = kByKind},
    {.name = "cap",
     .kind = FieldKind::seconds,
     .description = "The longest wait there is.",
     .access = keep<&RetryBudgetSpec::cap>,
     .minimum = 0,
     .maximum = 7.0 * 24 * 3600,
     .default_words = kByKind},
    {.name = "jitter",
     .kind = FieldKind::number,
     .description = "The part of a wait that is drawn at random, so that what failed together does "
                    "not come back together.",
     .access = keep<&RetryBudgetSpec::jitter>,
     .minimum = 0,
     .maximum = 1},
    {.name = "next_pool",
     .kind = FieldKind::key,
     .presence = Presence::optional,
     .description = "The pool in which the next attempt runs. Without it a task that ran out of "
                    "memory goes to the next larger pool, one that misses something on its worker "
                    "to the pool that follows, any other stays where it is.",
     .access = keep<&RetryBudgetSpec::next_pool>},
    {.name = "total_wall",
     .kind = FieldKind::seconds,
     .description = "No attempt begins later than this after the first one; 0 sets no end.",
     .access = keep<&RetryBudgetSpec::total_wall>,
     .minimum = 1,
     .maximum = 30.0 * 24 * 3600,
     .is_zero_allowed = true},
    {.name = "then",
     .kind = FieldKind::word,
     .description = "When it is spent: the task is a dead letter, or is held until somebody acts.",
     .access = keep<&RetryBudgetSpec::then>,
     .words = kEnds,
     .default_words = kByKind},
};

constexpr ObjectType kRetryBudgetType = {"Retry budget", kRetryBudgetFields,
                                         make_defaults<RetryBudgetSpec>};

constexpr Field kRetryFields[] = {
    {.name = "transient",
     .kind = FieldKind::object,
     .description = "What may go away by itself.",
     .access = keep<&RetrySpec::transient>,
     .object = &kRetryBudgetType},
    {.name = "memory",
     .kind = FieldKind::object,
     .description = "The task ran out of memory.",
     .access = keep<&RetrySpec::memory>,
     .object = &kRetryBudgetType},
    {.name = "operational",
     .kind = FieldKind::object,
     .description = "Something is missing on the machine; another one may have it.",
     .access = keep<&RetrySpec::operational>,
     .object = &kRetryBudgetType},
    {.name = "room",
     .kind = FieldKind::object,
     .description = "The worker's disk is full.",
     .access = keep<&RetrySpec::room>,
     .object = &kRetryBudgetType},
    {.name = "lost",
     .kind = FieldKind::object,
     .description = "The worker went away; being preempted or drained costs nothing.",
     .access = keep<&RetrySpec::lost>,
     .object = &kRetryBudgetType},
    {.name = "total_wall",
     .kind = FieldKind::seconds,
     .description = "For every kind: no attempt begins later than this after the first one; 0 sets "
                    "no end.",
     .access = keep<&RetrySpec::total_wall>,
     .minimum = 1,
     .maximum = 30.0 * 24 * 3600,
     .is_zero_allowed = true},
    {.name = "poison_hosts",
     .kind = FieldKind::integer,
     .description = "A task under which workers on so many hosts were lost is not tried again.",
     .access = keep<&RetrySpec::poison_hosts>,
     .minimum = 1,
     .maximum = 100},
};

}  // namespace

template <>
std::span<const Field> fields_of<RetryBudgetSpec>() {
  return kRetryBudgetFields;
}

template <>
std::span<const Field> fields_of<RetrySpec>() {
  return kRetryFields;
}

constinit const ObjectType kRetryType = {"Retry", kRetryFields, make_defaults<RetrySpec>};

}  // namespace mpegflow::submit
