/*
 * The call: everything a use case needs, handed to it by the face that wants something done. No use
 * case looks anywhere else for who asks, what time it is, or which store is open.
 *
 * A call belongs to one thread. A job on a worker gets its own, with its own connection
 * (call_for_worker).
 */
#ifndef PILAB_APP_CALL_H
#define PILAB_APP_CALL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include <pilab/account/permission.h>
#include <pilab/app/settings.h>
#include <pilab/base/arena.h>
#include <pilab/base/clock.h>
#include <pilab/base/log.h>
#include <pilab/base/progress.h>
#include <pilab/base/strbuf.h>
#include <pilab/store/project.h>
#include <pilab/store/store.h>

/* A question that only a person can answer. */
struct call_question {
    const char *text;           /* what and why, one or two sentences */
    const char *const *choices; /* NULL-terminated; NULL: free text */
    const char *option;         /* what to give on the command line instead: "--yes" */
    bool secret;                /* what is typed must not be shown */
    /* On a screen this word is typed to agree to the first choice: the question comes up while
     * somebody types elsewhere, whose next key must not be the answer. NULL: a key is enough. */
    const char *typed;
    const char *details; /* what it is about, to be read before: rich text, or NULL */
};

struct call_remotes;
struct compare_listener;

/* How the repositories of a call are reached (app/remotes.h): made by whoever wants it first, who
 * also says how it is freed. */
struct call_remotes_place {
    struct call_remotes *remotes; /* NULL: nobody has */
    void (*free)(struct call_remotes **remotes);
};

struct actor {
    char id[UUID_SIZE]; /* empty: nobody that the store knows */
    const char *login;
    struct permission_actor rights; /* in the call's project */
};

struct call {
    const struct settings *settings;
    struct arena *arena; /* for values that live as long as the call */
    struct actor actor;
    struct store *store;           /* NULL: ad hoc */
    bool store_borrowed;           /* somebody else closes it */
    struct connection *connection; /* of this call; NULL: ad hoc */
    const char *tenant_id;         /* NULL: ad hoc */
    struct store_project *project; /* NULL: none */
    struct log *log;               /* may be NULL */
    struct progress progress;
    /* `*choice` gets the index of the choice, `text` what was typed. False when nobody can answer:
     * the error names the option to give instead. NULL: nobody can be asked. */
    bool (*ask)(void *context, const struct call_question *question, size_t *choice,
                struct strbuf *text, struct error *error);
    void *ask_context;
    /* Who shows a comparison at its first answer, and its lines when they come; NULL: nobody, it is
     * the result when it has all of them. */
    const struct compare_listener *lines;
    size_t columns; /* what there is room for where a text of the call is shown; 0: not known */
    struct clock clock;
    struct random random;
    struct call_remotes_place *remotes; /* copies of a call share it */
};

/* A call without a store, by the settings' clock. `settings` is borrowed. */
void call_start(struct call *call, const struct settings *settings);
void call_end(struct call *call);
/* A call of its own for another thread, over the same store and for the same actor and project.
 * The caller ends it before `call`. */
bool call_for_worker(const struct call *call, struct call *worker, struct error *error);

/* Opens the store (made when `create`, with the local user as the one who runs it) and finds out
 * who is asking. Does nothing when it is open. */
bool call_open_store(struct call *call, bool create, struct error *error);
/* Chooses the project by code, name or id; NULL: the one asked for in the settings, else the only
 * one that the actor may read. Whoever then acts in it checks the right to do so. ERROR_NOT_FOUND
 * and ERROR_AMBIGUOUS list the projects. */
bool call_choose_project(struct call *call, const char *name, struct error *error);

/* The actor's rights in a project, whichever the call's is. */
bool call_rights_in(struct call *call, const char *project_id, struct permission_actor *rights,
                    struct error *error);

/* Whether the actor may do this in the call's project. A refusal is put into the audit, after
 * whatever transaction is open was rolled back. */
bool call_check(struct call *call, enum permission_action action, struct error *error);

/* The same where the table of rights has conditions; what they ask for is in `circumstances`, which
 * may be NULL. */
bool call_check_in(struct call *call, enum permission_action action,
                   const struct permission_circumstances *circumstances, struct error *error);
/* The same by the rights as they are in the store at this moment, those of the call included: a
 * person who was deactivated, or whose role was taken away since the call began, is refused. */
bool call_check_now(struct call *call, enum permission_action action,
                    const struct permission_circumstances *circumstances, struct error *error);
/* Begins the short transaction that writes: store_begin, and call_check_now in it, so that nobody
 * loses a right between the check and what is written. When false, no transaction is open. Every
 * use case that writes begins so. */
bool call_begin(struct call *call, enum permission_action action,
                const struct permission_circumstances *circumstances, struct error *error);

/* For what is refused by more than the table of rights: rolls back whatever transaction is open,
 * puts `refusal` into the audit and gives it to the caller. Returns false. */
bool call_refuse(struct call *call, const char *action, const struct error *refusal,
                 struct error *error);
/* Puts into the audit, in a transaction of its own, that `action` ("note.approve") was refused.
 * None may be open. Does nothing on a store that can only be read, and a refusal to read that
 * is the actor's newest entry is not repeated within the hour. */
void call_audit_refusal(struct call *call, const char *action, const struct error *refusal);

/* ERROR_DENIED, with why, when the open store can only be read. */
bool call_check_writable(struct call *call, struct error *error);

/* Asks, or fails with what to give on the command line. `choice` may be NULL where there are no
 * choices. */
bool call_ask(struct call *call, const struct call_question *question, size_t *choice,
              struct strbuf *text, struct error *error);

/* Appends to the audit within the open transaction: actor, tenant and project come from the call.
 * `body` is borrowed and may be NULL. */
bool call_audit(struct call *call, const char *action, const char *object, const json_t *body,
                struct error *error);

#endif
