-- What could not be read, however many could.
CREATE INDEX drift_reports_failed ON drift_reports (project_id, number)
    WHERE run = 'FAILED';
