-- Where a person was in something that goes on: what came after is new to them.
CREATE TABLE marks (
    user_id    TEXT    NOT NULL REFERENCES users (id),
    project_id TEXT    NOT NULL REFERENCES projects (id),
    name       TEXT    NOT NULL CHECK (name <> ''),
    at         INTEGER NOT NULL,
    PRIMARY KEY (user_id, project_id, name)
) STRICT, WITHOUT ROWID;

-- The newest report between two states.
CREATE INDEX drift_reports_by_pair
    ON drift_reports (project_id, previous_spec, current_spec, number, run, status);

-- What has been done in a project since then.
CREATE INDEX audit_by_time ON audit (project, at, seq, actor);
