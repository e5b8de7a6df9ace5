-- Retries as data, dead letters, hosts that fail, and who is told of what.

-- Where tasks can run and what one may take there. A task that is too large for its pool follows next_pool.
CREATE TABLE pool (
  name TEXT PRIMARY KEY,
  memory_per_task_bytes BIGINT NOT NULL,   -- 0 = not told
  next_pool TEXT NOT NULL,                 -- '' = none
  description TEXT NOT NULL
);
INSERT INTO pool (name, memory_per_task_bytes, next_pool, description) VALUES ('cpu', 0, '', 'Where tasks run that need nothing else');

-- One row beside every task that is dead, and none beside others: why it died, in groups that fail alike.
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
CREATE INDEX dead_letter_signature ON dead_letter(signature, died_us);
CREATE INDEX dead_letter_died ON dead_letter(died_us, task_id);

-- Which jobs failed where. In a row = nothing has succeeded on the host since, and the job is no suspect.
CREATE TABLE host_failure (
  host TEXT NOT NULL,
  job_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  failed_us BIGINT NOT NULL,
  in_a_row BIGINT NOT NULL,
  PRIMARY KEY (host, job_id)
) /*sqlite:WITHOUT ROWID*/;
CREATE INDEX host_failure_job ON host_failure(job_id, host);

CREATE TABLE quarantine (
  host TEXT PRIMARY KEY,
  since_us BIGINT NOT NULL,
  until_us BIGINT NOT NULL,
  why TEXT NOT NULL
);

-- Who is told when a job ends or one of its tasks dies.
CREATE TABLE subscription (
  job_id TEXT NOT NULL,
  endpoint TEXT NOT NULL,           -- JSON: {"url":…} or {"command":[…]}
  PRIMARY KEY (job_id, endpoint)
) /*sqlite:WITHOUT ROWID*/;

-- outbox.tries counts claims, so it tells two senders of one row apart; done_us is also set when we gave up.
ALTER TABLE outbox ADD COLUMN event TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN created_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN last_error TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN dead_us BIGINT;
CREATE INDEX outbox_job ON outbox(job_id);
