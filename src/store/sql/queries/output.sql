-- name: insert_output
INSERT INTO output (object_key, task_id, fence, claim_id, state, name, role, size, sha256, created_us)
VALUES ($1, $2, $3, $4, 'staged', $5, $6, $7, $8, $9) ON CONFLICT (object_key) DO NOTHING;

-- name: staged_outputs
SELECT object_key FROM output WHERE task_id = $1 AND fence = $2 AND claim_id = $3 AND state = 'staged' /*pg:FOR UPDATE*/;

-- name: commit_outputs
UPDATE output SET state = 'committed' WHERE task_id = $1 AND fence = $2 AND claim_id = $3 AND state = 'staged';

-- name: doom_outputs
UPDATE output SET state = 'doomed' WHERE task_id = $1 AND fence = $2 AND claim_id = $3 AND state = 'staged';

-- name: doom_output
UPDATE output SET state = 'doomed' WHERE object_key = $1 AND state = 'staged' RETURNING object_key;

-- name: open_outputs
SELECT output.object_key, output.task_id, output.fence, output.claim_id, output.state, output.name, output.role, output.size, output.sha256, output.created_us
FROM output JOIN task ON task.id = output.task_id
WHERE output.state <> 'committed' AND ($1 = '' OR task.job_id = $1) ORDER BY output.object_key;

-- name: delete_output
DELETE FROM output WHERE object_key = $1 AND state = 'doomed';

-- name: outputs_of_task
SELECT object_key, task_id, fence, claim_id, state, name, role, size, sha256, created_us FROM output WHERE task_id = $1 ORDER BY object_key;

-- name: committed_outputs_of_job
SELECT output.object_key, output.task_id, output.fence, output.claim_id, output.state, output.name, output.role, output.size, output.sha256, output.created_us
FROM output JOIN task ON task.id = output.task_id
WHERE task.job_id = $1 AND output.state = 'committed' ORDER BY task.position, output.object_key;

-- name: output_by_key
SELECT object_key, task_id, fence, claim_id, state, name, role, size, sha256, created_us FROM output WHERE object_key = $1;
