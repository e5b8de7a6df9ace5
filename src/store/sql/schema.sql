CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,               -- sha256 of the secret, hex
  tenant TEXT NOT NULL,
  scopes TEXT NOT NULL,             -- words with a space between
  pools TEXT NOT NULL,              -- the same: what a worker may claim from; empty = any
  created_us BIGINT NOT NULL,
  expires_us BIGINT,
  revoked_us BIGINT
);

CREATE TABLE attempt (
  task_id TEXT NOT NULL,
  fence BIGINT NOT NULL,
  claim_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  encoder_revision TEXT NOT NULL,
  outcome TEXT NOT NULL,            -- running, succeeded, failed, released, lost, cancelled
  record TEXT NOT NULL,             -- JSON: argv, edges, usage, exit, stderr, finding, verification
  claimed_us BIGINT NOT NULL,
  ended_us BIGINT, waited_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (task_id, fence)
) WITHOUT ROWID;

CREATE TABLE dead_letter (
  task_id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL,
  tenant TEXT NOT NULL,
  lane TEXT NOT NULL,
  kind TEXT NOT NULL,
  signature TEXT NOT NULL,          -- hash of bucket, reason, rule, pattern, kind and encoder_revision
  bucket TEXT NOT NULL,
  reason TEXT NOT NULL,
  rule TEXT NOT NULL,
  cause TEXT NOT NULL,              -- as it was said
  pattern TEXT NOT NULL,            -- the cause without what differs from one to the next
  encoder_revision TEXT NOT NULL,
  why TEXT NOT NULL,                -- which budget was spent
  fence BIGINT NOT NULL,            -- of the last attempt
  died_us BIGINT NOT NULL
);

CREATE TABLE encoder_revision (
  id TEXT PRIMARY KEY,              -- sha256 over the executable and its libraries
  path TEXT NOT NULL,
  version TEXT NOT NULL,
  configuration TEXT NOT NULL,
  facts TEXT NOT NULL,              -- JSON: sha256 of every file, encoders, filters
  first_seen_us BIGINT NOT NULL
);

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
) WITHOUT ROWID;

CREATE TABLE held_need (
  task_id TEXT PRIMARY KEY,
  pool TEXT NOT NULL,
  requirements TEXT NOT NULL            -- names with a space between
);

CREATE TABLE hop (
  due_us BIGINT NOT NULL,
  task_id TEXT NOT NULL,
  PRIMARY KEY (due_us, task_id)
) WITHOUT ROWID;

CREATE TABLE host_failure (
  host TEXT NOT NULL,
  job_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  failed_us BIGINT NOT NULL,
  in_a_row BIGINT NOT NULL,
  PRIMARY KEY (host, job_id)
) WITHOUT ROWID;

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

CREATE TABLE job_schedule (
  job_id TEXT PRIMARY KEY,
  start_us BIGINT,                  -- NULL = at once
  hop_after_us BIGINT NOT NULL,     -- 0 = never
  hop_lane TEXT NOT NULL,           -- '' = the same
  hop_pool TEXT NOT NULL
);

CREATE TABLE lane (
  name TEXT PRIMARY KEY,
  weight BIGINT NOT NULL,
  reserved BIGINT NOT NULL,
  cap BIGINT                        -- NULL = none
);

CREATE TABLE lane_limit (
  lane TEXT NOT NULL,
  pool TEXT NOT NULL,
  reserved BIGINT NOT NULL,
  cap BIGINT,                       -- NULL = none
  PRIMARY KEY (lane, pool)
);

CREATE TABLE lane_state (
  pool TEXT NOT NULL,
  lane TEXT NOT NULL,
  vtime BIGINT NOT NULL, ready BIGINT NOT NULL DEFAULT 0, running BIGINT NOT NULL DEFAULT 0, parked BIGINT NOT NULL DEFAULT 0, grants BIGINT NOT NULL DEFAULT 0,            -- of the last claim
  PRIMARY KEY (pool, lane)
);

CREATE TABLE lease (
  task_id TEXT PRIMARY KEY,
  fence BIGINT NOT NULL,
  claim_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  granted_us BIGINT NOT NULL
);

