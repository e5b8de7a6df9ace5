-- name: add_lane_load
INSERT INTO lane_state (pool, lane, vtime, ready, running, parked, grants) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (pool, lane) DO UPDATE SET
  vtime = CASE WHEN excluded.vtime > lane_state.vtime THEN excluded.vtime ELSE lane_state.vtime END,
  ready = lane_state.ready + excluded.ready, running = lane_state.running + excluded.running,
  parked = lane_state.parked + excluded.parked, grants = lane_state.grants + excluded.grants;

-- name: add_tenant_load
INSERT INTO tenant_load (tenant, lane, pool, admitted, running, parked, finish) VALUES ($1, $2, $3, $4, $5, $6, COALESCE($7, 0))
ON CONFLICT (tenant, lane, pool) DO UPDATE SET admitted = tenant_load.admitted + excluded.admitted,
  running = tenant_load.running + excluded.running, parked = tenant_load.parked + excluded.parked,
  finish = COALESCE($7, tenant_load.finish);

-- name: lane_loads
SELECT lane.name, lane.weight, COALESCE(lane_limit.reserved, lane.reserved),
       CASE WHEN lane_limit.lane IS NULL THEN lane.cap ELSE lane_limit.cap END,
       COALESCE(lane_state.ready, 0), COALESCE(lane_state.running, 0), COALESCE(lane_state.parked, 0),
       COALESCE(lane_state.vtime, 0), COALESCE(lane_state.grants, 0)
FROM lane LEFT JOIN lane_limit ON lane_limit.lane = lane.name AND lane_limit.pool = $1
          LEFT JOIN lane_state ON lane_state.lane = lane.name AND lane_state.pool = $1
WHERE $2 = '' OR lane.name = $2 ORDER BY lane.weight DESC, lane.name;

-- name: tenant_finish
SELECT finish FROM tenant_load WHERE tenant = $1 AND lane = $2 AND pool = $3;

-- name: tenant_room
SELECT tenant_limit.cap - (SELECT COALESCE(SUM(running), 0) FROM tenant_load
                           WHERE tenant = $1 AND (tenant_limit.lane = '' OR tenant_load.lane = $2))
FROM tenant_limit WHERE tenant_limit.tenant = $1 AND tenant_limit.lane IN ('', $2);

-- name: tenant_admitted
SELECT admitted FROM tenant_load WHERE tenant = $1 AND lane = $2 AND pool = $3;

-- name: tenant_streams
SELECT lane, pool, admitted, parked FROM tenant_load WHERE tenant = $1 AND (admitted > 0 OR parked > 0) ORDER BY lane, pool;

-- name: tenant_has_parked
SELECT 1 FROM tenant_load WHERE tenant = $1 AND parked > 0 LIMIT 1;

-- name: waiting_lanes
SELECT pool, lane FROM lane_state WHERE parked > 0 ORDER BY pool, lane;

-- name: waiting_tenants
SELECT DISTINCT tenant FROM tenant_load WHERE parked > 0 ORDER BY tenant LIMIT $1;

-- name: park
INSERT INTO parked (task_id, tenant, lane, pool, gate, vtime) VALUES ($1, $2, $3, $4, $5, $6);

-- name: unpark
DELETE FROM parked WHERE task_id = $1 RETURNING gate;

-- name: set_gate
UPDATE parked SET gate = $2 WHERE task_id = $1;

-- name: first_at_tenant_gate
SELECT task_id FROM parked WHERE tenant = $1 AND lane = $2 AND pool = $3 AND gate = 'tenant' ORDER BY vtime, task_id LIMIT 1;

-- name: first_at_lane_gate
SELECT task_id FROM parked WHERE pool = $1 AND lane = $2 AND gate = 'lane' ORDER BY vtime, task_id LIMIT 1;

-- name: last_of_tenant_at_lane_gate
SELECT task_id, vtime FROM parked WHERE tenant = $1 AND lane = $2 AND pool = $3 AND gate = 'lane' ORDER BY vtime DESC, task_id DESC LIMIT 1;

-- name: last_ready_of_tenant
SELECT task_id, vtime FROM ready WHERE tenant = $1 AND lane = $2 AND pool = $3 ORDER BY vtime DESC, task_id DESC LIMIT 1;

-- name: last_ready_of_lane
SELECT task_id FROM ready WHERE pool = $1 AND lane = $2 ORDER BY vtime DESC, task_id DESC LIMIT 1;

-- name: insert_session_pool
INSERT INTO session_pool (session_id, pool, slots) VALUES ($1, $2, $3) ON CONFLICT (session_id, pool) DO NOTHING RETURNING pool;

-- name: delete_session_pools
DELETE FROM session_pool WHERE session_id = $1 RETURNING pool, slots;

-- name: pools_of_session
SELECT pool FROM session_pool WHERE session_id = $1 ORDER BY pool;

-- name: add_pool_load
INSERT INTO pool_state (pool, wheel_position, slots, busy) VALUES ($1, COALESCE($4, 0), $2, $3)
ON CONFLICT (pool) DO UPDATE SET slots = pool_state.slots + excluded.slots, busy = pool_state.busy + excluded.busy,
  wheel_position = COALESCE($4, pool_state.wheel_position);

-- name: pool_by_name
SELECT wheel_position, slots, busy FROM pool_state WHERE pool = $1 /*pg:FOR UPDATE*/;

-- name: list_pools
SELECT pool FROM pool_state UNION SELECT pool FROM lane_state UNION SELECT pool FROM lane_limit ORDER BY 1;

-- name: set_lane
UPDATE lane SET weight = $2, reserved = $3, cap = $4 WHERE name = $1;

-- name: lane_by_name
SELECT name, weight, reserved, cap FROM lane WHERE name = $1;

-- name: set_lane_limit
INSERT INTO lane_limit (lane, pool, reserved, cap) VALUES ($1, $2, $3, $4)
ON CONFLICT (lane, pool) DO UPDATE SET reserved = excluded.reserved, cap = excluded.cap;

-- name: set_tenant_limit
INSERT INTO tenant_limit (tenant, lane, cap) VALUES ($1, $2, $3) ON CONFLICT (tenant, lane) DO UPDATE SET cap = excluded.cap;

-- name: delete_tenant_limit
DELETE FROM tenant_limit WHERE tenant = $1 AND lane = $2;

-- name: record_limit_change
INSERT INTO limit_change (subject, seq, at_us, changed_by, change)
VALUES ($1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM limit_change WHERE subject = $1), $2, $3, $4);

-- name: list_limit_changes
SELECT seq, at_us, changed_by, change FROM limit_change WHERE subject = $1 ORDER BY seq DESC LIMIT $2;

-- name: limits_of_tenant
SELECT lane, cap FROM tenant_limit WHERE tenant = $1 ORDER BY lane;
