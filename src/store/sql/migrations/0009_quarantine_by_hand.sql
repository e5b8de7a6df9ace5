-- Hosts that somebody takes out, until somebody gives them tasks again. Their until_us is beyond all time.
ALTER TABLE quarantine ADD COLUMN set_by TEXT NOT NULL DEFAULT '';   -- who did; '' = what failed there
