-- name: insert_event
INSERT INTO event (job_id, seq, task_id, fence, kind, at_us, encoder_revision, bytes, prev_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: set_event_head
UPDATE job SET event_seq = $2, event_hash = $3 WHERE id = $1;

-- name: fence_of_last_reprocess
SELECT COALESCE(MAX(fence), 0) FROM event WHERE job_id = $1 AND task_id = $2 AND kind IN ('reprocess_requested', 'reprocess_scheduled');

-- name: events_of_job
SELECT event.seq, event.task_id, COALESCE(task.key, ''), event.fence, event.kind, event.at_us, event.encoder_revision, event.bytes, event.prev_hash, event.hash
FROM event LEFT JOIN task ON task.id = event.task_id
WHERE event.job_id = $1 AND event.seq > $2 ORDER BY event.seq LIMIT $3;
