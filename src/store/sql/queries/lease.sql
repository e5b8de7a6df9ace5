-- name: insert_session
INSERT INTO session (id, host, boot_id, pid, lock_path, encoder_revision, facts, started_us, last_seen_us, memory_bytes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9) ON CONFLICT (id) DO NOTHING RETURNING id;

-- name: touch_session
UPDATE session SET last_seen_us = $2 WHERE id = $1 AND ended_us IS NULL;

-- name: touch_session_saying
UPDATE session SET last_seen_us = $2, pause = $3 WHERE id = $1 AND ended_us IS NULL;

-- name: end_session
UPDATE session SET ended_us = $2 WHERE id = $1 AND ended_us IS NULL RETURNING id;

-- name: prune_sessions
DELETE FROM session WHERE id IN (SELECT id FROM session WHERE ended_us < $1 AND ended_us IS NOT NULL
                                   AND NOT EXISTS (SELECT 1 FROM attempt WHERE attempt.session_id = session.id)
                                   AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.session_id = session.id)
                                 ORDER BY ended_us LIMIT $2) RETURNING id;

-- name: session_by_id
SELECT id, host, boot_id, pid, lock_path, encoder_revision, facts, started_us, last_seen_us, ended_us, pause FROM session WHERE id = $1;

-- name: holder_by_id
SELECT host, encoder_revision, memory_bytes FROM session WHERE id = $1;

-- name: open_sessions
SELECT id, host, boot_id, pid, lock_path, encoder_revision, facts, started_us, last_seen_us, ended_us, pause
FROM session WHERE ended_us IS NULL ORDER BY id;

-- name: count_hosts_at_work
SELECT COUNT(DISTINCT host) FROM session WHERE ended_us IS NULL;

-- name: open_sessions_of_job
SELECT DISTINCT session.id, session.host, session.boot_id, session.pid, session.lock_path, session.encoder_revision, session.facts,
       session.started_us, session.last_seen_us, session.ended_us, session.pause
FROM session JOIN lease ON lease.session_id = session.id JOIN task ON task.id = lease.task_id
WHERE task.job_id = $1 ORDER BY session.id;

-- name: insert_lease
INSERT INTO lease (task_id, fence, claim_id, session_id, granted_us) VALUES ($1, $2, $3, $4, $5);

-- name: delete_lease
DELETE FROM lease WHERE task_id = $1 AND fence = $2 AND claim_id = $3;

-- name: lease_of_task
SELECT task_id, fence, claim_id, session_id, granted_us FROM lease WHERE task_id = $1;

-- name: leases_of_session
SELECT task_id, fence, claim_id, session_id, granted_us FROM lease WHERE session_id = $1 ORDER BY task_id;

-- name: lease_by_claim
SELECT task_id, fence, claim_id, session_id, granted_us FROM lease WHERE claim_id = $1;

-- name: silent_sessions
SELECT id FROM session WHERE ended_us IS NULL AND last_seen_us < $1 ORDER BY id;

-- name: count_open_sessions
SELECT COUNT(*) FROM session WHERE ended_us IS NULL;

-- name: insert_attempt
INSERT INTO attempt (task_id, fence, claim_id, session_id, encoder_revision, outcome, record, claimed_us, waited_us)
VALUES ($1, $2, $3, $4, $5, 'running', $6, $7, $8);

-- name: set_attempt_record
UPDATE attempt SET record = $4, outcome = $5, ended_us = $6 WHERE task_id = $1 AND fence = $2 AND claim_id = $3;

-- name: set_lost_attempt_record
UPDATE attempt SET record = $4 WHERE task_id = $1 AND fence = $2 AND claim_id = $3;

-- name: attempt_record
SELECT record, outcome FROM attempt WHERE task_id = $1 AND fence = $2 AND claim_id = $3;

-- name: attempts_of_task
SELECT task_id, fence, claim_id, session_id, encoder_revision, outcome, record, claimed_us, ended_us, waited_us FROM attempt WHERE task_id = $1 ORDER BY fence;

-- name: attempts_of_job
SELECT attempt.task_id, attempt.fence, attempt.claim_id, attempt.session_id, attempt.encoder_revision, attempt.outcome, attempt.record,
       attempt.claimed_us, attempt.ended_us, attempt.waited_us
FROM attempt JOIN task ON task.id = attempt.task_id WHERE task.job_id = $1 ORDER BY task.position, task.id, attempt.fence;

-- name: lost_hosts
SELECT DISTINCT session.host FROM attempt JOIN session ON session.id = attempt.session_id
WHERE attempt.task_id = $1 AND attempt.fence > $2 AND attempt.outcome = 'lost' ORDER BY session.host;
