/* Parts of a comparison: hazards of a change, guesses at renames. */
#ifndef PILAB_SRC_SCHEMA_DIFF_PARTS_H
#define PILAB_SRC_SCHEMA_DIFF_PARTS_H

#include <pilab/base/arena.h>
#include <pilab/schema/diff.h>
#include <pilab/schema/pg_statements.h>

/* Fills the change's hazards. */
void diff_find_hazards(const struct schema_diff *diff, struct schema_change *change);
/* Says a hazard in the words of a dialect, with its risks there. */
void diff_hazard_in(enum schema_dialect dialect, struct schema_hazard *hazard);

/* What becomes of the values of a column that gets another type; bits. */
enum {
    DIFF_TYPE_REWRITES = 1, /* the table is written again */
    DIFF_TYPE_NARROWS = 2,  /* some that the old type holds the new one does not */
    DIFF_TYPE_ZONE = 4,     /* they are converted with the session's time zone */
    DIFF_TYPE_CUTS = 8      /* some of those lose a part without an error; where the bit is not, it
                               fails. MySQL: of a session that is strict, as that of a script is */
};
unsigned diff_type_effects(enum schema_dialect dialect, const char *from, const char *to);
/* ENUM and SET of MySQL. */
bool diff_has_labels(enum schema_dialect dialect, const char *type);
/* Of MySQL: whether the column is one of texts; whether some characters that its character set has
 * are not in the new one, or in that of a column of the table; whether a text of so many characters
 * may need more bytes than the new type has. */
bool diff_is_of_characters(const struct schema_object *column);
bool diff_set_narrows(const struct schema_object *previous, const struct schema_object *current);
/* Whether a table had transactions and foreign keys, and has them no more. */
bool diff_engine_loses(const struct schema_change *change);
bool diff_table_set_narrows(const struct schema_diff *diff, const struct schema_object *previous,
                            const struct schema_object *current);
bool diff_text_overflows(const struct schema_object *previous, const struct schema_object *current);
/* Which tool of migrations has made the object, or what it is a part of, for itself; NULL: none. */
const char *diff_history_tool(const struct schema *schema, const struct schema_object *object);
/* Fills the diff's renames. */
void diff_guess_renames(struct schema_diff *diff);

/* Whether one side is text and the other a server. */
bool diff_is_half_live(const struct schema_diff *diff);
/* Whether both readers tell that property of the object; NULL: this one has none. */
bool diff_is_told(const struct schema_diff *diff, const struct schema_object *object,
                  enum schema_property property, const char *before, const char *after);
/* Whether both readers tell the parts of such an object. */
bool diff_knows_parts(const struct schema_diff *diff, const struct schema_object *owner);
/* Whether such an object may be there although the schema does not have it: whoever read it may not
 * see all of them (schema_refuse_gap with the name of a kind, or of a sort of constraints). */
bool diff_may_hide(const struct schema *schema, const struct schema_object *object);
/* Whether two texts of PostgreSQL mean the same but for casts and qualifiers
 * (schema_loosely_equal). `parser` may be NULL: then they are compared word by word. */
bool diff_same_postgresql(struct pg_parser *parser, enum schema_kind kind,
                          enum schema_property property, const char *a, const char *b);
/* Whether two texts of MySQL differ in no more than parentheses that change nothing, quotes,
 * qualifiers, blanks and the case of words. */
bool diff_same_mysql(const char *a, const char *b);
/* Whether the defaults of two columns of MySQL are one value in them, however it is written. */
bool diff_same_default(const struct schema_object *previous, const struct schema_object *current);

#endif
