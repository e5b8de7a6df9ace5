-- What keeps the hot path from slowing down with history. Never edited once released.

-- Tasks of a job that are not over yet: whether there are any is asked at the end of each task.
CREATE INDEX task_open ON task(job_id)
WHERE state NOT IN ('succeeded','failed_input','failed_spec','dead','skipped','cancelled') AND kind <> 'deliver';
