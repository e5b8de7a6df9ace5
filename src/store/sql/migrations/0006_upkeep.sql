-- Files that no row speaks of, and since when that is known: they are kept for a while before they go.
CREATE TABLE orphan (
  place TEXT PRIMARY KEY,
  first_seen_us BIGINT NOT NULL
);

-- What retention has removed. The rows go first, in one transaction with this record; then the files.
CREATE TABLE removal (
  job_id TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('job','logs')),
  removed_us BIGINT NOT NULL,
  record TEXT NOT NULL,             -- JSON: what it was, how much, where its files were
  is_finished SMALLINT NOT NULL,    -- 0 = some of its files may still be there
  PRIMARY KEY (job_id, what)
);

CREATE INDEX removal_open ON removal(job_id) WHERE is_finished = 0;
