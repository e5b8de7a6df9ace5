-- One text for SQLite 3.40 and PostgreSQL 15; /*pg:…*/ and /*sqlite:…*/ mark what only one of them has.
-- Times are microseconds since 1970 by the store's clock. Never edited once released.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- Which FFmpeg made it: the identity of a binary with all that it loads.
CREATE TABLE encoder_revision (
  id TEXT PRIMARY KEY,              -- sha256 over the executable and its libraries
  path TEXT NOT NULL,
  version TEXT NOT NULL,
  configuration TEXT NOT NULL,
  facts TEXT NOT NULL,              -- JSON: sha256 of every file, encoders, filters
  first_seen_us BIGINT NOT NULL
);

CREATE TABLE job (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  idempotency_key TEXT,             -- NULL: none given
  identity TEXT NOT NULL,           -- sha256 of what makes two runs the same command
  name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state = 'queued' OR state = 'running' OR state = 'cancelling' OR state = 'succeeded' OR state = 'partial'
    OR state = 'failed_input' OR state = 'failed_spec' OR state = 'failed' OR state = 'cancelled'),
  delivery TEXT NOT NULL CHECK (delivery = 'none' OR delivery = 'pending' OR delivery = 'delivered' OR delivery = 'failed'),
  lane TEXT NOT NULL,
  priority BIGINT NOT NULL,
  spec_text TEXT NOT NULL,          -- as sent
  spec TEXT NOT NULL,               -- canonical JSON
  command TEXT NOT NULL,            -- JSON: argv and working folder of the command, redacted
  output_uri TEXT NOT NULL,
  scratch_uri TEXT NOT NULL,        -- recorded before it is made
  encoder_revision TEXT NOT NULL,
  plan_version BIGINT NOT NULL,
  event_seq BIGINT NOT NULL,        -- last event's number
  event_hash TEXT NOT NULL,         -- last event's hash
  created_us BIGINT NOT NULL,
  started_us BIGINT,
  finished_us BIGINT
);
CREATE UNIQUE INDEX job_idempotency ON job(tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX job_identity ON job(identity, created_us);
CREATE INDEX job_created ON job(created_us, id);

CREATE TABLE input (
  job_id TEXT NOT NULL,
  key TEXT NOT NULL,
  uri TEXT NOT NULL,
  identity TEXT NOT NULL,           -- JSON: device, inode, size, mtime_ns as text
  size BIGINT NOT NULL,
  sha256 TEXT,
  probe TEXT,                       -- JSON
  PRIMARY KEY (job_id, key)
);

CREATE TABLE task (
  id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  position BIGINT NOT NULL,         -- order in the plan, for people
  state TEXT NOT NULL CHECK (state = 'blocked' OR state = 'ready' OR state = 'capped' OR state = 'held' OR state = 'leased'
    OR state = 'backing_off' OR state = 'cancelling' OR state = 'succeeded' OR state = 'failed_input'
    OR state = 'failed_spec' OR state = 'dead' OR state = 'skipped' OR state = 'cancelled'),
  fence BIGINT NOT NULL,            -- +1 at every claim, never reset
  claim_id TEXT NOT NULL,           -- of the last claim, '' before the first and once it was given up
  pool TEXT NOT NULL,
  lane TEXT NOT NULL,
  vtime BIGINT NOT NULL,
  pending BIGINT NOT NULL,          -- parents not yet succeeded
  group_key TEXT NOT NULL,          -- siblings that can share a decode
  expected_cpu_us BIGINT NOT NULL,
  expected_bytes BIGINT NOT NULL,
  encoder_revision TEXT NOT NULL,   -- pinned, '' = any
  params TEXT NOT NULL,             -- JSON: what to do
  policy TEXT NOT NULL,             -- JSON: retry policy, {} = the defaults
  n_transient BIGINT NOT NULL DEFAULT 0,
  n_memory BIGINT NOT NULL DEFAULT 0,
  n_operational BIGINT NOT NULL DEFAULT 0,
  n_lost BIGINT NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',  -- of the last finding
  cause TEXT NOT NULL DEFAULT '',
  result TEXT,                      -- JSON, from the commit
  created_us BIGINT NOT NULL,
  ready_us BIGINT,                  -- last time it could run
  finished_us BIGINT,
  UNIQUE (job_id, key)
);

CREATE TABLE task_dep (
  parent_id TEXT NOT NULL,
  child_id TEXT NOT NULL,
  PRIMARY KEY (parent_id, child_id)
) /*sqlite:WITHOUT ROWID*/;
CREATE UNIQUE INDEX task_dep_child ON task_dep(child_id, parent_id);

-- Claimable now, nothing else.
CREATE TABLE ready (
  pool TEXT NOT NULL,
  lane TEXT NOT NULL,
  vtime BIGINT NOT NULL,
  task_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  PRIMARY KEY (pool, lane, vtime, task_id)
) /*sqlite:WITHOUT ROWID*/;
CREATE UNIQUE INDEX ready_task ON ready(task_id);
CREATE INDEX ready_job ON ready(job_id, vtime, task_id);

CREATE TABLE timer (
  due_us BIGINT NOT NULL,
  task_id TEXT NOT NULL,
  PRIMARY KEY (due_us, task_id)
) /*sqlite:WITHOUT ROWID*/;
CREATE UNIQUE INDEX timer_task ON timer(task_id);

CREATE TABLE parked (
  tenant TEXT NOT NULL,
  pool TEXT NOT NULL,
  lane TEXT NOT NULL,
  seq BIGINT NOT NULL,
  task_id TEXT NOT NULL,
  PRIMARY KEY (tenant, pool, lane, seq, task_id)
) /*sqlite:WITHOUT ROWID*/;
CREATE UNIQUE INDEX parked_task ON parked(task_id);

CREATE TABLE lease (
  task_id TEXT PRIMARY KEY,
  fence BIGINT NOT NULL,
  claim_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  granted_us BIGINT NOT NULL
);
CREATE INDEX lease_session ON lease(session_id);

-- One row per worker process; it alone carries liveness.
CREATE TABLE session (
  id TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  pid BIGINT NOT NULL,
  lock_path TEXT NOT NULL,          -- flock held while the process lives, '' = none
  encoder_revision TEXT NOT NULL,
  facts TEXT NOT NULL,              -- JSON
  started_us BIGINT NOT NULL,
  last_seen_us BIGINT NOT NULL,
  ended_us BIGINT                   -- NULL while it may be alive
);
CREATE INDEX session_seen ON session(last_seen_us) WHERE ended_us IS NULL;

CREATE TABLE attempt (
  task_id TEXT NOT NULL,
  fence BIGINT NOT NULL,
  claim_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  encoder_revision TEXT NOT NULL,
  outcome TEXT NOT NULL,            -- running, succeeded, failed, released, lost, cancelled
  record TEXT NOT NULL,             -- JSON: argv, edges, usage, exit, stderr, finding, verification
  claimed_us BIGINT NOT NULL,
  ended_us BIGINT,
  PRIMARY KEY (task_id, fence)
) /*sqlite:WITHOUT ROWID*/;

CREATE TABLE output (
  object_key TEXT PRIMARY KEY,
  task_id TEXT NOT NULL,
  fence BIGINT NOT NULL,
  claim_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state = 'staged' OR state = 'committed' OR state = 'doomed'),
  name TEXT NOT NULL,               -- path below the job's output
  role TEXT NOT NULL,               -- media, playlist, data
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  created_us BIGINT NOT NULL
);
CREATE INDEX output_task ON output(task_id, fence);
CREATE INDEX output_open ON output(created_us, object_key) WHERE state <> 'committed';

