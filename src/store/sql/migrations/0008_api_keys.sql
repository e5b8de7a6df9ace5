-- Who may ask a server for what. Of a key only the sha256 of its secret is kept.
CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,               -- sha256 of the secret, hex
  tenant TEXT NOT NULL,
  scopes TEXT NOT NULL,             -- words with a space between
  pools TEXT NOT NULL,              -- the same: what a worker may claim from; empty = any
  created_us BIGINT NOT NULL,
  expires_us BIGINT,
  revoked_us BIGINT
);
