/*
 * What the notes' text and their Markdown say in the same words.
 */
#ifndef PILAB_SRC_NOTES_WORDS_H
#define PILAB_SRC_NOTES_WORDS_H

#include <pilab/base/strbuf.h>
#include <pilab/notes/note.h>

/* What the total adds up from, to stand behind "30 changes": ": 23 in code, 7 in configuration", or
 * " in code" when that is all of it. Internal changes are not counted. */
void note_words_counts(struct strbuf *out, const struct note *note);

/* "24 commits of v2.11.4 are not in v2.11.3". */
void note_words_taken(struct strbuf *out, const struct note *note);

/* The service that an item belongs to, by the name that the notes' list of services has for it. */
const char *note_words_service(const struct note *note, const struct note_item *item);

/* What is said of a resource of the infrastructure that comes or goes as a whole, instead of all
 * its attributes: "created"; NULL for everything else. */
const char *note_words_whole(const struct note_item *item);

/* Whether both sides look alike only because what differs is masked. */
bool note_words_masked_alike(const struct note_item *item);
/* What a difference is about; of a statement that names nothing, or that was not read, words that
 * say so: its first word is all there is. */
const char *note_words_key(const struct note_item *item);
/* Whether its new value says nothing but the operation once more: DROP INDEX of a DROP INDEX. */
bool note_words_repeats(const struct note_item *item);
/* "ALTER TABLE customers: DROP COLUMN legacy", "google_sql_database_instance.ledger"; freed by the
 * caller. */
char *note_words_breaking(const struct note_item *item);

#endif
