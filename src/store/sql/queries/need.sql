-- name: insert_held_need
INSERT INTO held_need (task_id, pool, requirements) VALUES ($1, $2, $3)
ON CONFLICT (task_id) DO UPDATE SET pool = excluded.pool, requirements = excluded.requirements;

-- name: delete_held_need
DELETE FROM held_need WHERE task_id = $1;

-- name: held_need_kinds
SELECT DISTINCT pool, requirements FROM held_need ORDER BY pool, requirements;

-- name: held_for
SELECT task_id FROM held_need WHERE pool = $1 AND requirements = $2 ORDER BY task_id;

-- name: note_requirement
INSERT INTO requirement (words) VALUES ($1) ON CONFLICT (words) DO NOTHING RETURNING words;

-- name: all_requirements
SELECT words FROM requirement ORDER BY words;

-- name: insert_session_meets
INSERT INTO session_meets (requirements, session_id) VALUES ($1, $2) ON CONFLICT (requirements, session_id) DO NOTHING;

-- name: delete_session_meets
DELETE FROM session_meets WHERE session_id = $1;

-- name: some_able
SELECT 1 FROM session_meets JOIN session_pool ON session_pool.session_id = session_meets.session_id
WHERE session_meets.requirements = $1 AND session_pool.pool = $2 LIMIT 1;

-- name: some_in_pool
SELECT 1 FROM session_pool WHERE pool = $1 LIMIT 1;

-- name: able_pools
SELECT DISTINCT session_pool.pool FROM session_meets JOIN session_pool ON session_pool.session_id = session_meets.session_id
WHERE session_meets.requirements = $1 ORDER BY session_pool.pool;

-- name: ready_kinds
SELECT DISTINCT pool, requirements FROM ready WHERE requirements <> '' ORDER BY pool, requirements;

-- name: ready_for
SELECT task_id FROM ready WHERE pool = $1 AND requirements = $2 AND requirements <> '' ORDER BY vtime, task_id LIMIT $3;

-- name: unmet_of_job
SELECT task_id FROM ready WHERE job_id = $1 AND requirements <> '' ORDER BY vtime, task_id;

-- name: able_sessions
SELECT DISTINCT session_meets.session_id FROM session_meets JOIN session_pool ON session_pool.session_id = session_meets.session_id
WHERE session_pool.pool = $1 AND session_meets.requirements <> '' AND EXISTS (
  SELECT 1 FROM ready WHERE ready.pool = $1 AND ready.requirements = session_meets.requirements AND ready.requirements <> '');

-- name: set_task_command
UPDATE task SET params = $2, requirements = $3 WHERE id = $1;

-- name: set_ready_requirements
UPDATE ready SET requirements = $2 WHERE task_id = $1;
