-- Ids are UUIDv7 text, times UTC milliseconds (0: not yet), both made by the program.
-- Revisions (rev) start at 1 and grow by one with every change of the row.

PRAGMA application_id = 1346980930; -- "PILB"

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tenants (
    id         TEXT    NOT NULL PRIMARY KEY,
    slug       TEXT    NOT NULL COLLATE NOCASE UNIQUE CHECK (slug <> ''),
    name       TEXT    NOT NULL,
    settings   TEXT    NOT NULL,
    rev        INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id            TEXT    NOT NULL PRIMARY KEY,
    tenant_id     TEXT    NOT NULL REFERENCES tenants (id),
    login         TEXT    NOT NULL CHECK (login <> ''),
    email         TEXT    COLLATE NOCASE,
    first_name    TEXT    NOT NULL,
    last_name     TEXT    NOT NULL,
    role          TEXT    NOT NULL CHECK (role IN ('SUPER_ADMIN', 'ADMIN', 'USER')),
    is_active     INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    last_login_at INTEGER NOT NULL,
    rev           INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    UNIQUE (tenant_id, login),
    UNIQUE (tenant_id, email)
) STRICT;

CREATE TABLE projects (
    id          TEXT    NOT NULL PRIMARY KEY,
    tenant_id   TEXT    NOT NULL REFERENCES tenants (id),
    code        TEXT    NOT NULL COLLATE NOCASE CHECK (code <> ''),
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    status      TEXT    NOT NULL CHECK (status IN ('ACTIVE', 'ARCHIVED', 'DELETED')),
    settings    TEXT    NOT NULL,
    rev         INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    UNIQUE (tenant_id, code)
) STRICT;

