/*
 * References in commit messages: tickets, pull requests, advisories.
 *
 * A number in running text counts only behind a word that says it is a reference ("fixes #12",
 * "issue #12"), so that quoted change logs bring in nothing.
 */
#ifndef PILAB_DRIFT_TICKETS_H
#define PILAB_DRIFT_TICKETS_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/drift/report.h>
#include <pilab/drift/subject.h>
#include <pilab/drift/ticket_keys.h>
#include <pilab/git/message.h>

struct ticket_set {
    struct ticket *tickets; /* keys, then numbers, then advisories; each once, in order of
                               appearance: subject, trailers, body */
    size_t count;
    const char *key; /* the first key, or NULL */
    const char
        *closes; /* the first number it is about or closes, other than its request, or NULL */
};

/* Everything `message` refers to; `subject` is what subject_read said about it. */
void tickets_find(struct arena *arena, const struct commit_message *message,
                  const struct subject *subject, const struct ticket_options *options,
                  struct ticket_set *out);

/* Whether a ticket stands in both. */
bool ticket_sets_meet(const struct ticket_set *a, const struct ticket_set *b);

#endif
