-- name: insert_held_need
INSERT INTO held_need (task_id, pool, encoders) VALUES ($1, $2, $3)
ON CONFLICT (task_id) DO UPDATE SET pool = excluded.pool, encoders = excluded.encoders;

-- name: delete_held_need
DELETE FROM held_need WHERE task_id = $1;

-- name: held_needs_in_pool
SELECT task_id, encoders FROM held_need WHERE pool = $1 ORDER BY task_id;

-- name: facts_in_pool
SELECT DISTINCT session.facts FROM session_pool JOIN session ON session.id = session_pool.session_id
WHERE session_pool.pool = $1 AND session.ended_us IS NULL;