CREATE TABLE project_access (
    project_id TEXT    NOT NULL REFERENCES projects (id),
    user_id    TEXT    NOT NULL REFERENCES users (id),
    role       TEXT    NOT NULL CHECK (role IN ('OWNER', 'ADMIN', 'CONTRIBUTOR', 'VIEWER')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX project_access_by_user ON project_access (user_id, project_id);

CREATE TABLE repositories (
    id              TEXT    NOT NULL PRIMARY KEY,
    project_id      TEXT    NOT NULL REFERENCES projects (id),
    url             TEXT    NOT NULL CHECK (url <> ''),
    provider        TEXT    NOT NULL CHECK (provider IN ('GIT', 'GITHUB', 'GITLAB', 'BITBUCKET')),
    default_branch  TEXT    NOT NULL,
    is_private      INTEGER NOT NULL CHECK (is_private IN (0, 1)),
    last_fetched_at INTEGER NOT NULL,
    settings        TEXT    NOT NULL,
    rev             INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    UNIQUE (project_id, url)
) STRICT;

-- A removed module or environment keeps its row: deployments and reports speak of it.
CREATE TABLE modules (
    id            TEXT    NOT NULL PRIMARY KEY,
    project_id    TEXT    NOT NULL REFERENCES projects (id),
    repository_id TEXT    REFERENCES repositories (id),
    name          TEXT    NOT NULL CHECK (name <> ''),
    type          TEXT    NOT NULL CHECK (type IN ('BACKEND', 'FRONTEND', 'DATABASE',
                                                   'INFRASTRUCTURE', 'LIBRARY', 'OTHER')),
    description   TEXT    NOT NULL,
    position      INTEGER NOT NULL,
    path          TEXT    NOT NULL,
    tags          TEXT    NOT NULL,
    config        TEXT    NOT NULL,
    migrations    TEXT,
    dependencies  TEXT,
    image         TEXT,
    settings      TEXT    NOT NULL,
    rev           INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    removed_at    INTEGER NOT NULL,
    UNIQUE (project_id, name)
) STRICT;

CREATE INDEX modules_in_order ON modules (project_id, position, name);

CREATE TABLE environments (
    id            TEXT    NOT NULL PRIMARY KEY,
    project_id    TEXT    NOT NULL REFERENCES projects (id),
    name          TEXT    NOT NULL COLLATE NOCASE CHECK (name <> ''),
    stage         TEXT    NOT NULL CHECK (stage IN ('DEV', 'SIT', 'UAT', 'PERF', 'SEC',
                                                    'PRE_PROD', 'PROD', 'DR')),
    position      INTEGER NOT NULL,
    description   TEXT    NOT NULL,
    is_production INTEGER NOT NULL CHECK (is_production IN (0, 1)),
    settings      TEXT    NOT NULL,
    rev           INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    removed_at    INTEGER NOT NULL,
    UNIQUE (project_id, name)
) STRICT;

CREATE INDEX environments_in_order ON environments (project_id, position, name);

-- The promotion path: what reaches an environment comes from these.
CREATE TABLE environment_sources (
    environment_id TEXT    NOT NULL REFERENCES environments (id),
    source_id      TEXT    NOT NULL REFERENCES environments (id),
    position       INTEGER NOT NULL,
    PRIMARY KEY (environment_id, source_id),
    CHECK (environment_id <> source_id)
) STRICT, WITHOUT ROWID;

-- Events: what was put where, when, by whom. A cell of the matrix is derived from them.
CREATE TABLE deployments (
    id              TEXT    NOT NULL PRIMARY KEY,
    project_id      TEXT    NOT NULL REFERENCES projects (id),
    number          INTEGER NOT NULL,
    module_id       TEXT    NOT NULL REFERENCES modules (id),
    environment_id  TEXT    NOT NULL REFERENCES environments (id),
    version         TEXT    NOT NULL CHECK (version <> ''),
    commit_id       TEXT,
    image           TEXT,
    config_revision TEXT,
    release         TEXT,
    rolls_back      TEXT    REFERENCES deployments (id),
    status          TEXT    NOT NULL CHECK (status IN ('PENDING', 'DEPLOYING', 'DEPLOYED',
                                                       'FAILED', 'UNKNOWN', 'ROLLING_BACK',
                                                       'ROLLED_BACK')),
    actor           TEXT    NOT NULL,
    reason          TEXT,
    outcome         TEXT,
    started_at      INTEGER NOT NULL,
    finished_at     INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    UNIQUE (project_id, number),
    CHECK ((finished_at <> 0) = (status IN ('DEPLOYED', 'FAILED', 'ROLLED_BACK'))),
    CHECK (finished_at = 0 OR finished_at >= started_at),
    CHECK (rolls_back IS NULL OR status NOT IN ('DEPLOYING', 'DEPLOYED'))
) STRICT;

CREATE UNIQUE INDEX deployments_one_active ON deployments (module_id, environment_id)
    WHERE status IN ('PENDING', 'DEPLOYING', 'ROLLING_BACK');
CREATE INDEX deployments_by_cell
    ON deployments (module_id, environment_id, started_at, number, status, finished_at);
CREATE INDEX deployments_by_time ON deployments (project_id, started_at, number);

CREATE TRIGGER deployments_keep_facts
BEFORE UPDATE ON deployments
WHEN OLD.finished_at <> 0
  OR NEW.id <> OLD.id
  OR NEW.project_id <> OLD.project_id
  OR NEW.number <> OLD.number
  OR NEW.module_id <> OLD.module_id
  OR NEW.environment_id <> OLD.environment_id
  OR NEW.version <> OLD.version
  OR NEW.commit_id IS NOT OLD.commit_id
  OR NEW.image IS NOT OLD.image
  OR NEW.config_revision IS NOT OLD.config_revision
  OR NEW.release IS NOT OLD.release
  OR NEW.rolls_back IS NOT OLD.rolls_back
  OR NEW.actor <> OLD.actor
  OR NEW.reason IS NOT OLD.reason
  OR NEW.started_at <> OLD.started_at
  OR NEW.created_at <> OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'a deployment''s facts, and a finished deployment, never change');
END;

CREATE TRIGGER deployments_keep_rows
BEFORE DELETE ON deployments
BEGIN
    SELECT RAISE(ABORT, 'deployments are never deleted');
END;

CREATE TABLE drift_reports (
    id             TEXT    NOT NULL PRIMARY KEY,
    project_id     TEXT    NOT NULL REFERENCES projects (id),
    number         INTEGER NOT NULL,
    run            TEXT    NOT NULL CHECK (run IN ('PENDING', 'ANALYZING', 'COMPLETED', 'PARTIAL',
                                                   'FAILED')),
    status         TEXT    NOT NULL CHECK (status IN ('DETECTED', 'REVIEWED', 'APPROVED',
                                                      'RESOLVED', 'IGNORED')),
    title          TEXT    NOT NULL,
    previous_spec  TEXT    NOT NULL,
    previous_label TEXT    NOT NULL,
    current_spec   TEXT    NOT NULL,
    current_label  TEXT    NOT NULL,
    severity       INTEGER CHECK (severity BETWEEN 0 AND 4), -- 0 INFO … 4 CRITICAL
    total          INTEGER NOT NULL,
    added          INTEGER NOT NULL,
    modified       INTEGER NOT NULL,
    deleted        INTEGER NOT NULL,
    info           INTEGER NOT NULL,
    low            INTEGER NOT NULL,
    medium         INTEGER NOT NULL,
    high           INTEGER NOT NULL,
    critical       INTEGER NOT NULL,
    blockers       INTEGER NOT NULL,
    breaking       INTEGER NOT NULL,
    security       INTEGER NOT NULL,
    expected       INTEGER NOT NULL,
    suppressed     INTEGER NOT NULL,
    problems       INTEGER NOT NULL,
    unexplained    INTEGER NOT NULL,
    reason         TEXT,
    ignored_until  INTEGER NOT NULL,
    created_by     TEXT    NOT NULL,
    rev            INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    finished_at    INTEGER NOT NULL,
    resolved_at    INTEGER NOT NULL,
    digest         TEXT,
    body           TEXT,
    UNIQUE (project_id, number),
    CHECK ((finished_at <> 0) = (run IN ('COMPLETED', 'PARTIAL', 'FAILED')))
) STRICT;

CREATE TRIGGER drift_reports_keep_findings
BEFORE UPDATE OF id, project_id, number, run, title, previous_spec, previous_label, current_spec,
    current_label, severity, total, added, modified, deleted, info, low, medium, high, critical,
    blockers, breaking, security, expected, suppressed, problems, unexplained, created_by,
    created_at, finished_at, digest, body
ON drift_reports
WHEN OLD.finished_at <> 0
BEGIN
    SELECT RAISE(ABORT, 'the findings of a finished drift report never change');
END;

CREATE TABLE drift_items (
    report_id   TEXT    NOT NULL REFERENCES drift_reports (id),
    position    INTEGER NOT NULL,
    project_id  TEXT    NOT NULL,
    reported_at INTEGER NOT NULL,
    fingerprint TEXT    NOT NULL,
    type        TEXT    NOT NULL CHECK (type IN ('code', 'config', 'database', 'infrastructure',
                                                 'image', 'dependency')),
    category    TEXT    NOT NULL,
    module      TEXT    NOT NULL,
    service     TEXT    NOT NULL,
    path        TEXT    NOT NULL,
    change_type TEXT    NOT NULL CHECK (change_type IN ('added', 'modified', 'deleted')),
    detail      TEXT,
    previous    TEXT,
    current     TEXT,
    severity    INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 4),
    attention   TEXT    NOT NULL CHECK (attention IN ('none', 'review', 'blocker')),
    breaking    INTEGER NOT NULL CHECK (breaking IN (0, 1)),
    security    INTEGER NOT NULL CHECK (security IN (0, 1)),
    expected    INTEGER NOT NULL CHECK (expected IN (0, 1)),
    suppressed  INTEGER NOT NULL CHECK (suppressed IN (0, 1)),
    first_seen  INTEGER NOT NULL,
    tickets     TEXT    NOT NULL,
    rules       TEXT    NOT NULL,
    PRIMARY KEY (report_id, position)
) STRICT;

