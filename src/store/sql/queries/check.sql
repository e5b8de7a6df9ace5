-- name: standings_of_job
SELECT task.id, task.key, task.kind, task.state, task.fence, task.claim_id, task.pending,
       (SELECT COUNT(*) FROM ready WHERE ready.task_id = task.id),
       (SELECT COUNT(*) FROM timer WHERE timer.task_id = task.id),
       (SELECT COUNT(*) FROM lease WHERE lease.task_id = task.id),
       (SELECT COUNT(*) FROM lease WHERE lease.task_id = task.id AND lease.fence = task.fence AND lease.claim_id = task.claim_id),
       (SELECT COUNT(*) FROM task_dep JOIN task parent ON parent.id = task_dep.parent_id
        WHERE task_dep.child_id = task.id AND parent.state <> 'succeeded'
          AND NOT (parent.need <> 'required' AND parent.state IN ('failed_input','failed_spec','dead','skipped'))),
       (SELECT COUNT(*) FROM task_dep JOIN task parent ON parent.id = task_dep.parent_id
        WHERE task_dep.child_id = task.id AND (parent.state = 'cancelled' OR parent.need = 'required' AND parent.state IN ('failed_input','failed_spec','dead','skipped'))),
       (SELECT COUNT(*) FROM parked WHERE parked.task_id = task.id),
       task.need
FROM task WHERE task.job_id = $1 ORDER BY task.position, task.id;

-- name: check_lane_loads
SELECT s.pool, s.lane, s.ready, (SELECT COUNT(*) FROM ready WHERE ready.pool = s.pool AND ready.lane = s.lane),
       s.running, (SELECT COUNT(*) FROM lease JOIN task ON task.id = lease.task_id WHERE task.pool = s.pool AND task.lane = s.lane),
       s.parked, (SELECT COUNT(*) FROM parked WHERE parked.pool = s.pool AND parked.lane = s.lane AND parked.gate = 'lane'),
       CASE WHEN lane_limit.lane IS NULL THEN lane.cap ELSE lane_limit.cap END
FROM lane_state s LEFT JOIN lane ON lane.name = s.lane LEFT JOIN lane_limit ON lane_limit.lane = s.lane AND lane_limit.pool = s.pool
ORDER BY s.pool, s.lane;

-- name: check_tenant_loads
SELECT l.tenant, l.lane, l.pool, l.admitted,
       (SELECT COUNT(*) FROM ready WHERE ready.tenant = l.tenant AND ready.lane = l.lane AND ready.pool = l.pool)
       + (SELECT COUNT(*) FROM parked WHERE parked.tenant = l.tenant AND parked.lane = l.lane AND parked.pool = l.pool AND gate = 'lane'),
       l.running, (SELECT COUNT(*) FROM lease JOIN task ON task.id = lease.task_id JOIN job ON job.id = task.job_id
                   WHERE job.tenant = l.tenant AND task.lane = l.lane AND task.pool = l.pool),
       l.parked, (SELECT COUNT(*) FROM parked WHERE parked.tenant = l.tenant AND parked.lane = l.lane AND parked.pool = l.pool AND gate = 'tenant'),
       (SELECT MIN(tenant_limit.cap - (SELECT COALESCE(SUM(o.running), 0) FROM tenant_load o
                                       WHERE o.tenant = l.tenant AND (tenant_limit.lane = '' OR o.lane = l.lane)))
        FROM tenant_limit WHERE tenant_limit.tenant = l.tenant AND tenant_limit.lane IN ('', l.lane))
FROM tenant_load l ORDER BY l.tenant, l.lane, l.pool;

-- name: check_turns
SELECT ready.task_id, ready.tenant, ready.lane, ready.pool FROM ready
JOIN tenant_load l ON l.tenant = ready.tenant AND l.lane = ready.lane AND l.pool = ready.pool
WHERE ready.vtime >= l.finish ORDER BY ready.task_id;

-- name: check_pool_loads
SELECT p.pool, p.slots, (SELECT COALESCE(SUM(session_pool.slots), 0) FROM session_pool WHERE session_pool.pool = p.pool),
       p.busy, (SELECT COUNT(*) FROM lease JOIN session_pool ON session_pool.session_id = lease.session_id WHERE session_pool.pool = p.pool)
FROM pool_state p ORDER BY p.pool;
