/* Which rows UPDATE and DELETE are about. */
#include <string.h>

#include "sql_cursor.h"

/* TRUE, 1, or one value that is equal to itself: steps over it. */
static bool take_truth(struct sql_cursor *cursor)
{
    const struct sql_token *left = sql_peek(cursor, 0), *right = sql_peek(cursor, 2);
    bool value = left->kind == SQL_NUMBER || left->kind == SQL_STRING;

    if (value && sql_token_is_sign(sql_peek(cursor, 1), "=")) {
        if (right->kind != left->kind || right->length != left->length ||
            memcmp(left->start, right->start, left->length) != 0)
            return false;
        cursor->at += 3;
        return true;
    }
    if (left->kind == SQL_NUMBER && left->length == 1 && *left->start == '1') {
        cursor->at++;
        return true;
    }
    return sql_take_word(cursor, "TRUE");
}

/* Whether no condition chooses among the rows: there is none, or it holds for each. From behind the
 * table's name on. */
bool sql_takes_all_rows(const struct sql_cursor *cursor)
{
    struct sql_cursor ahead = *cursor, inner;

    if (sql_has_word(cursor, "LIMIT"))
        return false;
    while (!sql_at_end(&ahead) && !sql_take_word(&ahead, "WHERE"))
        sql_skip(&ahead);
    if (sql_at_end(&ahead))
        return !sql_has_word(cursor, "WHERE");
    if (sql_take_bracket(&ahead, &inner))
        return sql_at_end(&ahead) && take_truth(&inner) && sql_at_end(&inner);
    return take_truth(&ahead) && (sql_at_end(&ahead) || sql_at_one_of(&ahead, "RETURNING ORDER"));
}
