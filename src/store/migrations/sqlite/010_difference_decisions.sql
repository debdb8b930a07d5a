-- What a person decided about one difference between two states: that it is ignored until an end, or
-- that it is meant to be. It is about what was seen: `state` tells it apart from any other
-- difference in the same place, `previous` and `current` show it, masked where they are secret.
CREATE TABLE difference_decisions (
    id           TEXT    NOT NULL PRIMARY KEY,
    project_id   TEXT    NOT NULL REFERENCES projects (id),
    number       INTEGER NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('ignored', 'accepted')),
    pair         TEXT    NOT NULL CHECK (pair <> ''),
    fingerprint  TEXT    NOT NULL CHECK (fingerprint <> ''),
    state        TEXT    NOT NULL CHECK (state <> ''),
    type         TEXT    NOT NULL,
    module       TEXT    NOT NULL,
    path         TEXT    NOT NULL,
    previous     TEXT,
    current      TEXT,
    reason       TEXT    NOT NULL CHECK (reason <> ''),
    until        INTEGER NOT NULL CHECK (until >= 0),
    created_by   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    withdrawn_by TEXT,
    withdrawn_at INTEGER NOT NULL DEFAULT 0,
    withdrawal   TEXT, -- why; NULL: nothing was said
    UNIQUE (project_id, number),
    CHECK ((withdrawn_at <> 0) = (withdrawn_by IS NOT NULL)),
    CHECK (kind = 'ignored' OR until = 0)
) STRICT;

-- Of one difference between two states there is one that counts.
CREATE UNIQUE INDEX difference_decisions_that_stand
    ON difference_decisions (project_id, pair COLLATE NOCASE, fingerprint)
    WHERE withdrawn_at = 0;

CREATE TRIGGER difference_decisions_keep_what_was_decided
BEFORE UPDATE ON difference_decisions
WHEN OLD.withdrawn_at <> 0
  OR NEW.id <> OLD.id
  OR NEW.project_id <> OLD.project_id
  OR NEW.number <> OLD.number
  OR NEW.kind <> OLD.kind
  OR NEW.pair <> OLD.pair
  OR NEW.fingerprint <> OLD.fingerprint
  OR NEW.state <> OLD.state
  OR NEW.type <> OLD.type
  OR NEW.module <> OLD.module
  OR NEW.path <> OLD.path
  OR NEW.previous IS NOT OLD.previous
  OR NEW.current IS NOT OLD.current
  OR NEW.reason <> OLD.reason
  OR NEW.until <> OLD.until
  OR NEW.created_by <> OLD.created_by
  OR NEW.created_at <> OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'a decision about a difference never changes: it is withdrawn, and another made');
END;

CREATE TRIGGER difference_decisions_keep_rows
BEFORE DELETE ON difference_decisions
BEGIN
    SELECT RAISE(ABORT, 'decisions about differences are never deleted');
END;

-- The two states of a report, whatever part of them it looked at, and that part: NULL is the whole.
ALTER TABLE drift_reports ADD COLUMN pair TEXT CHECK (pair <> '');
ALTER TABLE drift_reports ADD COLUMN scope TEXT CHECK (scope <> '');

-- What a report stands for is both, with a blank between them. Of a release it names the environment
-- that the release came from, which its own states do not.
UPDATE drift_reports
SET pair = CASE
               WHEN stands_for IS NULL
                 OR instr(stands_for || ' ', previous_spec || '..' || current_spec || ' ') = 1
                   THEN previous_spec || '..' || current_spec
               WHEN instr(stands_for, ' ') > 0
                   THEN substr(stands_for, 1, instr(stands_for, ' ') - 1)
               ELSE stands_for
           END;

UPDATE drift_reports
SET scope = CASE
                WHEN stands_for IS NULL THEN module
                ELSE NULLIF(trim(substr(stands_for, length(pair) + 1)), '')
            END;

CREATE INDEX drift_reports_by_states
    ON drift_reports (project_id, pair COLLATE NOCASE, number);

CREATE TRIGGER drift_reports_keep_states
BEFORE UPDATE OF pair, scope ON drift_reports
WHEN OLD.finished_at <> 0
BEGIN
    SELECT RAISE(ABORT, 'the findings of a finished drift report never change');
END;

-- What both sides of a difference were, and since when the reports of these states have it, and have
-- it as it is. What is there already was not told apart: each of its reports stands for itself.
ALTER TABLE drift_items ADD COLUMN state TEXT;
ALTER TABLE drift_items ADD COLUMN drifting_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE drift_items ADD COLUMN unchanged_since INTEGER NOT NULL DEFAULT 0;
