-- Where a note is for, so that lists need not read its content, and the release it belongs to.
ALTER TABLE notes ADD COLUMN environment TEXT CHECK (environment <> '');
ALTER TABLE notes ADD COLUMN release TEXT CHECK (release <> '');

UPDATE notes
SET environment = (SELECT NULLIF(json_extract(r.content, '$.release.promotion.to_env'), '')
                   FROM note_revisions r
                   WHERE r.note_id = notes.id
                     AND r.rev = 1);

-- The rules of an approval follow from the target: it is settled when the note is made.
CREATE TRIGGER notes_keep_origin
BEFORE UPDATE ON notes
WHEN NEW.id <> OLD.id
  OR NEW.project_id <> OLD.project_id
  OR NEW.number <> OLD.number
  OR NEW.environment IS NOT OLD.environment
  OR NEW.release IS NOT OLD.release
  OR NEW.supersedes IS NOT OLD.supersedes
  OR NEW.created_by <> OLD.created_by
  OR NEW.created_at <> OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'where a note comes from and what it is for never change');
END;

CREATE TRIGGER notes_keep_rows
BEFORE DELETE ON notes
BEGIN
    SELECT RAISE(ABORT, 'notes are never deleted');
END;

CREATE INDEX notes_by_supersedes ON notes (supersedes)
    WHERE supersedes IS NOT NULL;

-- What people decided about one revision of something. A row never changes but once, when it
-- lapses; it is never deleted.
CREATE TABLE approvals (
    id              TEXT    NOT NULL PRIMARY KEY,
    project_id      TEXT    NOT NULL REFERENCES projects (id),
    kind            TEXT    NOT NULL CHECK (kind IN ('note', 'change')),
    object_id       TEXT    NOT NULL CHECK (object_id <> ''),
    rev             INTEGER NOT NULL CHECK (rev > 0),
    digest          TEXT    NOT NULL CHECK (length(digest) = 64),
    markdown_digest TEXT    NOT NULL CHECK (length(markdown_digest) IN (0, 64)),
    decision        TEXT    NOT NULL CHECK (decision IN ('REVIEW', 'APPROVE', 'REJECT')),
    user_id         TEXT    NOT NULL REFERENCES users (id),
    person          TEXT    NOT NULL CHECK (person <> ''),
    role            TEXT    NOT NULL,
    self_approved   INTEGER NOT NULL CHECK (self_approved IN (0, 1)),
    reason          TEXT,
    at              INTEGER NOT NULL,
    lapsed_at       INTEGER NOT NULL,
    lapsed_why      TEXT,
    CHECK (decision <> 'REJECT' OR COALESCE(reason, '') <> ''),
    CHECK ((lapsed_at <> 0) = (lapsed_why IS NOT NULL))
) STRICT;

-- A review is not a vote: who reviewed a revision may still approve it.
CREATE UNIQUE INDEX approvals_one_vote ON approvals (kind, object_id, rev, user_id)
    WHERE lapsed_at = 0 AND decision <> 'REVIEW';
CREATE UNIQUE INDEX approvals_one_review ON approvals (kind, object_id, rev, user_id)
    WHERE lapsed_at = 0 AND decision = 'REVIEW';
CREATE INDEX approvals_by_object ON approvals (kind, object_id, at);

CREATE TRIGGER approvals_keep_values
BEFORE UPDATE ON approvals
WHEN OLD.lapsed_at <> 0
  OR NEW.lapsed_at = 0
  OR NEW.id <> OLD.id
  OR NEW.project_id <> OLD.project_id
  OR NEW.kind <> OLD.kind
  OR NEW.object_id <> OLD.object_id
  OR NEW.rev <> OLD.rev
  OR NEW.digest <> OLD.digest
  OR NEW.markdown_digest <> OLD.markdown_digest
  OR NEW.decision <> OLD.decision
  OR NEW.user_id <> OLD.user_id
  OR NEW.person <> OLD.person
  OR NEW.role <> OLD.role
  OR NEW.self_approved <> OLD.self_approved
  OR NEW.reason IS NOT OLD.reason
  OR NEW.at <> OLD.at
BEGIN
    SELECT RAISE(ABORT, 'a decision never changes; it can only lapse, once');
END;

CREATE TRIGGER approvals_keep_rows
BEFORE DELETE ON approvals
BEGIN
    SELECT RAISE(ABORT, 'decisions are never deleted');
END;

-- What became of each place that a note was to be published to.
CREATE TABLE note_receipts (
    id         TEXT    NOT NULL PRIMARY KEY,
    note_id    TEXT    NOT NULL REFERENCES notes (id),
    rev        INTEGER NOT NULL CHECK (rev > 0),
    kind       TEXT    NOT NULL CHECK (kind IN ('file')),
    target     TEXT    NOT NULL CHECK (target <> ''),
    format     TEXT    NOT NULL CHECK (format IN ('markdown', 'json', 'csv', 'html')),
    state      TEXT    NOT NULL CHECK (state IN ('PENDING', 'SENT', 'FAILED', 'UNKNOWN')),
    remote_id  TEXT,
    digest     TEXT    NOT NULL CHECK (length(digest) = 64),
    size       INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    error      TEXT,
    UNIQUE (note_id, rev, kind, target),
    CHECK ((state = 'FAILED') = (error IS NOT NULL))
) STRICT;

CREATE INDEX note_receipts_by_digest ON note_receipts (digest);

CREATE TRIGGER note_receipts_keep_sent
BEFORE UPDATE ON note_receipts
WHEN OLD.id <> NEW.id
  OR OLD.note_id <> NEW.note_id
  OR OLD.rev <> NEW.rev
  OR OLD.kind <> NEW.kind
  OR OLD.target <> NEW.target
  OR (OLD.state = 'SENT' AND OLD.digest <> NEW.digest)
BEGIN
    SELECT RAISE(ABORT, 'a receipt keeps what it is for');
END;

CREATE TRIGGER note_receipts_keep_rows
BEFORE DELETE ON note_receipts
BEGIN
    SELECT RAISE(ABORT, 'receipts are never deleted');
END;

-- What somebody is typing and has not saved: one row for each person, text and session, written
-- over again and again, gone once it is saved or thrown away.
CREATE TABLE note_drafts (
    project_id TEXT    NOT NULL REFERENCES projects (id),
    note       TEXT    NOT NULL CHECK (note <> ''), -- the note's id, or 'new'
    login      TEXT    NOT NULL CHECK (login <> ''),
    session    TEXT    NOT NULL CHECK (session <> ''),
    host       TEXT    NOT NULL,
    boot       TEXT    NOT NULL,
    pid        INTEGER NOT NULL,
    started    INTEGER NOT NULL,
    base_rev   INTEGER NOT NULL CHECK (base_rev >= 0),
    text       TEXT    NOT NULL,
    cursor     INTEGER NOT NULL,
    saved_at   INTEGER NOT NULL,
    PRIMARY KEY (project_id, login, note, session)
) STRICT, WITHOUT ROWID;
