-- name: other_hosts_of_pool
SELECT DISTINCT session.host FROM session JOIN session_pool ON session_pool.session_id = session.id
WHERE session_pool.pool = $1 AND session.host <> $2 AND session.ended_us IS NULL AND session.last_seen_us >= $3
  AND NOT EXISTS (SELECT 1 FROM quarantine WHERE quarantine.host = session.host AND quarantine.until_us > $4)
ORDER BY session.host LIMIT 1;

-- name: host_of_attempt
SELECT session.host FROM attempt JOIN session ON session.id = attempt.session_id
WHERE attempt.task_id = $1 AND attempt.fence = $2 AND attempt.claim_id = $3;

-- name: note_host_failure
INSERT INTO host_failure (host, job_id, reason, failed_us, in_a_row) VALUES ($1, $2, $3, $4, 1)
ON CONFLICT (host, job_id) DO UPDATE SET reason = excluded.reason, failed_us = excluded.failed_us, in_a_row = 1;

-- name: failures_in_a_row
SELECT job_id, reason, failed_us FROM host_failure WHERE host = $1 AND in_a_row = 1 AND failed_us >= $2 ORDER BY failed_us, job_id;

-- name: hosts_failed_by_job
SELECT host FROM host_failure WHERE job_id = $1 AND failed_us >= $2 ORDER BY host;

-- name: end_row_of_host
UPDATE host_failure SET in_a_row = 0 WHERE host = $1 AND in_a_row = 1;

-- name: end_row_of_job
UPDATE host_failure SET in_a_row = 0 WHERE job_id = $1;

-- name: prune_host_failures
DELETE FROM host_failure WHERE host = $1 AND failed_us < $2;

-- name: quarantine_of_host
SELECT host, since_us, until_us, why, set_by FROM quarantine WHERE host = $1;

-- name: list_quarantines
SELECT host, since_us, until_us, why, set_by FROM quarantine ORDER BY host;

-- name: set_quarantine
INSERT INTO quarantine (host, since_us, until_us, why, set_by) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (host) DO UPDATE SET since_us = excluded.since_us, until_us = excluded.until_us, why = excluded.why, set_by = excluded.set_by
WHERE quarantine.set_by = '' OR excluded.set_by <> '';

-- name: forgive_host
DELETE FROM quarantine WHERE host = $1 AND set_by = '';

-- name: delete_quarantine
DELETE FROM quarantine WHERE host = $1 RETURNING host;
