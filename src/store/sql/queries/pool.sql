-- name: all_pools
SELECT name, memory_per_task_bytes, next_pool, description FROM pool ORDER BY name;

-- name: set_pool
INSERT INTO pool (name, memory_per_task_bytes, next_pool, description) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET memory_per_task_bytes = excluded.memory_per_task_bytes, next_pool = excluded.next_pool,
                                 description = excluded.description;

-- name: pool_loads
SELECT pool, state, COUNT(*) FROM task WHERE state IN ('ready','capped','held','leased','backing_off','cancelling') GROUP BY pool, state ORDER BY pool, state;
