-- Why the worker takes no tasks, as it said last: 'none', 'draining', 'disk_full' (core/queue/pause.h).
ALTER TABLE session ADD COLUMN pause TEXT NOT NULL DEFAULT 'none';
