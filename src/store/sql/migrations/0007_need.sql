-- What it means for a job if a task of it ends without success: it fails, or it is partial, or nothing.
-- What needs a task that is not required goes on without it.
ALTER TABLE task ADD COLUMN need TEXT NOT NULL DEFAULT 'required' CHECK (need = 'required' OR need = 'optional' OR need = 'best_effort');
