/*
 * What the tests of use cases share: a store in a folder of its own, and people who run commands.
 */
#ifndef TESTS_UNIT_APP_SUPPORT_H
#define TESTS_UNIT_APP_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pilab/app/call.h>
#include <pilab/app/command.h>

struct app_work {
    char *folder;
    const struct compare_listener *lines; /* whoever waits for a comparison's; NULL: nobody */
    struct settings settings;             /* of whoever is at the keyboard; "olga" runs the store */
    struct call call;
    struct result result; /* of the last command */
    struct error error;
};

/* cmocka's setup and teardown: an empty folder, no store yet. */
int app_setup(void **state);
int app_teardown(void **state);

/* From now on this person is at the keyboard. */
void app_login(struct app_work *work, const char *login);
/* Adds a user, with a role in the project ("VIEWER"), or without one when `role` is NULL. */
void app_add_user(struct app_work *work, const char *login, const char *project, const char *role);

/* Runs a command line, its words separated by blanks, with a call of its own. */
bool app_try(struct app_work *work, const char *line);
void app_must(struct app_work *work, const char *line);
/* The same, with somebody who answers. */
bool app_try_asking(struct app_work *work, const char *line,
                    bool (*ask)(void *context, const struct call_question *question, size_t *choice,
                                struct strbuf *text, struct error *error),
                    void *context);
/* As olga in another process would, while this call and its result stay as they are. */
void app_other_must(struct app_work *work, const char *line);
/* It fails with this code and exactly this message. */
void app_must_fail(struct app_work *work, const char *line, enum error_code code,
                   const char *message);

/* A file in the folder; its path, in the call's arena. */
const char *app_file(struct app_work *work, const char *name, const char *text);
/* The newest audit entry of this action, as "actor object body"; "" when there is none. Read by
 * whoever runs the store. */
char *app_newest_entry(struct app_work *work, const char *action);

#endif
