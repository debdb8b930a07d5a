-- The frozen list of a release that a report compared and that a note speaks of, by its digest: what
-- is older than the list is told by that, and not by any clock.
ALTER TABLE drift_reports ADD COLUMN list_digest TEXT CHECK (length(list_digest) = 64);
ALTER TABLE notes ADD COLUMN list_digest TEXT CHECK (length(list_digest) = 64);

-- What a report stands for: the same states and the same part of them. Of all that stand for the
-- same, the newest counts. NULL: it is about the past. `module` is the only one that it looked at.
ALTER TABLE drift_reports ADD COLUMN stands_for TEXT CHECK (stands_for <> '');
ALTER TABLE drift_reports ADD COLUMN module TEXT CHECK (module <> '');

UPDATE drift_reports
SET stands_for = previous_spec || '..' || current_spec
WHERE substr(previous_spec, 1, 4) = 'env:';

DROP INDEX drift_reports_by_pair;
CREATE INDEX drift_reports_by_what_they_stand_for
    ON drift_reports (project_id, stands_for COLLATE NOCASE, number, run, status)
    WHERE stands_for IS NOT NULL;

-- What is there already was made of the list as it was when the run began.
UPDATE drift_reports
SET list_digest = (SELECT v.digest
                   FROM releases r
                   JOIN release_revisions v ON v.release_id = r.id
                   WHERE r.project_id = drift_reports.project_id
                     AND 'release:' || r.name = drift_reports.current_spec COLLATE NOCASE
                     AND v.at <= drift_reports.created_at
                   ORDER BY v.rev DESC
                   LIMIT 1)
WHERE substr(current_spec, 1, 8) = 'release:';

CREATE TRIGGER drift_reports_keep_list
BEFORE UPDATE OF list_digest, stands_for, module ON drift_reports
WHEN OLD.finished_at <> 0
BEGIN
    SELECT RAISE(ABORT, 'the findings of a finished drift report never change');
END;

DROP TRIGGER notes_keep_origin;

UPDATE notes
SET release = (SELECT r.name
               FROM drift_reports d
               JOIN releases r ON r.project_id = d.project_id
                AND 'release:' || r.name = d.current_spec COLLATE NOCASE
               WHERE d.id = notes.report_id),
    list_digest = (SELECT d.list_digest
                   FROM drift_reports d
                   WHERE d.id = notes.report_id)
WHERE release IS NULL
  AND report_id IS NOT NULL;

-- Others bear a release's name as their version.
UPDATE notes
SET release = (SELECT r.name
               FROM releases r
               WHERE r.project_id = notes.project_id
                 AND r.name = notes.version COLLATE NOCASE),
    list_digest = (SELECT v.digest
                   FROM releases r
                   JOIN release_revisions v ON v.release_id = r.id
                   WHERE r.project_id = notes.project_id
                     AND r.name = notes.version COLLATE NOCASE
                     AND v.at <= notes.created_at
                   ORDER BY v.rev DESC
                   LIMIT 1)
WHERE release IS NULL;

CREATE TRIGGER notes_keep_origin
BEFORE UPDATE ON notes
WHEN NEW.id <> OLD.id
  OR NEW.project_id <> OLD.project_id
  OR NEW.number <> OLD.number
  OR NEW.environment IS NOT OLD.environment
  OR NEW.release IS NOT OLD.release
  OR NEW.list_digest IS NOT OLD.list_digest
  OR NEW.supersedes IS NOT OLD.supersedes
  OR NEW.created_by <> OLD.created_by
  OR NEW.created_at <> OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'where a note comes from and what it is for never change');
END;

CREATE INDEX notes_by_release ON notes (project_id, release COLLATE NOCASE, number)
    WHERE release IS NOT NULL;

-- What is on its way, however many have ended.
CREATE INDEX notes_on_their_way ON notes (project_id, number)
    WHERE status NOT IN ('PUBLISHED', 'WITHDRAWN');
