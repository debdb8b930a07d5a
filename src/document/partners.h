/*
 * Two rows of things, and which of one belongs to which of the other.
 */
#ifndef PILAB_DOCUMENT_PARTNERS_H
#define PILAB_DOCUMENT_PARTNERS_H

#include <stdbool.h>
#include <stddef.h>

#define NO_PARTNER ((size_t)-1)

struct partners {
    size_t previous_count, current_count;
    size_t *to_current;  /* of each previous thing, its partner or NO_PARTNER */
    size_t *to_previous; /* the reverse */
};

/* What must be equal for two things to be paired; NULL bytes: it is left alone. */
struct match_key {
    const char *bytes;
    size_t length;
};

struct match_key match_key_text(const char *text); /* NULL: none */
/* One for each; to be freed, the texts are borrowed. */
struct match_key *match_key_texts(const char *const *texts, size_t count);

void partners_init(struct partners *partners, size_t previous_count, size_t current_count);
void partners_release(struct partners *partners);
/* Pairs what has no partner yet and equal keys: the first with the first, and so on. */
void partners_match(struct partners *partners, const struct match_key *previous,
                    const struct match_key *current);
/* Whether the partners stand in another order than the things they belong to. */
bool partners_reordered(const struct partners *partners);

#endif