CREATE INDEX drift_items_by_severity ON drift_items (report_id, severity, position);
CREATE INDEX drift_items_by_type ON drift_items (report_id, type, position);
CREATE INDEX drift_items_by_fingerprint ON drift_items (project_id, fingerprint, reported_at);

CREATE TRIGGER drift_items_join_an_open_run
BEFORE INSERT ON drift_items
WHEN (SELECT finished_at FROM drift_reports WHERE id = NEW.report_id) <> 0
BEGIN
    SELECT RAISE(ABORT, 'the items of a finished drift report never change');
END;

CREATE TRIGGER drift_items_keep_values
BEFORE UPDATE ON drift_items
BEGIN
    SELECT RAISE(ABORT, 'drift items never change');
END;

CREATE TRIGGER drift_items_keep_rows
BEFORE DELETE ON drift_items
BEGIN
    SELECT RAISE(ABORT, 'drift items are never deleted');
END;

CREATE TABLE notes (
    id               TEXT    NOT NULL PRIMARY KEY,
    project_id       TEXT    NOT NULL REFERENCES projects (id),
    number           INTEGER NOT NULL,
    report_id        TEXT    REFERENCES drift_reports (id),
    supersedes       TEXT    REFERENCES notes (id),
    version          TEXT    NOT NULL,
    previous_version TEXT    NOT NULL,
    title            TEXT    NOT NULL,
    status           TEXT    NOT NULL CHECK (status IN ('DRAFT', 'GENERATED', 'REVIEWED',
                                                        'APPROVED', 'PUBLISHING', 'PUBLISHED',
                                                        'WITHDRAWN')),
    rev              INTEGER NOT NULL,
    created_by       TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    generated_at     INTEGER NOT NULL,
    published_at     INTEGER NOT NULL,
    UNIQUE (project_id, number)
) STRICT;

