#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/array.h>
#include <pilab/drift/mask.h>
#include <pilab/drift/rules.h>

#include "database.h"

/* --- Words for rules -------------------------------------------------------------------------- */

static void add_word(struct strbuf *out, const char *word)
{
    strbuf_printf(out, "%s%s", out->length > 0 ? " " : "", word);
}

static const struct {
    enum sql_mark mark;
    const char *word;
} mark_words[] = {
    {SQL_LOSES_DATA,    "loses-data"  },
    { SQL_CUTS,         "cuts"        },
    { SQL_LOCKS,        "locks"       },
    { SQL_REWRITES,     "rewrites"    },
    { SQL_BREAKS,       "breaks"      },
    { SQL_MAY_FAIL,     "may-fail"    },
    { SQL_NOT_NULL,     "needs-value" },
    { SQL_TYPE_CHANGES, "changes-type"},
    { SQL_OPAQUE,       "opaque"      },
    { SQL_OPENS,        "opens"       },
    { SQL_POWERS,       "powers"      },
    { SQL_WIDE,         "wide"        },
    { SQL_UNCHECKED,    "unchecked"   },
    { SQL_UNGUARDED,    "unguarded"   },
    { SQL_LENIENT,      "lenient"     },
    { SQL_SERVER,       "server-wide" },
    { SQL_RIGHTS,       "rights"      },
    { SQL_ALONE,        "alone"       },
    { SQL_UNREAD,       "unread"      },
    { SQL_NUMBER_GONE,  "number-gone" },
    { SQL_LEAVES,       "leaves"      },
    { SQL_RUNS,         "runs-code"   },
    { SQL_NO_RESTORE,   "no-restore"  },
    { SQL_HALTS,        "halts"       },
    { SQL_DEFINER,      "as-owner"    },
    { SQL_HIJACKED,     "hijacked"    },
    { SQL_NUMBERS,      "numbers"     },
    { SQL_WEAKENS,      "weakens"     },
    { SQL_ACTS_AS,      "acts-as"     },
    { SQL_CASCADES,     "cascades"    },
};

static const char *const action_words[SQL_ACTION_COUNT] = {
    [SQL_ADD_COLUMN] = "adds-column",
    [SQL_DROP_COLUMN] = "drops-column",
    [SQL_RENAME_COLUMN] = "renames",
    [SQL_ADD_CONSTRAINT] = "adds-constraint",
    [SQL_DROP_CONSTRAINT] = "drops-constraint",
    [SQL_RENAME_OBJECT] = "renames",
    [SQL_MOVE_OBJECT] = "renames",
    [SQL_RENAME_VALUE] = "renames",
};

static const char *statement_word(const struct sql_operation *operation)
{
    switch (operation->kind) {
    case SQL_CREATE:
        return "creates";
    case SQL_DROP:
        return "drops";
    case SQL_RENAME:
        return "renames";
    case SQL_INSERT:
    case SQL_UPDATE:
    case SQL_MERGE:
    case SQL_COPY:
        return "writes-rows";
    case SQL_TRUNCATE:
    case SQL_DELETE:
        return "removes-rows";
    case SQL_ALTER:
        return "alters";
    case SQL_SELECT:
        return (operation->seen & SQL_CHANGES_DATA) != 0 ? "writes-rows" : "other";
    default:
        return "other";
    }
}

void database_words(struct strbuf *out, const struct sql_operation *operation,
                    const struct sql_change *change, bool for_good)
{
    unsigned marks = change != NULL ? change->marks : operation->marks;

    if (operation->refused != NULL)
        marks |= SQL_UNREAD;
    if (operation->of_new) {
        add_word(out, "creates"); /* a part of something that is new as a whole */
    } else if (change != NULL) {
        add_word(out, "alters");
        if (action_words[change->action] != NULL)
            add_word(out, action_words[change->action]);
    } else {
        add_word(out, statement_word(operation));
    }
    for (size_t i = 0; i < COUNT(mark_words); i++) {
        if ((marks & mark_words[i].mark) != 0)
            add_word(out, mark_words[i].word);
    }
    if (operation->swallows)
        add_word(out, "swallows");
    if ((marks & SQL_LOSES_DATA) != 0 && for_good)
        add_word(out, "lost-for-good");
}

/* Whether the tool looks at checksums, and stops when one is another than it was. */
static bool keeps_checksums(enum migration_layout layout)
{
    return layout == MIGRATION_FLYWAY || layout == MIGRATION_LIQUIBASE ||
           layout == MIGRATION_PRISMA;
}

const char *database_pair_words(const struct migration_pair *pair)
{
    switch (pair->difference) {
    case MIGRATION_CHANGED:
        if (!pair->cosmetic)
            return "edited";
        return keeps_checksums(pair->current->layout) ? "looks-edited" : "edited-unseen";
    case MIGRATION_OUT_OF_ORDER:
        return "out-of-order";
    case MIGRATION_REMOVED:
        return "removed";
    case MIGRATION_RENAMED:
        return "renamed";
    case MIGRATION_REPEATED:
        return "runs-again";
    case MIGRATION_DOWN_CHANGED:
        return "way-back-changed";
    default:
        return "no-operation";
    }
}

