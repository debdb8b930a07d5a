/*
 * What the tests of notes share: a project with people in it, and notes on their way.
 */
#ifndef TESTS_UNIT_APP_NOTE_SUPPORT_H
#define TESTS_UNIT_APP_NOTE_SUPPORT_H

#include "app_support.h"

/* pilab.yaml of the team's project: nobody approves for SIT, one for UAT, and for PROD one of
 * security and an ADMIN. */
extern const char team_project[];

/* cmocka's setup: olga owns MB, alice and bob are ADMINs, carl and dan CONTRIBUTORs of security,
 * vera is a VIEWER. */
int team_setup(void **state);

/* A generated note, as kept_note would put it there: "# R2025.03", "One", "Two", "Three". */
void team_add_note(struct app_work *work, const char *login, const char *version,
                   const char *environment);
/* The same of a release's list, by its digest. */
void team_add_note_of(struct app_work *work, const char *login, const char *version,
                      const char *environment, const char *release, const char *list_digest);
/* Runs as this person, and must work. */
void team_as(struct app_work *work, const char *login, const char *line);
/* Refused with this code and message, and the audit says so. */
void team_refused(struct app_work *work, const char *login, const char *line, enum error_code code,
                  const char *message);
/* Gives note 1 another text. */
void team_edit(struct app_work *work, const char *login, const char *text, const char *options);

/* A member of the last result's object. */
const char *team_text(const struct app_work *work, const char *member);
/* How approvals stand, by the last result. */
const char *team_sentence(const struct app_work *work);
/* The last result follows its schema to the last member. */
void team_assert_follows(const struct app_work *work, const char *file);
/* The last result is pilab.note/1 with this status and revision. */
void team_assert_status(struct app_work *work, const char *status, int rev);

#endif
