/*
 * What is known of a text in SQL while it is masked, from one token to the next. Inside of the
 * drift room.
 */
#ifndef PILAB_DRIFT_MASK_SQL_STATE_H
#define PILAB_DRIFT_MASK_SQL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/strbuf.h>
#include <pilab/schema/sql_scan.h>

#include "mask_sql_pairs.h"

/* Columns in parentheses, and then their values: of INSERT, and of SET (a, b) = (…). */
enum insert {
    INSERT_NONE,
    INSERT_INTO,    /* the name of the table follows, and its columns may */
    INSERT_COLUMNS, /* between their parentheses */
    INSERT_LISTED,
    INSERT_VALUES,
    INSERT_SELECT /* the values are those of a query: they stand without parentheses */
};

/* IDENTIFIED BY word: Oracle's passwords have no quotes, or those of a name. */
enum identified { IDENTIFIED_NOT, IDENTIFIED_SOMEHOW, IDENTIFIED_BY };

/* SET app.secret = word: the value of a setting needs no quotes either. */
enum setting { SETTING_NOT, SETTING_BEGINS, SETTING_DOTTED, SETTING_NAMED, SETTING_VALUE };

/* set_config('app.secret', 'value', …): the name of a setting is a string there. */
enum configured { CONFIGURED_NOT, CONFIGURED_NAME, CONFIGURED_SECRET, CONFIGURED_VALUE };

struct sql_mask {
    struct strbuf *out;
    enum sql_dialect dialect;
    unsigned level; /* of bodies */
    bool key;       /* the text is the value of a name that tells a secret */
    bool armed;     /* such a name stands before */
    bool clause;    /* … in the clause, though something else may stand between */
    int clause_depth;
    int depth, since; /* of parentheses; where it was armed */
    enum insert insert;
    int insert_depth;
    size_t column;
    uint64_t secret_columns, password_columns, key_columns;
    struct sql_pairs pairs;
    enum identified identified;
    enum setting setting;
    enum configured configured;
    bool opens;    /* a parenthesis that comes now holds a value and nothing else */
    int cased;     /* between CASE and END of a secret: how deep in parentheses, from 1 on */
    int spread;    /* in a call each argument of which goes into the value: how deep, from 1 on */
    bool sqlite;   /* PRAGMA or ATTACH: KEY is what a database is encrypted with */
    bool updates;  /* SET of UPDATE: it is columns that are set */
    bool of_role;  /* SET PASSWORD FOR: whose it is may stand before the value */
    bool object;   /* what comes now is the name of a table or the like */
    bool body;     /* a string that comes now is one: AS '…', DO '…' */
    bool resolved; /* … is the name of a sequence or a setting */
    bool password; /* what it is armed by is called a password … */
    bool api_key;  /* … or a key */
    int where;     /* behind a WHERE: how deep in parentheses, from 1 on */
    size_t count;
    size_t written; /* passwords in the clear that go into columns; one letter is a flag */
};

bool sql_mask_is_one_of(const struct sql_token *token, const char *const *words, size_t count);

#define IS_ONE_OF(token, words) sql_mask_is_one_of(token, words, sizeof(words) / sizeof *(words))

/* Whether what is called so is a secret. */
bool sql_mask_names_secret(const struct sql_mask *mask, const struct sql_token *token);

/* Of what is a secret by its name: whether `judge` says so of what it holds. */
bool sql_mask_names(const struct sql_mask *mask, const struct sql_token *token,
                    bool (*judge)(const char *key));

/* Takes a word for what it may say of columns and of where their values begin and end; `next` is
 * the token behind it. */
void sql_mask_follow_columns(struct sql_mask *mask, const struct sql_token *token,
                             const struct sql_token *next);

/* Whether what comes now is a value of a row, and not within a call. */
bool sql_mask_is_in_row(const struct sql_mask *mask);

/* Whether it goes into one of these columns. */
bool sql_mask_is_column(const struct sql_mask *mask, uint64_t columns);

#endif
