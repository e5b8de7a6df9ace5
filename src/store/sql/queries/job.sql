-- name: insert_job
INSERT INTO job (id, tenant, idempotency_key, identity, name, state, delivery, lane, priority, spec_text, spec, command,
                 output_uri, scratch_uri, encoder_revision, plan_version, event_seq, event_hash, created_us)
VALUES ($1, $2, $3, $4, $5, 'queued', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, '', $16);

-- name: job_by_idempotency_key
SELECT id FROM job WHERE tenant = $1 AND idempotency_key = $2;

-- name: clear_idempotency_key
UPDATE job SET idempotency_key = NULL WHERE id = $1;

-- name: job_by_id
SELECT id, tenant, identity, name, state, delivery, lane, priority, spec_text, spec, command, output_uri, scratch_uri,
       encoder_revision, plan_version, created_us, started_us, finished_us
FROM job WHERE id = $1 /*pg:FOR UPDATE*/;

-- name: job_head
SELECT job.state, job.delivery, job.tenant, job.priority, job.event_seq, job.event_hash, job.encoder_revision,
       job_schedule.start_us, job_schedule.hop_after_us
FROM job LEFT JOIN job_schedule ON job_schedule.job_id = job.id WHERE job.id = $1 /*pg:FOR UPDATE OF job*/;

-- name: latest_job_by_identity
SELECT id FROM job WHERE identity = $1 ORDER BY created_us DESC, id DESC LIMIT 1;

-- name: jobs_by_prefix
SELECT id FROM job WHERE id >= $1 AND id < $2 AND ($3 = '' OR tenant = $3) ORDER BY id LIMIT 3;

-- name: list_jobs
SELECT id, tenant, identity, name, state, delivery, lane, priority, spec_text, spec, command, output_uri, scratch_uri,
       encoder_revision, plan_version, created_us, started_us, finished_us
FROM job WHERE (created_us, id) < ($1, $2) ORDER BY created_us DESC, id DESC LIMIT $3;

-- name: jobs_with_output
SELECT id, tenant, identity, name, state, delivery, lane, priority, spec_text, spec, command, output_uri, scratch_uri,
       encoder_revision, plan_version, created_us, started_us, finished_us
FROM job WHERE output_uri = $1 ORDER BY created_us DESC, id DESC;

-- name: set_job_state
UPDATE job SET state = $2, delivery = $3, started_us = COALESCE(started_us, $4), finished_us = $5 WHERE id = $1;

-- name: insert_input
INSERT INTO input (job_id, key, uri, identity, size, sha256, probe) VALUES ($1, $2, $3, $4, $5, NULL, NULL);

-- name: set_input_facts
UPDATE input SET sha256 = COALESCE(sha256, $3), probe = COALESCE(probe, $4) WHERE job_id = $1 AND key = $2;

-- name: list_inputs
SELECT key, uri, identity, size, sha256, probe FROM input WHERE job_id = $1 ORDER BY key;

-- name: identities_of_inputs
SELECT key, identity FROM input WHERE job_id = $1;

-- name: upsert_encoder_revision
INSERT INTO encoder_revision (id, path, version, configuration, facts, first_seen_us) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO NOTHING;

-- name: encoder_revision_by_id
SELECT id, path, version, configuration, facts, first_seen_us FROM encoder_revision WHERE id = $1;

-- name: delete_published
DELETE FROM published WHERE target_uri = $1;

-- name: insert_published
INSERT INTO published (target_uri, name, job_id, size, sha256, mtime_ns) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (target_uri, name) DO UPDATE SET job_id = excluded.job_id, size = excluded.size, sha256 = excluded.sha256, mtime_ns = excluded.mtime_ns;

-- name: list_published
SELECT name, job_id, size, sha256, mtime_ns FROM published WHERE target_uri = $1 ORDER BY name;

-- name: delete_publishing
DELETE FROM publishing WHERE target_uri = $1 AND ($2 = '' OR job_id = $2);

-- name: insert_publishing
INSERT INTO publishing (target_uri, job_id, name, size, sha256, mtime_ns) VALUES ($1, $2, $3, $4, $5, $6);

-- name: list_publishing
SELECT name, job_id, size, sha256, mtime_ns FROM publishing WHERE target_uri = $1 ORDER BY job_id, name;

-- name: get_meta
SELECT value FROM meta WHERE key = $1;

-- name: set_meta
INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: find_request
SELECT answer FROM request WHERE id = $1;

-- name: insert_request
INSERT INTO request (id, answer, at_us) VALUES ($1, $2, $3);

-- name: prune_requests
DELETE FROM request WHERE id IN (SELECT id FROM request WHERE at_us < $1 ORDER BY at_us LIMIT $2) RETURNING id;

-- name: encoder_revisions_by_prefix
SELECT id FROM encoder_revision WHERE id >= $1 AND id < $2 ORDER BY id LIMIT 3;

-- name: list_jobs_where
SELECT id, tenant, identity, name, state, delivery, lane, priority, spec_text, spec, command, output_uri, scratch_uri,
       encoder_revision, plan_version, created_us, started_us, finished_us
FROM job WHERE (created_us, id) < ($1, $2) AND ($3 = '' OR state = $3) AND ($4 = '' OR lane = $4) AND ($5 = '' OR tenant = $5)
ORDER BY created_us DESC, id DESC LIMIT $6;

-- name: list_encoder_revisions
SELECT id, path, version, configuration, facts, first_seen_us FROM encoder_revision ORDER BY first_seen_us, id;
