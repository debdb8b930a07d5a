#include "pg_known.h"

#include <string.h>

#include <pilab/base/arena.h>

#include "pg_tree.h"

struct known_row {
    const char *kind;
    /* Words, a blank behind each: a member that is written; "member:Kind" one that holds a node of
     * that kind without naming it; "member=a|b" one that may only have these values. */
    const char *members;
};

/* clang-format off */
static const struct known_row rows[] = {
    { "A_ArrayExpr", "elements location " },
    { "A_Const", "ival:Integer fval:Float boolval:Boolean sval:String bsval:BitString isnull location " },
    { "A_Expr", "kind=AEXPR_OP|AEXPR_OP_ANY|AEXPR_OP_ALL|AEXPR_DISTINCT|AEXPR_NOT_DISTINCT|AEXPR_NULLIF|AEXPR_IN|AEXPR_LIKE|AEXPR_ILIKE|AEXPR_SIMILAR|AEXPR_BETWEEN|AEXPR_NOT_BETWEEN name lexpr rexpr location " },
    { "A_Indices", "is_slice lidx uidx " },
    { "A_Indirection", "arg indirection " },
    { "A_Star", "" },
    { "Alias", "aliasname colnames " },
    { "BitString", "bsval " },
    { "BoolExpr", "boolop args location " },
    { "Boolean", "boolval " },
    { "BooleanTest", "arg booltesttype location " },
    { "CaseExpr", "arg args defresult location " },
    { "CaseWhen", "expr result location " },
    { "CoalesceExpr", "args location " },
    { "CollateClause", "arg collname location " },
    { "ColumnRef", "fields location " },
    { "CommonTableExpr", "ctename ctematerialized ctequery location " },
    { "Float", "fval " },
    { "FuncCall", "funcname args agg_order agg_filter over:WindowDef agg_star agg_distinct func_variadic funcformat location " },
    { "Integer", "ival " },
    { "JoinExpr", "jointype=JOIN_INNER|JOIN_LEFT|JOIN_RIGHT|JOIN_FULL larg rarg usingClause quals rtindex " },
    { "List", "items " },
    { "MinMaxExpr", "op args location " },
    { "NullTest", "arg nulltesttype argisrow location " },
    { "RangeFunction", "lateral ordinality functions alias:Alias " },
    { "RangeSubselect", "lateral subquery alias:Alias " },
    { "RangeVar", "schemaname relname inh relpersistence alias:Alias location " },
    { "ResTarget", "name val location " },
    { "RowExpr", "args row_format location " },
    { "SQLValueFunction", "op typmod location " },
    { "SelectStmt", "distinctClause targetList fromClause whereClause groupClause havingClause sortClause limitOffset limitCount limitOption=LIMIT_OPTION_DEFAULT|LIMIT_OPTION_COUNT withClause:WithClause op all larg:SelectStmt rarg:SelectStmt " },
    { "SetToDefault", "location " },
    { "SortBy", "node sortby_dir=SORTBY_DEFAULT|SORTBY_ASC|SORTBY_DESC sortby_nulls location " },
    { "String", "sval " },
    { "SubLink", "subLinkType=EXISTS_SUBLINK|ALL_SUBLINK|ANY_SUBLINK|EXPR_SUBLINK|ARRAY_SUBLINK testexpr operName subselect location " },
    { "TypeCast", "arg typeName:TypeName location " },
    { "TypeName", "names typmods typemod arrayBounds location " },
    { "WindowDef", "partitionClause orderClause frameOptions location " },
    { "WithClause", "ctes location " },
};
/* clang-format on */

/* Behind the member's name in the row, at ':', '=' or ' '; NULL: it is not there. */
static const char *find_member(const char *members, const char *name)
{
    size_t length = strlen(name);
    while (*members) {
        size_t word = strcspn(members, " :=");
        if (word == length && strncmp(members, name, length) == 0)
            return members + word;
        members += strcspn(members, " ");
        members += *members == ' ';
    }
    return NULL;
}

/* Whether "=a|b " has the value. */
static bool is_allowed(const char *values, const char *value)
{
    size_t length = strlen(value);
    while (*values == '=' || *values == '|') {
        size_t word = strcspn(++values, "| ");
        if (word == length && strncmp(values, value, length) == 0)
            return true;
        values += word;
    }
    return false;
}

/* What a member or an item may hold: a word, a number, a list, a node; {} for nothing. */
static const char *unknown_value(struct arena *arena, const struct pg_node *node)
{
    const char *unknown = NULL;
    if (node->kind == PG_OBJECT)
        return node->count ? pg_unknown_in(arena, node) : NULL;
    for (size_t i = 0; !unknown && node->kind == PG_LIST && i < node->count; i++)
        unknown = unknown_value(arena, &node->nodes[i]);
    return unknown;
}

static const char *unknown_member(struct arena *arena, const char *kind, const char *members,
                                  const struct pg_node *member)
{
    const char *found = find_member(members, member->name);
    if (!found ||
        (*found == '=' && !is_allowed(found, member->kind == PG_TEXT ? member->text : "")))
        return arena_printf(arena, "%s.%s", kind, member->name);
    if (*found == ':')
        return pg_unknown_of(arena, arena_bytes(arena, found + 1, strcspn(found + 1, " ")), member);
    return unknown_value(arena, member);
}

const char *pg_unknown_of(struct arena *arena, const char *kind, const struct pg_node *members)
{
    size_t row = 0, count = sizeof(rows) / sizeof(rows[0]);
    while (row < count && strcmp(rows[row].kind, kind) != 0)
        row++;
    if (row == count)
        return arena_text(arena, kind);
    const char *unknown = NULL;
    for (size_t i = 0; !unknown && i < pg_inner_count(members); i++)
        unknown = unknown_member(arena, kind, rows[row].members, &members->nodes[i]);
    return unknown;
}

const char *pg_unknown_in(struct arena *arena, const struct pg_node *node)
{
    const char *kind;
    const struct pg_node *members = pg_open(node, &kind);
    return node ? pg_unknown_of(arena, kind, members) : NULL;
}
