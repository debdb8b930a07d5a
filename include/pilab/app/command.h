/*
 * The command table: everything a person can do, one row each. The subcommands, the `:` line of the
 * terminal, completion, help and the manual page are made from it.
 *
 * A verb is one or two words ("drift", "report list"). The first verb of a noun whose row says so
 * also answers to the noun alone ("audit" is "audit list").
 */
#ifndef PILAB_APP_COMMAND_H
#define PILAB_APP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/account/permission.h>
#include <pilab/app/arguments.h>
#include <pilab/app/call.h>
#include <pilab/app/result.h>

/* What a command needs before it runs. */
enum command_scope {
    SCOPE_NOTHING, /* neither store nor project */
    SCOPE_ANY,     /* a project when one is named or known, else ad hoc without a store */
    SCOPE_STORE,   /* the store */
    SCOPE_PROJECT  /* the store and a project in it */
};

struct command {
    const char *verb;
    const char *summary;  /* one line, no full stop */
    const char *details;  /* paragraphs, separated by empty lines; NULL: none */
    const char *examples; /* lines of commands with what they do; NULL: none */
    const struct argument_spec *arguments;
    size_t argument_count;
    const struct option_spec *options;
    size_t option_count;
    enum command_scope scope;
    enum permission_action permission; /* checked when a project is involved */
    bool durable;                      /* it writes into the store */
    bool noun_default;                 /* the noun alone means this verb */
    bool (*run)(struct call *call, const struct arguments *arguments, struct result *result,
                struct error *error);
};

/* The rows in the order of help, the verbs of a noun together; NULL past the last one. */
size_t command_count(void);
const struct command *command_at(size_t index);
/* What help says above a row, before it goes on with it and those that follow; NULL: nothing. */
const char *command_heading(size_t index);

/* Options that every command takes; the faces act on them. */
const struct option_spec *command_common_options(size_t *count);

/* Options of the full screen, which is opened when no command is given. */
const struct option_spec *command_screen_options(size_t *count);

/* Finds the row for the words of a command line; `*used` is how many of them are the verb. NULL
 * with ERROR_USAGE, naming the nearest verbs. */
const struct command *command_find(const char *const *words, size_t count, size_t *used,
                                   struct error *error);

/* Checks scope and permission, runs the row, audits a refusal. The one way every face goes. */
bool command_run(const struct command *command, struct call *call,
                 const struct arguments *arguments, struct result *result, struct error *error);

#endif
