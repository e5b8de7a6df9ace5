-- name: insert_dead_letter
INSERT INTO dead_letter (task_id, job_id, tenant, lane, kind, signature, bucket, reason, rule, cause, pattern, encoder_revision, why, fence, died_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: delete_dead_letter
DELETE FROM dead_letter WHERE task_id = $1;

-- name: dead_letter_groups
SELECT signature, COUNT(*), COUNT(DISTINCT job_id), bucket, reason, rule, pattern, kind, encoder_revision, MIN(died_us), MAX(died_us), MAX(task_id)
FROM dead_letter GROUP BY signature, bucket, reason, rule, pattern, kind, encoder_revision ORDER BY COUNT(*) DESC, MAX(died_us) DESC, signature;

-- name: signatures_by_prefix
SELECT DISTINCT signature FROM dead_letter WHERE signature >= $1 AND signature < $2 ORDER BY signature LIMIT 3;

-- name: dead_letter_of_task
SELECT task_id, job_id, tenant, lane, kind, signature, bucket, reason, rule, cause, pattern, encoder_revision, why, fence, died_us
FROM dead_letter WHERE task_id = $1;

-- name: find_dead_letters
SELECT task_id, job_id, tenant, lane, kind, signature, bucket, reason, rule, cause, pattern, encoder_revision, why, fence, died_us
FROM dead_letter
WHERE ($1 = '' OR signature = $1) AND ($2 = '' OR reason = $2) AND ($3 = '' OR bucket = $3) AND ($4 = '' OR lane = $4)
  AND ($5 = '' OR tenant = $5) AND ($6 = '' OR encoder_revision = $6) AND died_us >= $7 AND (died_us, task_id) > ($8, $9)
ORDER BY died_us, task_id LIMIT $10;

-- name: set_task_revision
UPDATE task SET encoder_revision = $2 WHERE id = $1;

-- name: set_job_revision
UPDATE job SET encoder_revision = $2, identity = $3 WHERE id = $1;

-- name: first_claim_after
SELECT MIN(claimed_us) FROM attempt WHERE task_id = $1 AND fence > $2;
