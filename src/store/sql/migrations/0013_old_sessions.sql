-- Sessions that are over are removed when no attempt names them any more.
CREATE INDEX attempt_session ON attempt(session_id);

CREATE INDEX session_over ON session(ended_us) WHERE ended_us IS NOT NULL;
