-- Lanes and claims: whose turn it is in a pool. Never edited once released.

CREATE TABLE pool_state (
  pool TEXT PRIMARY KEY,
  wheel_position BIGINT NOT NULL    -- the slot at which the next claim starts to look
);

-- Workers that serve several pools take from each in turn.
CREATE TABLE pool_turn (
  pools TEXT PRIMARY KEY,           -- their list, joined by commas
  position BIGINT NOT NULL
);

-- What a lane may have in one pool; without a row the lane's own reserved and cap hold.
CREATE TABLE lane_limit (
  lane TEXT NOT NULL,
  pool TEXT NOT NULL,
  reserved BIGINT NOT NULL,
  cap BIGINT,                       -- NULL = none
  PRIMARY KEY (lane, pool)
);

-- How many tasks of a tenant may run at once.
CREATE TABLE tenant_limit (
  tenant TEXT NOT NULL,
  lane TEXT NOT NULL,               -- '' = in all lanes together
  cap BIGINT NOT NULL,
  PRIMARY KEY (tenant, lane)
);

-- Who changed a limit, when, to what.
CREATE TABLE limit_change (
  subject TEXT NOT NULL,            -- 'lane vod', 'tenant acme'
  seq BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  change TEXT NOT NULL,             -- JSON
  PRIMARY KEY (subject, seq)
);

-- Counts that the caps are judged by, kept with every change of state.
ALTER TABLE lane_state ADD COLUMN ready BIGINT NOT NULL DEFAULT 0;
ALTER TABLE lane_state ADD COLUMN running BIGINT NOT NULL DEFAULT 0;
ALTER TABLE lane_state ADD COLUMN parked BIGINT NOT NULL DEFAULT 0;  -- at the lane's gate
CREATE TABLE tenant_load (
  tenant TEXT NOT NULL,
  lane TEXT NOT NULL,
  pool TEXT NOT NULL,
  admitted BIGINT NOT NULL,         -- ready, or waiting at the lane's gate
  running BIGINT NOT NULL,
  parked BIGINT NOT NULL,           -- at the tenant's gate
  finish BIGINT NOT NULL DEFAULT 0, -- where in the lane the next of its tasks may start
  PRIMARY KEY (tenant, lane, pool)
) /*sqlite:WITHOUT ROWID*/;
CREATE INDEX tenant_load_parked ON tenant_load(tenant, lane, pool) WHERE parked > 0;

-- A live session gives its slots to each pool that it serves.
CREATE TABLE session_pool (
  session_id TEXT NOT NULL,
  pool TEXT NOT NULL,
  slots BIGINT NOT NULL,
  PRIMARY KEY (session_id, pool)
);
ALTER TABLE pool_state ADD COLUMN slots BIGINT NOT NULL DEFAULT 0;  -- of live sessions
ALTER TABLE pool_state ADD COLUMN busy BIGINT NOT NULL DEFAULT 0;   -- leases of those sessions

-- Over a cap. A task passes its tenant's gate first, then the lane's; nothing used the table before.
DROP TABLE parked;
CREATE TABLE parked (
  task_id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  lane TEXT NOT NULL,
  pool TEXT NOT NULL,
  gate TEXT NOT NULL CHECK (gate IN ('tenant','lane')),
  vtime BIGINT NOT NULL             -- its place in the lane, kept while it waits
);
CREATE UNIQUE INDEX parked_tenant ON parked(tenant, lane, pool, gate, vtime, task_id);
CREATE UNIQUE INDEX parked_lane ON parked(pool, lane, gate, vtime, task_id);

ALTER TABLE ready ADD COLUMN tenant TEXT NOT NULL DEFAULT '';
UPDATE ready SET tenant = (SELECT tenant FROM job WHERE job.id = ready.job_id);
CREATE INDEX ready_tenant ON ready(tenant, lane, pool, vtime, task_id);

INSERT INTO lane_state (pool, lane, vtime) SELECT DISTINCT pool, lane, 0 FROM task
WHERE state IN ('ready','leased','cancelling') ON CONFLICT (pool, lane) DO NOTHING;
UPDATE lane_state SET
  ready = (SELECT COUNT(*) FROM ready WHERE ready.pool = lane_state.pool AND ready.lane = lane_state.lane),
  running = (SELECT COUNT(*) FROM lease JOIN task ON task.id = lease.task_id
             WHERE task.pool = lane_state.pool AND task.lane = lane_state.lane);
INSERT INTO tenant_load (tenant, lane, pool, admitted, running, parked)
SELECT job.tenant, task.lane, task.pool, SUM(CASE WHEN task.state = 'ready' THEN 1 ELSE 0 END),
       SUM(CASE WHEN task.state = 'ready' THEN 0 ELSE 1 END), 0
FROM task JOIN job ON job.id = task.job_id WHERE task.state IN ('ready','leased','cancelling')
GROUP BY job.tenant, task.lane, task.pool;

-- Where the task last failed or was lost, and how often it may still be passed over there.
ALTER TABLE task ADD COLUMN avoid_host TEXT NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN avoid_left BIGINT NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN has_hopped BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attempt ADD COLUMN waited_us BIGINT NOT NULL DEFAULT 0;  -- ready before the claim

-- The waits before the last claims of each lane and pool, for statistics; overwritten in turn.
ALTER TABLE lane_state ADD COLUMN grants BIGINT NOT NULL DEFAULT 0;
CREATE TABLE recent_wait (
  pool TEXT NOT NULL,
  lane TEXT NOT NULL,
  number BIGINT NOT NULL,
  waited_us BIGINT NOT NULL,
  PRIMARY KEY (pool, lane, number)
);

-- Of jobs that start later or may change their queue; most have no row.
CREATE TABLE job_schedule (
  job_id TEXT PRIMARY KEY,
  start_us BIGINT,                  -- NULL = at once
  hop_after_us BIGINT NOT NULL,     -- 0 = never
  hop_lane TEXT NOT NULL,           -- '' = the same
  hop_pool TEXT NOT NULL
);
CREATE TABLE hop (
  due_us BIGINT NOT NULL,
  task_id TEXT NOT NULL,
  PRIMARY KEY (due_us, task_id)
) /*sqlite:WITHOUT ROWID*/;
CREATE UNIQUE INDEX hop_task ON hop(task_id);
