-- What a held task needs that no worker of its pool has: a worker that comes with it releases the task.
CREATE TABLE held_need (
  task_id TEXT PRIMARY KEY,
  pool TEXT NOT NULL,
  encoders TEXT NOT NULL            -- names with a space between
);
CREATE INDEX held_need_pool ON held_need(pool);
