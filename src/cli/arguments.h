#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/config.h"
#include "cli/grammar/tree.h"
#include "cli/run_options.h"
#include "cli/server_setting.h"

namespace mpegflow::cli {

/// Of the lane commands.
struct LaneOptions {
  std::string name;
  std::string pool;  ///< empty = all
  std::optional<std::int64_t> weight;
  std::optional<std::int64_t> reserved;
  std::string cap_text;             ///< a number or "none"
  std::optional<std::int64_t> cap;  ///< store::kNoCap = none
};

/// Which dead letters, in words as they were given; empty = does not matter.
struct DeadLetterWords {
  bool is_all = false;
  std::string reason, bucket, lane, tenant, revision;
  std::string since;  ///< RFC 3339, or how long ago ("2h")
  std::string rate;   ///< "30/min" or "30"
};

/// What is to be changed of a pool.
struct PoolWords {
  std::optional<std::string> memory, next, description;
};

/// Of classify: how an FFmpeg ended, and where its log and the facts are.
struct ClassifyWords {
  std::optional<std::int64_t> exit_code;
  std::optional<int> signal;
  std::string stderr_file;  ///< empty or "-": standard input
  std::string facts;        ///< a file of JSON
  std::string tool;
  std::string rules;  ///< a file of the user's own rules; also of rules list, show and test
};

/// Of rules show and rules test.
struct RulesWords {
  std::string rule;  ///< an id
  std::string line;  ///< a message to try the rules on
};

/// Of `key create`.
struct KeyWords {
  std::string name;
  std::string tenant = "local";
  std::string scopes;   ///< "submit,read"
  std::string pools;    ///< the same; empty = any
  std::string expires;  ///< "90d"; empty = never
};

/// A command line, parsed. A command reads the fields that its own options fill.
struct Arguments {
  std::string command;  ///< "job show"; "help" if help was asked for
  std::string help;     ///< the text to print, of help
  bool wants_json = false;
  ConfigFlags flags;
  ServerFlags server;

  std::vector<std::string> words;  ///< of run and help: those without an option
  std::string memory;              ///< of run, as given
  std::string job;                 ///< id, prefix or "last"
  std::string task;                ///< "JOB/KEY" or id
  std::string file;                ///< of a spec
  std::string output;              ///< of spec check and spec plan: for a spec without one
  std::string format = "text";     ///< of spec plan: text, json, dot
  std::string before;              ///< of job list: an id
  std::int64_t limit = 20;         ///< of job list
  std::string idempotency_key;     ///< of job submit
  bool wants_watch = false;        ///< of job submit: follow it to its end
  std::optional<std::int64_t> attempt;
  bool wants_follow = false;  ///< of task log
  LaneOptions lane;
  std::string task_key;       ///< of job reprocess: only this task
  std::string pool;           ///< of reprocess: the other pool; of pool: which one
  std::string revision;       ///< of reprocess: the other encoder revision
  std::string letter;         ///< of dlq: a group or a task
  DeadLetterWords letters;    ///< of dlq reprocess
  PoolWords pool_words;       ///< of pool set
  std::string host;           ///< of worker
  std::string why;            ///< of worker quarantine and release
  std::string preset;         ///< of preset show: NAME or NAME@VERSION
  bool is_dry_run = false;    ///< of gc
  std::string grace = "48h";  ///< of gc
  bool wants_repair = false;  ///< of fsck
  bool is_quick = false;      ///< of fsck
  /// Behind "--", of spec from-command.
  std::vector<std::string> command_words;
  ClassifyWords classify;
  RulesWords rules;
  KeyWords key_words;          ///< of key create
  std::string key;             ///< of key revoke
  std::string shell;           ///< of completion
  bool has_no_worker = false;  ///< of serve
  RunOptions run;
};

/// Reads the arguments after the program's name. The error (invalid_argument) says what to write
/// instead, with the nearest right word for an unknown one.
base::Result<Arguments> parse_arguments(std::span<const std::string> words);

/// The grammar of all commands as a value.
grammar::Tree describe_commands();

/// Does the command line ask for JSON, sound or not?
bool asks_for_json(std::span<const std::string> words);

}  // namespace mpegflow::cli
