-- What a server over https is told so that it lets us read: a name and a token, sealed for this
-- host of this project alone.
CREATE TABLE repository_tokens (
    id          TEXT    NOT NULL PRIMARY KEY,
    project_id  TEXT    NOT NULL REFERENCES projects (id),
    host        TEXT    NOT NULL CHECK (host LIKE 'https://_%'),
    login       TEXT    NOT NULL CHECK (login <> ''),
    sealed      BLOB    NOT NULL,
    fingerprint TEXT    NOT NULL,
    author      TEXT    NOT NULL,
    rev         INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX repository_tokens_by_host ON repository_tokens (project_id, host);