CREATE TABLE note_revisions (
    note_id         TEXT    NOT NULL REFERENCES notes (id),
    rev             INTEGER NOT NULL,
    author          TEXT    NOT NULL,
    reason          TEXT,
    at              INTEGER NOT NULL,
    digest          TEXT    NOT NULL,
    markdown_digest TEXT    NOT NULL,
    content         TEXT    NOT NULL,
    markdown        TEXT    NOT NULL,
    PRIMARY KEY (note_id, rev)
) STRICT;

CREATE TRIGGER note_revisions_keep_values
BEFORE UPDATE ON note_revisions
BEGIN
    SELECT RAISE(ABORT, 'revisions of a note never change');
END;

CREATE TRIGGER note_revisions_keep_rows
BEFORE DELETE ON note_revisions
BEGIN
    SELECT RAISE(ABORT, 'revisions of a note are never deleted');
END;

-- The line is the truth; the columns after it repeat what it says, for looking things up, and are
-- checked against it with the chain. (They cannot be generated from it: the JSON functions are not
-- among those that a schema may use under trusted_schema=OFF.)
CREATE TABLE audit (
    seq     INTEGER NOT NULL PRIMARY KEY,
    line    TEXT    NOT NULL,
    hash    TEXT    NOT NULL,
    body    TEXT,
    at      INTEGER NOT NULL,
    tenant  TEXT,
    project TEXT,
    actor   TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    object  TEXT
) STRICT;

-- A quote inside a JSON string is escaped, so that what is looked for is found only as a member.
CREATE TRIGGER audit_continues
BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit)
  OR instr(NEW.line, ',"seq":' || NEW.seq || ',"tenant":') = 0
  OR instr(NEW.line, ',"prev":"' || COALESCE(
         (SELECT hash FROM audit ORDER BY seq DESC LIMIT 1),
         '0000000000000000000000000000000000000000000000000000000000000000') || '",') = 0
BEGIN
    SELECT RAISE(ABORT, 'an audit entry must continue the chain');
END;

CREATE TRIGGER audit_keeps_values
BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit entries never change');
END;

CREATE TRIGGER audit_keeps_rows
BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never deleted');
END;

-- Who is at work on what: a process that ends without giving its lease back is seen as such.
CREATE TABLE leases (
    object   TEXT    NOT NULL PRIMARY KEY CHECK (object <> ''),
    purpose  TEXT    NOT NULL,
    host     TEXT    NOT NULL,
    boot     TEXT    NOT NULL,
    pid      INTEGER NOT NULL,
    started  INTEGER NOT NULL,
    taken_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
