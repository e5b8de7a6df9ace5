#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "core/queue/job_state.h"
#include "core/queue/pause.h"
#include "core/queue/task_state.h"

namespace mpegflow::store {

/// A column of microseconds since 1970 that may be null.
inline std::optional<base::WallTime> to_time(std::optional<std::int64_t> us) {
  if (!us) return std::nullopt;
  return base::WallTime{*us};
}

/// The rows as values, in the words of the schema (store/sql/migrations). Texts that hold JSON hold
/// its canonical form.

struct JobRow {
  base::JobId id;
  std::string tenant;
  std::string identity;
  std::string name;
  std::string state;
  std::string delivery;
  std::string lane;
  std::int64_t priority = 50;
  std::string spec_text;
  std::string spec;
  std::string command;
  std::string output_uri;
  std::string scratch_uri;
  base::EncoderRevisionId encoder_revision;
  std::int64_t plan_version = 0;
  base::WallTime created;
  std::optional<base::WallTime> started;
  std::optional<base::WallTime> finished;
};

struct InputRow {
  std::string key;
  std::string uri;
  std::string identity;
  std::int64_t size = 0;
  std::optional<std::string> sha256;
  std::optional<std::string> probe;
};

struct TaskRow {
  base::TaskId id;
  base::JobId job;
  std::string key;
  queue::TaskKind kind = queue::TaskKind::probe;
  queue::Need need = queue::Need::required;
  std::int64_t position = 0;
  queue::TaskState state = queue::TaskState::blocked;
  std::int64_t fence = 0;
  base::ClaimId claim;
  std::string pool;
  std::string lane;
  std::int64_t vtime = 0;
  std::int64_t pending = 0;
  std::string group_key;
  std::int64_t expected_cpu_us = 0;
  std::int64_t expected_bytes = 0;
  base::EncoderRevisionId encoder_revision;
  std::string params;
  std::string policy;
  std::string requirements;  ///< of its worker, as core/queue/requirements writes them; mostly none
  std::int64_t n_transient = 0, n_memory = 0, n_operational = 0, n_lost = 0;
  std::string reason;
  std::string cause;
  std::optional<std::string> result;
  base::WallTime created;
  std::optional<base::WallTime> ready;
  std::optional<base::WallTime> finished;
};

struct SessionRow {
  base::SessionId id;
  std::string host;
  std::string boot_id;
  std::int64_t pid = 0;
  std::string lock_path;
  base::EncoderRevisionId encoder_revision;
  std::string facts;
  base::WallTime started;
  base::WallTime last_seen;
  std::optional<base::WallTime> ended;
  queue::Pause pause = queue::Pause::none;  ///< why it takes no tasks, as it said last
};

struct LeaseRow {
  base::TaskId task;
  std::int64_t fence = 0;
  base::ClaimId claim;
  base::SessionId session;
  base::WallTime granted;
};

struct AttemptRow {
  base::TaskId task;
  std::int64_t fence = 0;
  base::ClaimId claim;
  base::SessionId session;
  base::EncoderRevisionId encoder_revision;
  std::string outcome;
  std::string record;
  base::WallTime claimed;
  std::optional<base::WallTime> ended;
  base::Micros waited{0};  ///< for the claim, since the task could run
};

struct OutputRow {
  std::string object_key;
  base::TaskId task;
  std::int64_t fence = 0;
  base::ClaimId claim;
  std::string state;
  std::string name;
  std::string role;
  std::int64_t size = 0;
  std::string sha256;
  base::WallTime created;
};

struct EventRow {
  std::int64_t seq = 0;
  base::TaskId task;
  std::string task_key;
  std::int64_t fence = 0;
  std::string kind;
  base::WallTime at;
  base::EncoderRevisionId encoder_revision;
  std::string bytes;
  std::string prev_hash;
  std::string hash;
};

struct EncoderRevisionRow {
  base::EncoderRevisionId id;
  std::string path;
  std::string version;
  std::string configuration;
  std::string facts;
  base::WallTime first_seen;
};

struct PublishedRow {
  std::string name;
  base::JobId job;
  std::int64_t size = 0;
  std::string sha256;
  std::int64_t mtime_ns = 0;
};

struct PoolRow {
  std::string name;
  std::int64_t memory_per_task_bytes = 0;  ///< 0 = not told
  std::string next_pool;
  std::string description;
};

/// Why a task is dead.
struct DeadLetterRow {
  base::TaskId task;
  base::JobId job;
  std::string tenant;
  std::string lane;
  std::string kind;
  std::string signature;
  std::string bucket;
  std::string reason;
  std::string rule;
  std::string cause;
  std::string pattern;
  base::EncoderRevisionId encoder_revision;
  std::string why;
  std::int64_t fence = 0;
  base::WallTime died;
};

/// Dead letters that failed alike.
struct DeadLetterGroupRow {
  std::string signature;
  std::int64_t tasks = 0;
  std::int64_t jobs = 0;
  std::string bucket;
  std::string reason;
  std::string rule;
  std::string pattern;
  std::string kind;
  base::EncoderRevisionId encoder_revision;
  base::WallTime first_died;
  base::WallTime last_died;
  base::TaskId example;
};

struct HostFailureRow {
  base::JobId job;
  std::string reason;
  base::WallTime failed;
};

struct QuarantineRow {
  std::string host;
  base::WallTime since;
  std::optional<base::WallTime> until;  ///< nullopt: until it is released
  std::string why;
  std::string set_by;  ///< who took it out; empty: what failed there
};

/// One thing that somebody is to be told of.
struct DeliveryRow {
  std::string id;
  base::WallTime due;
  std::string endpoint;
  base::JobId job;
  std::string body;
  std::int64_t tries = 0;
  std::string event;
  base::WallTime created;
  std::string last_error;
  std::optional<base::WallTime> done;
  std::optional<base::WallTime> dead;
};

/// Who may ask a server for what.
struct ApiKeyRow {
  std::string id;
  std::string name;
  std::string hash;  ///< sha256 of the secret, hex
  std::string tenant;
  std::vector<std::string> scopes;
  std::vector<std::string> pools;  ///< that a worker may claim from; empty = any
  base::WallTime created;
  std::optional<base::WallTime> expires;
  std::optional<base::WallTime> revoked;
};

}  // namespace mpegflow::store
