-- What goes out together: a release and its frozen list. What became of it in the target is never
-- stored, it follows from the deployments that name the release.
CREATE TABLE releases (
    id          TEXT    NOT NULL PRIMARY KEY,
    project_id  TEXT    NOT NULL REFERENCES projects (id),
    number      INTEGER NOT NULL,
    name        TEXT    NOT NULL COLLATE NOCASE CHECK (name <> ''),
    source_id   TEXT    NOT NULL REFERENCES environments (id),
    target_id   TEXT    NOT NULL REFERENCES environments (id),
    status      TEXT    NOT NULL CHECK (status IN ('OPEN', 'CLOSED', 'CANCELLED')),
    rev         INTEGER NOT NULL,
    description TEXT    NOT NULL,
    planned_at  INTEGER NOT NULL,
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    ended_by    TEXT,
    ended_at    INTEGER NOT NULL,
    outcome     TEXT,
    UNIQUE (project_id, number),
    UNIQUE (project_id, name),
    CHECK (source_id <> target_id),
    CHECK ((ended_at <> 0) = (status <> 'OPEN')),
    CHECK ((ended_by IS NOT NULL) = (status <> 'OPEN'))
) STRICT;

CREATE TRIGGER releases_keep_facts
BEFORE UPDATE ON releases
WHEN OLD.status <> 'OPEN'
  OR NEW.id <> OLD.id
  OR NEW.project_id <> OLD.project_id
  OR NEW.number <> OLD.number
  OR NEW.name IS NOT OLD.name
  OR NEW.source_id <> OLD.source_id
  OR NEW.target_id <> OLD.target_id
  OR NEW.rev < OLD.rev
  OR NEW.created_by <> OLD.created_by
  OR NEW.created_at <> OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'a release''s facts, and an ended release, never change');
END;

CREATE TRIGGER releases_keep_rows
BEFORE DELETE ON releases
BEGIN
    SELECT RAISE(ABORT, 'releases are never deleted');
END;

-- `modules` says how many entries belong to a revision, so that none can join it later.
CREATE TABLE release_revisions (
    release_id TEXT    NOT NULL REFERENCES releases (id),
    rev        INTEGER NOT NULL,
    modules    INTEGER NOT NULL CHECK (modules > 0),
    author     TEXT    NOT NULL,
    reason     TEXT,
    at         INTEGER NOT NULL,
    digest     TEXT    NOT NULL,
    PRIMARY KEY (release_id, rev)
) STRICT;

CREATE TRIGGER release_revisions_keep_values
BEFORE UPDATE ON release_revisions
BEGIN
    SELECT RAISE(ABORT, 'revisions of a release never change');
END;

CREATE TRIGGER release_revisions_keep_rows
BEFORE DELETE ON release_revisions
BEGIN
    SELECT RAISE(ABORT, 'revisions of a release are never deleted');
END;

-- One module of a frozen list. `kept_version` and `kept_commit` are what the source environment had
-- when somebody decided to stay with the frozen version all the same.
CREATE TABLE release_entries (
    release_id      TEXT    NOT NULL,
    rev             INTEGER NOT NULL,
    position        INTEGER NOT NULL,
    module_id       TEXT    NOT NULL REFERENCES modules (id),
    module          TEXT    NOT NULL CHECK (module <> ''),
    version         TEXT    NOT NULL CHECK (version <> ''),
    commit_id       TEXT,
    image           TEXT,
    config_revision TEXT,
    migrations      TEXT,
    kept_version    TEXT,
    kept_commit     TEXT,
    PRIMARY KEY (release_id, rev, position),
    UNIQUE (release_id, rev, module_id),
    FOREIGN KEY (release_id, rev) REFERENCES release_revisions (release_id, rev)
) STRICT, WITHOUT ROWID;

CREATE INDEX release_entries_by_module ON release_entries (module_id, commit_id);

CREATE TRIGGER release_entries_fill_their_revision
BEFORE INSERT ON release_entries
WHEN (SELECT COUNT(*) FROM release_entries WHERE release_id = NEW.release_id AND rev = NEW.rev)
  >= (SELECT modules FROM release_revisions WHERE release_id = NEW.release_id AND rev = NEW.rev)
BEGIN
    SELECT RAISE(ABORT, 'the frozen list of a release never changes');
END;

CREATE TRIGGER release_entries_keep_values
BEFORE UPDATE ON release_entries
BEGIN
    SELECT RAISE(ABORT, 'the frozen list of a release never changes');
END;

CREATE TRIGGER release_entries_keep_rows
BEFORE DELETE ON release_entries
BEGIN
    SELECT RAISE(ABORT, 'the frozen list of a release is never deleted');
END;

CREATE INDEX deployments_by_release ON deployments (project_id, release COLLATE NOCASE, started_at)
    WHERE release IS NOT NULL;
CREATE INDEX deployments_by_what_they_take_back ON deployments (rolls_back)
    WHERE rolls_back IS NOT NULL;
CREATE INDEX notes_by_version ON notes (project_id, version COLLATE NOCASE, number);
CREATE INDEX drift_reports_by_current
    ON drift_reports (project_id, current_spec COLLATE NOCASE, number);
