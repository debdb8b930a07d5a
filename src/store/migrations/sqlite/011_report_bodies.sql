-- The text of a report is as large as what it found, and is read when a person opens it. Beside the
-- short columns it was read with every list: what stands behind it in a row is reached through it.
CREATE TABLE drift_report_bodies (
    report_id TEXT NOT NULL PRIMARY KEY REFERENCES drift_reports (id),
    body      TEXT NOT NULL
) STRICT;

INSERT INTO drift_report_bodies (report_id, body)
SELECT id, body
FROM drift_reports
WHERE body IS NOT NULL;

DROP TRIGGER drift_reports_keep_findings;

ALTER TABLE drift_reports DROP COLUMN body;

CREATE TRIGGER drift_reports_keep_findings
BEFORE UPDATE OF id, project_id, number, run, title, previous_spec, previous_label, current_spec,
    current_label, severity, total, added, modified, deleted, info, low, medium, high, critical,
    blockers, breaking, security, expected, suppressed, problems, unexplained, created_by,
    created_at, finished_at, digest
ON drift_reports
WHEN OLD.finished_at <> 0
BEGIN
    SELECT RAISE(ABORT, 'the findings of a finished drift report never change');
END;

CREATE TRIGGER drift_report_bodies_come_before_the_end
BEFORE INSERT ON drift_report_bodies
WHEN (SELECT finished_at FROM drift_reports WHERE id = NEW.report_id) <> 0
BEGIN
    SELECT RAISE(ABORT, 'the findings of a finished drift report never change');
END;

CREATE TRIGGER drift_report_bodies_never_change
BEFORE UPDATE ON drift_report_bodies
BEGIN
    SELECT RAISE(ABORT, 'the findings of a finished drift report never change');
END;

CREATE TRIGGER drift_report_bodies_are_kept
BEFORE DELETE ON drift_report_bodies
BEGIN
    SELECT RAISE(ABORT, 'drift reports are never deleted');
END;
