-- What a tag of an image stood for when it was looked at first: one that stands for something else
-- later was moved, and what was tested is not what would run.
CREATE TABLE image_digests (
    project_id TEXT    NOT NULL REFERENCES projects (id),
    name       TEXT    NOT NULL CHECK (name <> ''),
    tag        TEXT    NOT NULL CHECK (tag <> ''),
    digest     TEXT    NOT NULL CHECK (digest <> ''),
    seen_at    INTEGER NOT NULL,
    PRIMARY KEY (project_id, name, tag)
) STRICT, WITHOUT ROWID;
