-- What keeps the hot path from slowing down with history. Never edited once released.

-- Tasks of a job that are not over yet: whether there are any is asked at the end of each task.
CREATE INDEX task_open ON task(job_id)
WHERE finished_us IS NULL AND kind <> 'deliver';
