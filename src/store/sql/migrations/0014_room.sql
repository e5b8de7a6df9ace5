-- What a task may take and what its worker has: a claim gives no task that does not fit beside what runs there. 0 = nobody has said.
ALTER TABLE task ADD COLUMN memory_bytes BIGINT NOT NULL DEFAULT 0;   -- that its job allows

ALTER TABLE task ADD COLUMN passes BIGINT NOT NULL DEFAULT 0;         -- how often another was taken before it for want of room

ALTER TABLE session ADD COLUMN memory_bytes BIGINT NOT NULL DEFAULT 0;
