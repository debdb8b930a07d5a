/*
 * Receipts: what became of each place that a note was to be published to. A place has one receipt
 * for a revision; it is PENDING until somebody tries, UNKNOWN from the moment before the attempt
 * until its outcome is known, then SENT or FAILED. What a killed process leaves is UNKNOWN: whoever
 * tries again first looks for what the attempt may have left.
 *
 * Conventions of all aggregates: store/page.h.
 */
#ifndef PILAB_STORE_RECEIPT_H
#define PILAB_STORE_RECEIPT_H

#include <pilab/base/digest.h>
#include <pilab/store/connection.h>
#include <pilab/store/page.h>

enum receipt_state {
    RECEIPT_PENDING,
    RECEIPT_SENT,
    RECEIPT_FAILED,
    RECEIPT_UNKNOWN,
    RECEIPT_STATE_COUNT
};

const char *receipt_state_name(enum receipt_state state); /* "SENT" */

#define RECEIPT_OF_FILE "file"

struct store_receipt {
    char id[UUID_SIZE];
    const char *note_id;
    int64_t rev;
    const char *kind;   /* RECEIPT_OF_FILE */
    const char *target; /* absolute path of the file */
    const char *format; /* "markdown", "json", "csv", "html" */
    enum receipt_state state;
    const char *remote_id;        /* what the other side calls it; NULL for files */
    char digest[SHA256_HEX_SIZE]; /* SHA-256 of the bytes that are sent */
    int64_t size;                 /* of these bytes */
    const char *actor;            /* the login of whoever tried last */
    int64_t at;                   /* of the last change of state; made by the store */
    const char *error;            /* of FAILED; NULL otherwise */
};

struct store_receipts {
    struct store_receipt *items;
    size_t count;
};

/* The receipt of a place for a revision: as it is when there is one with the same digest; otherwise
 * it is made, or begun anew, as PENDING with these bytes. ERROR_CONFLICT when other bytes have been
 * sent there for this revision. Fills id, state, at and error. */
bool store_receipt_open(struct connection *connection, struct store_receipt *receipt,
                        struct error *error);
/* Sets state, remote_id, actor and error of the receipt, and its time. */
bool store_receipt_set(struct connection *connection, struct store_receipt *receipt,
                       struct error *error);
/* Of all its revisions: the newest revision first, then by target. */
bool store_receipt_list(struct connection *connection, const char *note_id, struct arena *arena,
                        struct store_receipts *list, struct error *error);
/* Those that put these bytes there, whichever note they were of. */
bool store_receipt_by_bytes(struct connection *connection, const char *digest, const char *target,
                            struct arena *arena, struct store_receipts *list, struct error *error);

#endif
