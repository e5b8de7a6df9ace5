-- What a job is about to put in place whole at an output: written before, gone with the commit. After
-- a kill between the two the tree that stands there can be told from somebody else's files.
CREATE TABLE publishing (
  target_uri TEXT NOT NULL,
  job_id TEXT NOT NULL,
  name TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  mtime_ns BIGINT NOT NULL,
  PRIMARY KEY (target_uri, job_id, name)
) /*sqlite:WITHOUT ROWID*/;

-- Which other jobs wrote, or meant to write, to the same output.
CREATE INDEX job_output ON job(output_uri, created_us);