CREATE TABLE limit_change (
  subject TEXT NOT NULL,            -- 'lane vod', 'tenant acme'
  seq BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  change TEXT NOT NULL,             -- JSON
  PRIMARY KEY (subject, seq)
);

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE orphan (
  place TEXT PRIMARY KEY,
  first_seen_us BIGINT NOT NULL
);

CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  due_us BIGINT NOT NULL,
  endpoint TEXT NOT NULL,
  job_id TEXT NOT NULL,
  body TEXT NOT NULL,
  tries BIGINT NOT NULL DEFAULT 0,
  done_us BIGINT
, event TEXT NOT NULL DEFAULT '', created_us BIGINT NOT NULL DEFAULT 0, last_error TEXT NOT NULL DEFAULT '', dead_us BIGINT);

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

CREATE TABLE parked (
  task_id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  lane TEXT NOT NULL,
  pool TEXT NOT NULL,
  gate TEXT NOT NULL CHECK (gate IN ('tenant','lane')),
  vtime BIGINT NOT NULL             -- its place in the lane, kept while it waits
);

CREATE TABLE pool (
  name TEXT PRIMARY KEY,
  memory_per_task_bytes BIGINT NOT NULL,   -- 0 = not told
  next_pool TEXT NOT NULL,                 -- '' = none
  description TEXT NOT NULL
);

CREATE TABLE pool_state (
  pool TEXT PRIMARY KEY,
  wheel_position BIGINT NOT NULL    -- the slot at which the next claim starts to look
, slots BIGINT NOT NULL DEFAULT 0, busy BIGINT NOT NULL DEFAULT 0);

CREATE TABLE pool_turn (
  pools TEXT PRIMARY KEY,           -- their list, joined by commas
  position BIGINT NOT NULL
);

CREATE TABLE published (
  target_uri TEXT NOT NULL,
  name TEXT NOT NULL,
  job_id TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  mtime_ns BIGINT NOT NULL,
  PRIMARY KEY (target_uri, name)
);

CREATE TABLE publishing (
  target_uri TEXT NOT NULL,
  job_id TEXT NOT NULL,
  name TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  mtime_ns BIGINT NOT NULL,
  PRIMARY KEY (target_uri, job_id, name)
) WITHOUT ROWID;

CREATE TABLE quarantine (
  host TEXT PRIMARY KEY,
  since_us BIGINT NOT NULL,
  until_us BIGINT NOT NULL,
  why TEXT NOT NULL
, set_by TEXT NOT NULL DEFAULT '');

CREATE TABLE ready (
  pool TEXT NOT NULL,
  lane TEXT NOT NULL,
  vtime BIGINT NOT NULL,
  task_id TEXT NOT NULL,
  job_id TEXT NOT NULL, tenant TEXT NOT NULL DEFAULT '', requirements TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (pool, lane, vtime, task_id)
) WITHOUT ROWID;

CREATE TABLE recent_wait (
  pool TEXT NOT NULL,
  lane TEXT NOT NULL,
  number BIGINT NOT NULL,
  waited_us BIGINT NOT NULL,
  PRIMARY KEY (pool, lane, number)
);

CREATE TABLE removal (
  job_id TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('job','logs')),
  removed_us BIGINT NOT NULL,
  record TEXT NOT NULL,             -- JSON: what it was, how much, where its files were
  is_finished SMALLINT NOT NULL,    -- 0 = some of its files may still be there
  PRIMARY KEY (job_id, what)
);

CREATE TABLE request (
  id TEXT PRIMARY KEY,
  answer TEXT NOT NULL,
  at_us BIGINT NOT NULL
);

CREATE TABLE requirement (
  words TEXT PRIMARY KEY
);

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
, pause TEXT NOT NULL DEFAULT 'none', memory_bytes BIGINT NOT NULL DEFAULT 0);

CREATE TABLE session_meets (
  requirements TEXT NOT NULL,
  session_id TEXT NOT NULL,
  PRIMARY KEY (requirements, session_id)
) WITHOUT ROWID;

CREATE TABLE session_pool (
  session_id TEXT NOT NULL,
  pool TEXT NOT NULL,
  slots BIGINT NOT NULL,
  PRIMARY KEY (session_id, pool)
);

