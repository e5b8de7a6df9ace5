-- name: subscriptions_of_job
SELECT endpoint FROM subscription WHERE job_id = $1 ORDER BY endpoint;

-- name: delete_subscriptions
DELETE FROM subscription WHERE job_id = $1;

-- name: insert_subscription
INSERT INTO subscription (job_id, endpoint) VALUES ($1, $2) ON CONFLICT (job_id, endpoint) DO NOTHING;

-- name: insert_outbox
INSERT INTO outbox (id, due_us, endpoint, job_id, body, event, created_us) VALUES ($1, $2, $3, $4, $5, $6, $2)
ON CONFLICT (id) DO NOTHING;

-- name: due_outbox
SELECT id, due_us, endpoint, job_id, body, tries, event, created_us, last_error, done_us, dead_us FROM outbox
WHERE done_us IS NULL AND due_us <= $1 ORDER BY due_us, id LIMIT $2 /*pg:FOR UPDATE SKIP LOCKED*/;

-- name: take_outbox
UPDATE outbox SET tries = tries + 1, due_us = $2 WHERE id = $1;

-- name: finish_outbox
UPDATE outbox SET done_us = $3 WHERE id = $1 AND tries = $2 AND done_us IS NULL RETURNING id;

-- name: postpone_outbox
UPDATE outbox SET due_us = $3, last_error = $4 WHERE id = $1 AND tries = $2 AND done_us IS NULL RETURNING id;

-- name: bury_outbox
UPDATE outbox SET done_us = $3, dead_us = $3, last_error = $4 WHERE id = $1 AND tries = $2 AND done_us IS NULL RETURNING id;

-- name: next_outbox
SELECT MIN(due_us) FROM outbox WHERE done_us IS NULL;

-- name: outbox_of_job
SELECT id, due_us, endpoint, job_id, body, tries, event, created_us, last_error, done_us, dead_us FROM outbox WHERE job_id = $1 ORDER BY created_us, id;
