-- name: insert_task
INSERT INTO task (id, job_id, key, kind, position, state, fence, claim_id, pool, lane, vtime, pending, group_key, expected_cpu_us,
                  expected_bytes, encoder_revision, params, policy, created_us, need, requirements, memory_bytes)
VALUES ($1, $2, $3, $4, $5, 'blocked', 0, '', $6, $7, 0, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (id) DO NOTHING;

-- name: insert_edge
INSERT INTO task_dep (parent_id, child_id) VALUES ($1, $2) ON CONFLICT (parent_id, child_id) DO NOTHING;

-- name: count_unfinished_parents
SELECT COUNT(*) FROM task_dep JOIN task ON task.id = task_dep.parent_id WHERE task_dep.child_id = $1 AND task.state <> 'succeeded'
  AND NOT (task.need <> 'required' AND (task.state = 'failed_input' OR task.state = 'failed_spec' OR task.state = 'dead' OR task.state = 'skipped'));

-- name: set_pending
UPDATE task SET pending = $2 WHERE id = $1;

-- name: task_by_id
SELECT id, job_id, key, kind, position, state, fence, claim_id, pool, lane, vtime, pending, group_key, expected_cpu_us, expected_bytes,
       encoder_revision, params, policy, n_transient, n_memory, n_operational, n_lost, reason, cause, result, created_us, ready_us, finished_us, need, requirements
FROM task WHERE id = $1 /*pg:FOR UPDATE*/;

-- name: tasks_of_job
SELECT id, job_id, key, kind, position, state, fence, claim_id, pool, lane, vtime, pending, group_key, expected_cpu_us, expected_bytes,
       encoder_revision, params, policy, n_transient, n_memory, n_operational, n_lost, reason, cause, result, created_us, ready_us, finished_us, need, requirements
FROM task WHERE job_id = $1 ORDER BY position, id;

-- name: task_states_of_job
SELECT kind, state, need FROM task WHERE job_id = $1;

-- name: open_work_of_job
SELECT id FROM task
WHERE job_id = $1 AND finished_us IS NULL AND kind <> 'deliver' LIMIT 1;

-- name: set_task_leased
UPDATE task SET state = 'leased', fence = $3, claim_id = $2 WHERE id = $1 AND state = 'ready';

-- name: clear_claim
UPDATE task SET claim_id = '' WHERE id = $1 AND fence = $2;

-- name: set_task_state
UPDATE task SET state = $3, ready_us = COALESCE($4, ready_us), finished_us = $5, vtime = $6, result = COALESCE($7, result),
  reason = CASE WHEN $7 IS NULL THEN reason ELSE 'ok' END, cause = CASE WHEN $7 IS NULL THEN cause ELSE '' END
WHERE id = $1 AND state = $2;

-- name: set_task_finding
UPDATE task SET reason = $2, cause = $3, n_transient = n_transient + $4, n_memory = n_memory + $5, n_operational = n_operational + $6,
                n_lost = n_lost + $7
WHERE id = $1;

-- name: set_task_reason
UPDATE task SET reason = $2, cause = $3 WHERE id = $1;

-- name: reset_task_budgets
UPDATE task SET n_transient = 0, n_memory = 0, n_operational = 0, n_lost = 0 WHERE id = $1;

-- name: has_children
SELECT 1 FROM task_dep WHERE parent_id = $1 LIMIT 1;

-- name: count_down_children
UPDATE task SET pending = pending - 1
WHERE id IN (SELECT child_id FROM task_dep WHERE parent_id = $1) AND state = 'blocked' RETURNING id, pending;

-- name: count_up_children
UPDATE task SET pending = pending + 1
WHERE id IN (SELECT child_id FROM task_dep WHERE parent_id = $1) AND state = 'blocked' RETURNING id;

-- name: children_of
SELECT child_id FROM task_dep WHERE parent_id = $1 ORDER BY child_id;

-- name: parents_of
SELECT task.id, task.key, task.kind, task.state, task.fence, task.claim_id, task.result, task.need
FROM task_dep JOIN task ON task.id = task_dep.parent_id WHERE task_dep.child_id = $1 ORDER BY task.position, task.id;

-- name: tasks_needed
SELECT task.id, task.job_id, task.key, task.kind, task.position, task.state, task.fence, task.claim_id, task.pool, task.lane, task.vtime, task.pending,
       task.group_key, task.expected_cpu_us, task.expected_bytes, task.encoder_revision, task.params, task.policy, task.n_transient, task.n_memory,
       task.n_operational, task.n_lost, task.reason, task.cause, task.result, task.created_us, task.ready_us, task.finished_us, task.need, task.requirements
FROM task_dep JOIN task ON task.id = task_dep.parent_id WHERE task_dep.child_id = $1 ORDER BY task.position, task.id;

-- name: edges_of_job
SELECT task_dep.parent_id, task_dep.child_id FROM task_dep JOIN task ON task.id = task_dep.child_id
WHERE task.job_id = $1 ORDER BY task_dep.parent_id, task_dep.child_id;
