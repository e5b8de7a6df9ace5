-- name: insert_api_key
INSERT INTO api_key (id, name, hash, tenant, scopes, pools, created_us, expires_us, revoked_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL);

-- name: revoke_api_key
UPDATE api_key SET revoked_us = COALESCE(revoked_us, $2) WHERE id = $1 RETURNING id;

-- name: api_key_by_id
SELECT id, name, hash, tenant, scopes, pools, created_us, expires_us, revoked_us FROM api_key WHERE id = $1;

-- name: list_api_keys
SELECT id, name, hash, tenant, scopes, pools, created_us, expires_us, revoked_us FROM api_key ORDER BY created_us, id;
