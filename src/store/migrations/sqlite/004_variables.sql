-- The key of secrets: what it is made from, never the key itself. One row at most.
CREATE TABLE secret_vault (
    only       INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    kind       TEXT    NOT NULL CHECK (kind IN ('FILE', 'PASSPHRASE')),
    key_check  TEXT    NOT NULL CHECK (key_check <> ''),
    salt       BLOB,
    operations INTEGER NOT NULL,
    memory     INTEGER NOT NULL,
    rev        INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((kind = 'PASSPHRASE') = (salt IS NOT NULL))
) STRICT;

-- A variable that was removed keeps its row, without its value, so that it is the same one when its
-- name comes back. A secret has no value in the clear; it may have none at all yet.
CREATE TABLE variables (
    id             TEXT    NOT NULL PRIMARY KEY,
    project_id     TEXT    NOT NULL REFERENCES projects (id),
    environment_id TEXT    NOT NULL REFERENCES environments (id),
    module_id      TEXT    REFERENCES modules (id),
    name           TEXT    NOT NULL CHECK (name <> ''),
    description    TEXT    NOT NULL,
    is_secret      INTEGER NOT NULL CHECK (is_secret IN (0, 1)),
    value          TEXT,
    sealed         BLOB,
    fingerprint    TEXT    NOT NULL,
    author         TEXT    NOT NULL,
    rev            INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    removed_at     INTEGER NOT NULL,
    CHECK (is_secret = 0 OR value IS NULL),
    CHECK (is_secret = 1 OR sealed IS NULL),
    CHECK (removed_at = 0 OR (value IS NULL AND sealed IS NULL)),
    CHECK (removed_at <> 0 OR is_secret = 1 OR value IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX variables_by_place
    ON variables (environment_id, IFNULL(module_id, ''), name);
CREATE INDEX variables_by_name ON variables (project_id, name);

-- Who set what when. Of a secret only that it was set, and the fingerprint that tells whether it
-- became another one.
CREATE TABLE variable_revisions (
    variable_id TEXT    NOT NULL REFERENCES variables (id),
    rev         INTEGER NOT NULL,
    action      TEXT    NOT NULL CHECK (action IN ('SET', 'UNSET')),
    is_secret   INTEGER NOT NULL CHECK (is_secret IN (0, 1)),
    value       TEXT,
    fingerprint TEXT    NOT NULL,
    author      TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (variable_id, rev),
    CHECK (is_secret = 0 OR value IS NULL)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER variable_revisions_keep_values
BEFORE UPDATE OF variable_id, rev, action, is_secret, value, author, at ON variable_revisions
BEGIN
    SELECT RAISE(ABORT, 'revisions of a variable never change');
END;

CREATE TRIGGER variable_revisions_keep_rows
BEFORE DELETE ON variable_revisions
BEGIN
    SELECT RAISE(ABORT, 'revisions of a variable are never deleted');
END;