/* --- Words for people ------------------------------------------------------------------------- */

static void add_type(struct strbuf *out, const struct sql_column *column)
{
    if (column->type != NULL && column->type[0] != '\0')
        strbuf_printf(out, " %s", column->type);
}

/* "RENAME TO". */
static bool ends_with_to(const char *words)
{
    size_t length = strlen(words);

    return length > 3 && strcmp(words + length - 3, " TO") == 0;
}

void database_change_told(struct strbuf *out, const struct sql_change *change)
{
    strbuf_add(out, change->words);
    if (change->constraint != SQL_NO_CONSTRAINT && strstr(change->words, "KEY") == NULL)
        strbuf_printf(out, " %s", sql_constraint_kind_name(change->constraint));
    if (change->name != NULL)
        strbuf_printf(out, " %s", change->name);
    if (change->new_name != NULL)
        strbuf_printf(out, "%s %s", ends_with_to(change->words) ? "" : " TO", change->new_name);
    if (change->action == SQL_ADD_CONSTRAINT && change->column.name != NULL)
        strbuf_printf(out, " (%s)", change->column.name);
    add_type(out, &change->column);
    if (change->column.not_null)
        strbuf_add(out, " NOT NULL");
    if (change->column.default_text != NULL)
        strbuf_printf(out, " DEFAULT %s", change->column.default_text);
    if (change->target != NULL)
        strbuf_printf(out, " REFERENCES %s", change->target);
    if (change->not_valid)
        strbuf_add(out, " NOT VALID");
    if (change->cascade)
        strbuf_add(out, " CASCADE");
}

void database_operation_told(struct strbuf *out, const struct sql_operation *operation)
{
    strbuf_add(out, operation->words);
    if (operation->value != NULL)
        strbuf_printf(out, " = %s", operation->value);
    for (size_t i = 0; i < operation->column_count; i++)
        strbuf_printf(out, "%s%s", i > 0 ? ", " : " (", operation->columns[i].name);
    if (operation->column_count > 0)
        strbuf_add_char(out, ')');
    if (operation->rights != NULL)
        strbuf_printf(out, " %s", operation->rights);
    if (operation->grantees != NULL)
        strbuf_printf(out, " %s %s", operation->kind == SQL_REVOKE ? "FROM" : "TO",
                      operation->grantees);
    if (operation->grantable)
        strbuf_add(out, ", to be given on");
    if (operation->concurrently)
        strbuf_add(out, " CONCURRENTLY");
    if (operation->table != NULL)
        strbuf_printf(out, " ON %s", operation->table);
    if (operation->new_name != NULL)
        strbuf_printf(out, " TO %s", operation->new_name);
    if (operation->cascade)
        strbuf_add(out, " CASCADE");
    if (operation->whole)
        strbuf_add(out, ", all rows");
}

/* --- What is shown of a statement ------------------------------------------------------------- */

/* Whether its strings may be what nobody should read: rows, passwords of roles, arguments. */
static bool may_hold_secrets(const struct sql_operation *operation)
{
    switch (operation->kind) {
    case SQL_CREATE:
    case SQL_ALTER:
        return operation->object_kind == SQL_ROLE || operation->object_kind == SQL_OTHER_OBJECT ||
               operation->object_kind == SQL_NO_OBJECT || operation->of_query;
    case SQL_DROP:
    case SQL_RENAME:
    case SQL_TRUNCATE:
    case SQL_COMMENT_ON:
    case SQL_REFRESH:
    case SQL_TRANSACTION:
        return false;
    default:
        return true;
    }
}

/* pgroll: the statement is JSON, in which the name of a column and its values may stand anywhere.
 */
static void show_staged(struct strbuf *out, const struct sql_operation *operation)
{
    bool secret = false;

    for (size_t i = 0; i < operation->column_count; i++)
        secret |= secret_key(operation->columns[i].name);
    for (size_t i = 0; i < operation->change_count; i++)
        secret |= secret_key(operation->changes[i].name);
    if (secret && memchr(operation->text, '\'', operation->length) != NULL)
        strbuf_add(out, MASK_TEXT);
    else
        mask_value(out, NULL, operation->text, operation->length);
}

void database_sql_shown(struct strbuf *out, enum sql_dialect dialect,
                        const struct sql_operation *operation)
{
    struct strbuf masked = STRBUF_INIT;
    struct sql_scan scan;
    struct sql_token token;

    if (operation->staged) {
        show_staged(out, operation);
        return;
    }
    if (!may_hold_secrets(operation)) {
        mask_sql(out, dialect, NULL, operation->text, operation->length);
        return;
    }
    mask_sql(&masked, dialect, NULL, operation->text, operation->length);
    sql_scan_start(&scan, dialect, masked.data, masked.length);
    while (sql_scan_next(&scan, &token)) {
        if (token.kind == SQL_STRING && token.length > 2)
            strbuf_printf(out, "'%s'", MASK_TEXT);
        else
            strbuf_add_bytes(out, token.start, token.length);
    }
    strbuf_release(&masked);
}
