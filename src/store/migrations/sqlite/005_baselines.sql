-- Baselines: what somebody designated, once and for good, as the state of the matrix to measure
-- others by. A name that is designated again gets a row of its own; the latest one is meant.

CREATE TABLE baselines (
    id             TEXT    NOT NULL PRIMARY KEY,
    project_id     TEXT    NOT NULL REFERENCES projects (id),
    number         INTEGER NOT NULL,
    name           TEXT    NOT NULL COLLATE NOCASE CHECK (name <> ''),
    environment_id TEXT    REFERENCES environments (id), -- NULL: the whole matrix
    reason         TEXT    NOT NULL CHECK (reason <> ''),
    as_of          INTEGER NOT NULL,                     -- the moment that the state is of
    digest         TEXT    NOT NULL,                     -- SHA-256 of content
    content        TEXT    NOT NULL,                     -- canonical JSON
    created_by     TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    UNIQUE (project_id, number)
) STRICT;

CREATE INDEX baselines_by_name ON baselines (project_id, name, number);

CREATE TRIGGER baselines_keep_values
BEFORE UPDATE ON baselines
BEGIN
    SELECT RAISE(ABORT, 'baselines never change');
END;

CREATE TRIGGER baselines_keep_rows
BEFORE DELETE ON baselines
BEGIN
    SELECT RAISE(ABORT, 'baselines are never deleted');
END;