CREATE TABLE subscription (
  job_id TEXT NOT NULL,
  endpoint TEXT NOT NULL,           -- JSON: {"url":…} or {"command":[…]}
  PRIMARY KEY (job_id, endpoint)
) WITHOUT ROWID;

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
  finished_us BIGINT, avoid_host TEXT NOT NULL DEFAULT '', avoid_left BIGINT NOT NULL DEFAULT 0, has_hopped BIGINT NOT NULL DEFAULT 0, need TEXT NOT NULL DEFAULT 'required' CHECK (need = 'required' OR need = 'optional' OR need = 'best_effort'), requirements TEXT NOT NULL DEFAULT '', memory_bytes BIGINT NOT NULL DEFAULT 0, passes BIGINT NOT NULL DEFAULT 0,
  UNIQUE (job_id, key)
);

CREATE TABLE task_dep (
  parent_id TEXT NOT NULL,
  child_id TEXT NOT NULL,
  PRIMARY KEY (parent_id, child_id)
) WITHOUT ROWID;

CREATE TABLE tenant_limit (
  tenant TEXT NOT NULL,
  lane TEXT NOT NULL,               -- '' = in all lanes together
  cap BIGINT NOT NULL,
  PRIMARY KEY (tenant, lane)
);

CREATE TABLE tenant_load (
  tenant TEXT NOT NULL,
  lane TEXT NOT NULL,
  pool TEXT NOT NULL,
  admitted BIGINT NOT NULL,         -- ready, or waiting at the lane's gate
  running BIGINT NOT NULL,
  parked BIGINT NOT NULL,           -- at the tenant's gate
  finish BIGINT NOT NULL DEFAULT 0, -- where in the lane the next of its tasks may start
  PRIMARY KEY (tenant, lane, pool)
) WITHOUT ROWID;

CREATE TABLE timer (
  due_us BIGINT NOT NULL,
  task_id TEXT NOT NULL,
  PRIMARY KEY (due_us, task_id)
) WITHOUT ROWID;

CREATE INDEX attempt_session ON attempt(session_id);

CREATE INDEX dead_letter_died ON dead_letter(died_us, task_id);

CREATE INDEX dead_letter_signature ON dead_letter(signature, died_us);

CREATE UNIQUE INDEX event_chain ON event(job_id, prev_hash);

CREATE INDEX held_need_pool ON held_need(pool);

CREATE UNIQUE INDEX hop_task ON hop(task_id);

CREATE INDEX host_failure_job ON host_failure(job_id, host);

CREATE INDEX job_created ON job(created_us, id);

CREATE UNIQUE INDEX job_idempotency ON job(tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE INDEX job_identity ON job(identity, created_us);

CREATE INDEX job_output ON job(output_uri, created_us);

CREATE INDEX lease_session ON lease(session_id);

CREATE INDEX outbox_due ON outbox(due_us) WHERE done_us IS NULL;

CREATE INDEX outbox_job ON outbox(job_id);

CREATE INDEX output_open ON output(created_us, object_key) WHERE state <> 'committed';

CREATE INDEX output_task ON output(task_id, fence);

CREATE UNIQUE INDEX parked_lane ON parked(pool, lane, gate, vtime, task_id);

CREATE UNIQUE INDEX parked_tenant ON parked(tenant, lane, pool, gate, vtime, task_id);

CREATE INDEX published_job ON published(job_id);

CREATE INDEX ready_job ON ready(job_id, vtime, task_id);

CREATE INDEX ready_requirements ON ready(pool, requirements) WHERE requirements <> '';

CREATE UNIQUE INDEX ready_task ON ready(task_id);

CREATE INDEX ready_tenant ON ready(tenant, lane, pool, vtime, task_id);

CREATE INDEX removal_open ON removal(job_id) WHERE is_finished = 0;

CREATE INDEX request_at ON request(at_us);

CREATE INDEX session_meets_session ON session_meets(session_id);

CREATE INDEX session_over ON session(ended_us) WHERE ended_us IS NOT NULL;

CREATE INDEX session_pool_pool ON session_pool(pool);

CREATE INDEX session_seen ON session(last_seen_us) WHERE ended_us IS NULL;

CREATE UNIQUE INDEX task_dep_child ON task_dep(child_id, parent_id);

CREATE INDEX task_open ON task(job_id)
WHERE finished_us IS NULL AND kind <> 'deliver';

CREATE INDEX tenant_load_parked ON tenant_load(tenant, lane, pool) WHERE parked > 0;

CREATE UNIQUE INDEX timer_task ON timer(task_id);

