-- What was seen to run in an environment, module by module: a row for as long as the same was seen,
-- from `first_at` until `last_at`. `verdict` is how it stood to what was `expected` then.
CREATE TABLE observations (
    id             TEXT    NOT NULL PRIMARY KEY,
    project_id     TEXT    NOT NULL REFERENCES projects (id),
    number         INTEGER NOT NULL,
    module_id      TEXT    NOT NULL REFERENCES modules (id),
    environment_id TEXT    NOT NULL REFERENCES environments (id),
    verdict        TEXT    NOT NULL CHECK (verdict IN ('same', 'differs', 'could_not_ask')),
    absent         INTEGER NOT NULL CHECK (absent IN (0, 1)), -- it was looked for and was not there
    expected       TEXT,
    version        TEXT, -- NULL: it was not seen
    commit_id      TEXT,
    image          TEXT,
    source         TEXT, -- who saw it, or could not be asked
    place          TEXT,
    why            TEXT, -- a clause; NULL: there is nothing to say
    first_at       INTEGER NOT NULL,
    last_at        INTEGER NOT NULL,
    UNIQUE (project_id, number),
    CHECK (last_at >= first_at)
) STRICT;

CREATE INDEX observations_of_a_cell
    ON observations (module_id, environment_id, number);

CREATE TRIGGER observations_keep_what_was_seen
BEFORE UPDATE ON observations
WHEN NEW.id <> OLD.id
  OR NEW.project_id <> OLD.project_id
  OR NEW.number <> OLD.number
  OR NEW.module_id <> OLD.module_id
  OR NEW.environment_id <> OLD.environment_id
  OR NEW.verdict <> OLD.verdict
  OR NEW.absent <> OLD.absent
  OR NEW.expected IS NOT OLD.expected
  OR NEW.version IS NOT OLD.version
  OR NEW.commit_id IS NOT OLD.commit_id
  OR NEW.image IS NOT OLD.image
  OR NEW.source IS NOT OLD.source
  OR NEW.place IS NOT OLD.place
  OR NEW.why IS NOT OLD.why
  OR NEW.first_at <> OLD.first_at
  OR NEW.last_at < OLD.last_at
BEGIN
    SELECT RAISE(ABORT, 'an observation never changes: it only goes on');
END;

CREATE TRIGGER observations_keep_rows
BEFORE DELETE ON observations
BEGIN
    SELECT RAISE(ABORT, 'observations are never deleted');
END;