-- What stands at an output because we published it.
CREATE TABLE published (
  target_uri TEXT NOT NULL,
  name TEXT NOT NULL,
  job_id TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  mtime_ns BIGINT NOT NULL,
  PRIMARY KEY (target_uri, name)
);
CREATE INDEX published_job ON published(job_id);

CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  due_us BIGINT NOT NULL,
  endpoint TEXT NOT NULL,
  job_id TEXT NOT NULL,
  body TEXT NOT NULL,
  tries BIGINT NOT NULL DEFAULT 0,
  done_us BIGINT
);
CREATE INDEX outbox_due ON outbox(due_us) WHERE done_us IS NULL;

-- Append-only, gapless per job; bytes are what the hash covers.
CREATE TABLE event (
  job_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  task_id TEXT NOT NULL,            -- '' = of the job
  fence BIGINT NOT NULL,
  kind TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  encoder_revision TEXT NOT NULL,
  bytes TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (job_id, seq)
) /*sqlite:WITHOUT ROWID*/;
CREATE UNIQUE INDEX event_chain ON event(job_id, prev_hash);

-- The same request id gets the same answer.
CREATE TABLE request (
  id TEXT PRIMARY KEY,
  answer TEXT NOT NULL,
  at_us BIGINT NOT NULL
);
CREATE INDEX request_at ON request(at_us);

CREATE TABLE lane (
  name TEXT PRIMARY KEY,
  weight BIGINT NOT NULL,
  reserved BIGINT NOT NULL,
  cap BIGINT                        -- NULL = none
);
INSERT INTO lane (name, weight, reserved, cap) VALUES ('live', 8, 0, NULL), ('vod', 4, 0, NULL), ('bulk', 1, 0, NULL);

CREATE TABLE lane_state (
  pool TEXT NOT NULL,
  lane TEXT NOT NULL,
  vtime BIGINT NOT NULL,            -- of the last claim
  PRIMARY KEY (pool, lane)
);
