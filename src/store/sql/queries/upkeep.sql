-- name: open_outputs_and_attempts
SELECT output.object_key, output.task_id, output.fence, output.claim_id, output.state, output.name, output.role, output.size, output.sha256, output.created_us,
       task.job_id, task.state, task.fence, task.claim_id, COALESCE(attempt.session_id, ''), attempt.ended_us
FROM output JOIN task ON task.id = output.task_id
LEFT JOIN attempt ON attempt.task_id = output.task_id AND attempt.fence = output.fence AND attempt.claim_id = output.claim_id
WHERE output.state <> 'committed' AND ($1 = '' OR task.job_id = $1) ORDER BY output.object_key;

-- name: sum_stale_outputs
SELECT COUNT(*), COALESCE(SUM(size), 0) FROM output WHERE state <> 'committed' AND created_us < $1;

-- name: count_old_requests
SELECT COUNT(*) FROM request WHERE at_us < $1;

-- name: list_orphans
SELECT place, first_seen_us FROM orphan ORDER BY place;

-- name: insert_orphan
INSERT INTO orphan (place, first_seen_us) VALUES ($1, $2) ON CONFLICT (place) DO NOTHING;

-- name: delete_orphan
DELETE FROM orphan WHERE place = $1;

-- name: list_removals
SELECT job_id, what, removed_us, record, is_finished FROM removal ORDER BY job_id, what;

-- name: open_removals
SELECT job_id, what, removed_us, record, is_finished FROM removal WHERE is_finished = 0 ORDER BY job_id, what;

-- name: removal_of_job
SELECT job_id, what, removed_us, record, is_finished FROM removal WHERE job_id = $1 AND what = $2;

-- name: insert_removal
INSERT INTO removal (job_id, what, removed_us, record, is_finished) VALUES ($1, $2, $3, $4, 0)
ON CONFLICT (job_id, what) DO UPDATE SET removed_us = excluded.removed_us, record = excluded.record, is_finished = 0;

-- name: finish_removal
UPDATE removal SET is_finished = 1 WHERE job_id = $1 AND what = $2;

-- name: count_rows_of_job
SELECT (SELECT COUNT(*) FROM task WHERE job_id = $1),
       (SELECT COUNT(*) FROM attempt JOIN task ON task.id = attempt.task_id WHERE task.job_id = $1),
       (SELECT COUNT(*) FROM event WHERE job_id = $1),
       (SELECT COUNT(*) FROM output JOIN task ON task.id = output.task_id WHERE task.job_id = $1),
       (SELECT COUNT(*) FROM output JOIN task ON task.id = output.task_id WHERE task.job_id = $1 AND output.state <> 'committed'),
       (SELECT COUNT(*) FROM lease JOIN task ON task.id = lease.task_id WHERE task.job_id = $1),
       (SELECT COUNT(*) FROM outbox WHERE job_id = $1 AND done_us IS NULL);

-- name: job_event_head
SELECT event_seq, event_hash FROM job WHERE id = $1;

-- name: remove_outputs
DELETE FROM output WHERE task_id IN (SELECT id FROM task WHERE job_id = $1);

-- name: remove_attempts
DELETE FROM attempt WHERE task_id IN (SELECT id FROM task WHERE job_id = $1);

-- name: remove_edges
DELETE FROM task_dep WHERE child_id IN (SELECT id FROM task WHERE job_id = $1);

-- name: remove_events
DELETE FROM event WHERE job_id = $1;

-- name: remove_inputs
DELETE FROM input WHERE job_id = $1;

-- name: remove_published
DELETE FROM published WHERE job_id = $1;

-- name: remove_publishing
DELETE FROM publishing WHERE job_id = $1;

-- name: remove_outbox
DELETE FROM outbox WHERE job_id = $1;

-- name: remove_schedule
DELETE FROM job_schedule WHERE job_id = $1;

-- name: remove_hops
DELETE FROM hop WHERE task_id IN (SELECT id FROM task WHERE job_id = $1);

-- name: remove_dead_letters
DELETE FROM dead_letter WHERE job_id = $1;

-- name: remove_host_failures
DELETE FROM host_failure WHERE job_id = $1;

-- name: remove_subscriptions
DELETE FROM subscription WHERE job_id = $1;

-- name: remove_record_of_logs
DELETE FROM removal WHERE job_id = $1 AND what = 'logs';

-- name: remove_tasks
DELETE FROM task WHERE job_id = $1;

-- name: remove_job
DELETE FROM job WHERE id = $1;

-- name: check_database
/*sqlite:PRAGMA integrity_check(100)*//*pg:SELECT 'ok'*/;

-- name: rows_of_nothing
SELECT 'task', task.id FROM task LEFT JOIN job ON job.id = task.job_id WHERE job.id IS NULL
UNION ALL SELECT 'input', input.job_id || '/' || input.key FROM input LEFT JOIN job ON job.id = input.job_id WHERE job.id IS NULL
UNION ALL SELECT 'event', event.job_id || '/' || event.seq FROM event LEFT JOIN job ON job.id = event.job_id WHERE job.id IS NULL
UNION ALL SELECT 'attempt', attempt.task_id || '/' || attempt.fence FROM attempt LEFT JOIN task ON task.id = attempt.task_id WHERE task.id IS NULL
UNION ALL SELECT 'output', output.object_key FROM output LEFT JOIN task ON task.id = output.task_id WHERE task.id IS NULL
UNION ALL SELECT 'lease', lease.task_id FROM lease LEFT JOIN task ON task.id = lease.task_id WHERE task.id IS NULL
UNION ALL SELECT 'ready', ready.task_id FROM ready LEFT JOIN task ON task.id = ready.task_id WHERE task.id IS NULL
UNION ALL SELECT 'timer', timer.task_id FROM timer LEFT JOIN task ON task.id = timer.task_id WHERE task.id IS NULL
UNION ALL SELECT 'dependency', task_dep.child_id FROM task_dep LEFT JOIN task ON task.id = task_dep.child_id WHERE task.id IS NULL
ORDER BY 1, 2 LIMIT 100;

-- name: leases_of_job
SELECT lease.task_id, lease.fence, lease.claim_id, lease.session_id, lease.granted_us
FROM lease JOIN task ON task.id = lease.task_id WHERE task.job_id = $1 ORDER BY lease.task_id;

-- name: output_keys_of_job
SELECT output.object_key FROM output JOIN task ON task.id = output.task_id WHERE task.job_id = $1 ORDER BY output.object_key;

-- name: published_by_job
SELECT target_uri, name, job_id, size, sha256, mtime_ns FROM published WHERE job_id = $1 ORDER BY target_uri, name;
