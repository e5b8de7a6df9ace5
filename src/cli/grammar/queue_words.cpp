#include <fmt/format.h>

#include "base/text.h"
#include "cli/grammar/common.h"
#include "cli/grammar/families.h"
#include "store/op.h"

namespace mpegflow::cli::grammar {
namespace {

void add_lanes(const Syntax& root, Arguments& arguments) {
  LaneOptions& options = arguments.lane;
  const Syntax lane = root.add_noun("lane", "Look at lanes and change what they may have");
  add_ask(lane, arguments, "list", "List lanes: weights, bounds, limits and what waits");
  const Syntax show =
      add_ask(lane, arguments, "show", "Show a lane in every pool, and who changed its limits");
  const Syntax set =
      add_ask(lane, arguments, "set", "Change a lane's weight, reserved slots or cap");
  for (const Syntax& command : {show, set})
    command.required_word("LANE", &options.name, "live, vod or bulk");
  set.option("--weight", &options.weight, "Share of the claims, 1 to 100", "N");
  set.option("--reserved", &options.reserved, "Slots of a pool kept free for the lane", "N");
  set.option("--cap", &options.cap_text, "Most tasks that run at once in a pool, or none", "N");
  set.option("--pool", &options.pool, "Only in this pool (reserved and cap)", "POOL");
}

void add_dead_letters(const Syntax& root, Arguments& arguments) {
  const Syntax dlq = root.add_noun("dlq", "Look at dead letters, and give them another chance");
  add_ask(dlq, arguments, "list", "List what is dead, in groups that failed alike");
  const Syntax show = add_ask(dlq, arguments, "show", "Show a group or a dead task");
  show.required_word("GROUP|TASK", &arguments.letter, "Start of a signature, JOB/KEY or an id");
  const Syntax reprocess = add_ask(dlq, arguments, "reprocess", "Give dead letters another chance");
  reprocess.word("GROUP|TASK", &arguments.letter, "Start of a signature, JOB/KEY or an id");
  DeadLetterWords& words = arguments.letters;
  reprocess.flag("--all", words.is_all, "All there are");
  reprocess.option("--reason", &words.reason, "Only those of this reason", "WORD");
  reprocess.choice("--bucket", &words.bucket, "Only transient or operational ones", "WORD",
                   {"transient", "operational"});
  reprocess.option("--lane", &words.lane, "Only those of this lane", "LANE");
  reprocess.option("--tenant", &words.tenant, "Only those of this tenant", "NAME");
  reprocess.option("--of-revision", &words.revision, "Only those of this encoder revision",
                   "REVISION");
  reprocess.option("--since", &words.since, "Only those that died since then, or so long ago (2h)",
                   "TIME");
  reprocess.option("--rate", &words.rate, "So many a minute, as in 30/min; the rest waits",
                   "N/min");
  add_another_way(reprocess, arguments);
}

void add_pools(const Syntax& root, Arguments& arguments) {
  const Syntax pool = root.add_noun("pool", "Look at pools, and change them");
  add_ask(pool, arguments, "list", "List the pools and what waits in them");
  const Syntax show = add_ask(pool, arguments, "show", "Show a pool");
  const Syntax set = add_ask(pool, arguments, "set", "Make or change a pool");
  for (const Syntax& command : {show, set})
    command.required_word("POOL", &arguments.pool, "Its name");
  PoolWords& words = arguments.pool_words;
  set.option("--memory", &words.memory, "Memory of each task there, as in 4GiB; 0: not told",
             "SIZE");
  set.option("--next", &words.next, "Where tasks go that need more memory; none: nowhere", "POOL");
  set.option("--description", &words.description, "For people", "TEXT");
}

}  // namespace

void add_queues(const Syntax& root, Arguments& arguments) {
  add_lanes(root, arguments);
  add_dead_letters(root, arguments);
  add_pools(root, arguments);
}

base::Result<void> finish_lane_set(Arguments& arguments) {
  LaneOptions& options = arguments.lane;
  if (options.cap_text == "none") options.cap = store::kNoCap;
  else if (!options.cap_text.empty()) {
    const bool is_number = options.cap_text.size() < 10 &&
                           options.cap_text.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number)
      return usage(fmt::format("--cap {} is no cap; write a whole number from 0 up, or none",
                               base::quote(options.cap_text)));
    options.cap = std::stoll(options.cap_text);
  }
  if (!options.weight && !options.reserved && !options.cap)
    return usage("lane set changes nothing; add --weight N, --reserved N or --cap N");
  return {};
}

}  // namespace mpegflow::cli::grammar
