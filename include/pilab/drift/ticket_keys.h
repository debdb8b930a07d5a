/*
 * What a ticket key looks like: "MB-234". Inside of the drift room; others read struct ticket_set.
 *
 * Without the project's keys any KEY-123 counts that is not one of the well-known look-alikes
 * (UTF-8, SHA-256, RFC-2616, …).
 */
#ifndef PILAB_DRIFT_TICKET_KEYS_H
#define PILAB_DRIFT_TICKET_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/drift/span.h>

struct ticket_options {
    const char *const *keys; /* the project's: "MB", "OPS" */
    size_t key_count;        /* 0: not known */
};

/* The length of the ticket key that `text` begins with, or 0. `fold`: small letters will do. NULL
 * options: the keys are not known. */
size_t ticket_key_length(struct span text, const struct ticket_options *options, bool fold);
/* The same for an advisory: "CVE-2024-3094", "GHSA-xxxx-xxxx-xxxx". */
size_t advisory_length(struct span text);

/* Order for people: keys before numbers, "MB-9" before "MB-10"; NULL comes last. */
int ticket_compare(const char *a, const char *b);

#endif
