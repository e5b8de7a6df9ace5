-- What a task needs of its worker beyond what every worker has, as core/queue/requirements writes it; '' = nothing. On its row of
-- `ready` too: a claim passes over what the worker cannot do without looking at the task.
ALTER TABLE task ADD COLUMN requirements TEXT NOT NULL DEFAULT '';

ALTER TABLE ready ADD COLUMN requirements TEXT NOT NULL DEFAULT '';

CREATE INDEX ready_requirements ON ready(pool, requirements) WHERE requirements <> '';

-- Each that some task ever had, and which of the present sessions meet it.
CREATE TABLE requirement (
  words TEXT PRIMARY KEY
);

CREATE TABLE session_meets (
  requirements TEXT NOT NULL,
  session_id TEXT NOT NULL,
  PRIMARY KEY (requirements, session_id)
) WITHOUT ROWID;

CREATE INDEX session_meets_session ON session_meets(session_id);

CREATE INDEX session_pool_pool ON session_pool(pool);

-- So far they were names of encoders, with a space between.
ALTER TABLE held_need RENAME COLUMN encoders TO requirements;

UPDATE held_need SET requirements = 'encoder:' || replace(requirements, ' ', '|encoder:');
