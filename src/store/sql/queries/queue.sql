-- name: insert_ready
INSERT INTO ready (pool, lane, vtime, task_id, job_id, tenant, requirements) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: delete_ready
DELETE FROM ready WHERE task_id = $1;

-- name: first_ready
SELECT task_id, vtime FROM ready WHERE pool = $1 AND lane = $2 ORDER BY vtime, task_id LIMIT $3 /*pg:FOR UPDATE SKIP LOCKED*/;

-- name: first_ready_of_job
SELECT task_id FROM ready WHERE job_id = $1 AND (requirements = '' OR EXISTS (SELECT 1 FROM session_meets WHERE session_meets.requirements = ready.requirements
                                                                               AND session_meets.session_id = $2))
ORDER BY vtime, task_id LIMIT 1 /*pg:FOR UPDATE SKIP LOCKED*/;

-- name: pool_turn
SELECT position FROM pool_turn WHERE pools = $1 /*pg:FOR UPDATE*/;

-- name: set_pool_turn
INSERT INTO pool_turn (pools, position) VALUES ($1, $2) ON CONFLICT (pools) DO UPDATE SET position = excluded.position;

-- name: count_ready_of_job
SELECT COUNT(*) FROM ready WHERE job_id = $1;

-- name: lane_vtime
SELECT vtime FROM lane_state WHERE pool = $1 AND lane = $2;

-- name: insert_timer
INSERT INTO timer (due_us, task_id) VALUES ($1, $2);

-- name: delete_timer
DELETE FROM timer WHERE task_id = $1;

-- name: due_timers
SELECT timer.task_id FROM timer JOIN task ON task.id = timer.task_id
WHERE timer.due_us <= $1 AND ($2 = '' OR task.job_id = $2) ORDER BY timer.due_us, timer.task_id LIMIT $3;

-- name: next_timer
SELECT MIN(timer.due_us) FROM timer JOIN task ON task.id = timer.task_id WHERE ($1 = '' OR task.job_id = $1);

-- name: timer_of_task
SELECT due_us FROM timer WHERE task_id = $1;


-- name: insert_job_schedule
INSERT INTO job_schedule (job_id, start_us, hop_after_us, hop_lane, hop_pool) VALUES ($1, $2, $3, $4, $5);

-- name: job_schedule
SELECT start_us, hop_after_us, hop_lane, hop_pool FROM job_schedule WHERE job_id = $1;

-- name: insert_hop
INSERT INTO hop (due_us, task_id) SELECT $1, id FROM task WHERE id = $2 AND has_hopped = 0
ON CONFLICT (task_id) DO UPDATE SET due_us = excluded.due_us;

-- name: delete_hop
DELETE FROM hop WHERE task_id = $1;

-- name: due_hops
SELECT hop.task_id FROM hop JOIN task ON task.id = hop.task_id
WHERE hop.due_us <= $1 AND ($2 = '' OR task.job_id = $2) ORDER BY hop.due_us, hop.task_id LIMIT $3;

-- name: next_hop
SELECT MIN(hop.due_us) FROM hop JOIN task ON task.id = hop.task_id WHERE ($1 = '' OR task.job_id = $1);

-- name: set_task_queue
UPDATE task SET lane = $2, pool = $3, has_hopped = 1 WHERE id = $1;

-- name: set_avoid_host
UPDATE task SET avoid_left = $3, avoid_host = COALESCE((SELECT session.host FROM attempt JOIN session ON session.id = attempt.session_id
                                                        WHERE attempt.task_id = $1 AND attempt.fence = $2), '') WHERE id = $1;

-- name: pass_over
UPDATE task SET avoid_left = avoid_left - 1 WHERE id = $1;

-- name: pass_for_room
UPDATE task SET passes = passes + 1 WHERE id = $1;

-- name: running_of_session
SELECT task.memory_bytes, COALESCE(pool.memory_per_task_bytes, 0), task.n_memory, task.expected_bytes
FROM lease JOIN task ON task.id = lease.task_id LEFT JOIN pool ON pool.name = task.pool WHERE lease.session_id = $1;

-- name: memory_of_pool
SELECT memory_per_task_bytes FROM pool WHERE name = $1;

-- name: candidates
SELECT ready.task_id, ready.vtime, task.avoid_host, task.avoid_left, task.memory_bytes, task.n_memory, task.expected_bytes, task.passes
FROM ready JOIN task ON task.id = ready.task_id JOIN job ON job.id = ready.job_id
WHERE ready.pool = $1 AND ready.lane = $2 AND job.identity = ''
  AND (ready.requirements = '' OR EXISTS (SELECT 1 FROM session_meets WHERE session_meets.requirements = ready.requirements
                                                                        AND session_meets.session_id = $4))
ORDER BY ready.vtime, ready.task_id LIMIT $3 /*pg:FOR UPDATE OF ready SKIP LOCKED*/;

-- name: keep_wait
INSERT INTO recent_wait (pool, lane, number, waited_us) VALUES ($1, $2, $3, $4)
ON CONFLICT (pool, lane, number) DO UPDATE SET waited_us = excluded.waited_us;

-- name: recent_waits
SELECT waited_us FROM recent_wait WHERE pool = $1 AND lane = $2 ORDER BY waited_us;

-- name: tenants_parked
SELECT COALESCE(SUM(parked), 0) FROM tenant_load WHERE lane = $1 AND pool = $2;

-- name: count_ready_in_pool
SELECT COUNT(*) FROM (SELECT 1 FROM ready JOIN job ON job.id = ready.job_id WHERE ready.pool = $1 AND ready.requirements = '' AND job.identity = '' LIMIT $2) AS some;

-- name: count_needing_in_pool
SELECT COUNT(*) FROM (SELECT 1 FROM ready JOIN job ON job.id = ready.job_id WHERE ready.pool = $1 AND ready.requirements <> '' AND job.identity = '' LIMIT $2) AS some;
