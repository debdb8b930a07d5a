#include "pg_same.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/real.h>
#include <pilab/base/vector.h>

#include "pg_tree.h"

/* What stands around a text for the grammar to read it. */
struct frame {
    const char *before, *after;
};

static const struct frame expression = { "SELECT ", "" }, statement = { "", "" };

static const struct frame *definition_frame(enum schema_kind kind)
{
    static const struct frame constraint = { "ALTER TABLE t ADD ", "" },
                              policy = { "CREATE POLICY p ON t ", "" },
                              range = { "CREATE TYPE t AS ", "" };
    switch (kind) {
    case SCHEMA_CONSTRAINT:
        return &constraint;
    case SCHEMA_POLICY:
        return &policy;
    case SCHEMA_COMPOSITE:
        return &range;
    default:
        return &statement;
    }
}

static const struct frame *frame_of(enum schema_kind kind, enum schema_property property)
{
    static const struct frame columns = { "CREATE INDEX ON t (", ")" },
                              key = { "CREATE TABLE t (c int) PARTITION BY ", "" },
                              bound = { "CREATE TABLE t PARTITION OF u ", "" };
    switch (property) {
    case SCHEMA_DEFINITION:
        return definition_frame(kind);
    case SCHEMA_COLUMNS:
        return &columns;
    case SCHEMA_PARTITION_KEY:
        return &key;
    case SCHEMA_PARTITION_BOUND:
        return &bound;
    default:
        return &expression;
    }
}

/* What the trees were read from. */
struct texts {
    const char *left, *right;
};

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

#define IS_ONE_OF(word, words) is_one_of(word, words, sizeof(words) / sizeof((words)[0]))

/* Members that say where or how something was written. */
static bool is_spelling(const struct pg_node *member)
{
    static const char *const names[] = { "location", "funcformat", "row_format", "stmt_location",
                                         "stmt_len" };
    return IS_ONE_OF(member->name, names);
}

/* Members that are names with their qualifiers before them. */
static bool is_qualified(const struct pg_node *member)
{
    static const char *const names[] = { "fields", "funcname", "name",
                                         "names",  "collname", "opclass" };
    return member->kind == PG_LIST && IS_ONE_OF(member->name, names);
}

static bool is_qualifier(const struct pg_node *member)
{
    static const char *const names[] = { "schemaname", "catalogname" };
    return IS_ONE_OF(member->name, names);
}

/* Trees are no deeper than pg_tree_read takes them. */
static bool same_node(const struct texts *texts, const struct pg_node *a, const struct pg_node *b);

static const struct pg_node *without_casts(const struct pg_node *node)
{
    const struct pg_node *cast;
    while ((cast = pg_as(node, "TypeCast")) != NULL)
        node = pg_member(cast, "arg");
    return node;
}

/* From the end, as far as both go: public.orders and orders, but not archive.orders. */
static bool same_name(const struct texts *texts, const struct pg_node *a, const struct pg_node *b)
{
    if (!a->count || !b->count)
        return a->count == b->count;
    for (unsigned i = a->count, j = b->count; i > 0 && j > 0; i--, j--)
        if (!same_node(texts, &a->nodes[i - 1], &b->nodes[j - 1]))
            return false;
    return true;
}

static const struct pg_node *skip(const struct pg_node *object, unsigned *at)
{
    while (*at < object->count && is_spelling(&object->nodes[*at]))
        ++*at;
    return *at < object->count ? &object->nodes[*at] : NULL;
}

/* Members are always written in the same order. */
static bool same_members(const struct texts *texts, const struct pg_node *a,
                         const struct pg_node *b)
{
    unsigned i = 0, j = 0;
    for (;;) {
        const struct pg_node *left = skip(a, &i), *right = skip(b, &j);
        if (!left && !right)
            return true;
        if (left && right && strcmp(left->name, right->name) == 0) {
            bool name = is_qualified(left) && is_qualified(right);
            if (!(name ? same_name(texts, left, right) : same_node(texts, left, right)))
                return false;
            i++;
            j++;
        } else if (left && is_qualifier(left)) {
            i++;
        } else if (right && is_qualifier(right)) {
            j++;
        } else {
            return false;
        }
    }
}

static bool same_list(const struct texts *texts, const struct pg_node *a, const struct pg_node *b)
{
    if (pg_count(a) != pg_count(b))
        return false;
    for (size_t i = 0; i < pg_count(a); i++)
        if (!same_node(texts, pg_at(a, i), pg_at(b, i)))
            return false;
    return true;
}

/* The library's trees do not have integers below zero: they are read where they stand. */
static const char *integer_text(const struct pg_node *constant, const char *text, char number[32])
{
    long value = pg_integer(pg_member(constant, "ival"), "ival");
    size_t at = (size_t)pg_integer(constant, "location");
    if (!value && at < strlen(text) && text[at] == '-') {
        const char *digits = text + at + strspn(text + at, "- \t\r\n");
        snprintf(number, 32, "-%.*s", (int)strspn(digits, "0123456789"), digits);
    } else {
        snprintf(number, 32, "%ld", value);
    }
    return number;
}

/* What a constant says, whether as a number or as a text: a server writes '1' where 1 stood when it
 * becomes another type, and the other way round. NULL: another kind of constant. */
static const char *constant_text(const struct pg_node *constant, const char *text, char number[32])
{
    if (pg_member(constant, "ival"))
        return integer_text(constant, text, number);
    if (pg_member(constant, "fval"))
        return pg_word(pg_member(constant, "fval"), "fval");
    return pg_member(constant, "sval") ? pg_word(pg_member(constant, "sval"), "sval") : NULL;
}

static bool same_constant(const struct texts *texts, const struct pg_node *a,
                          const struct pg_node *b)
{
    char left[32], right[32];
    const char *one = constant_text(a, texts->left, left);
    const char *other = constant_text(b, texts->right, right);
    return one && other ? strcmp(one, other) == 0 : same_members(texts, a, b);
}

/* a AND (b AND c) is a AND b AND c: what stands between the ANDs, in order. */
static void collect_terms(const struct pg_node *boolean, struct vector *terms)
{
    const struct pg_node *arguments = pg_member(boolean, "args");
    for (size_t i = 0; i < pg_count(arguments); i++) {
        const struct pg_node *term = without_casts(pg_at(arguments, i));
        const struct pg_node *inner = pg_as(term, "BoolExpr");
        if (inner && !pg_is(boolean, "boolop", "NOT_EXPR") &&
            pg_is(inner, "boolop", pg_word(boolean, "boolop")))
            collect_terms(inner, terms);
        else
            vector_push(terms, &term);
    }
}

static bool same_boolean(const struct texts *texts, const struct pg_node *a,
                         const struct pg_node *b)
{
    struct vector left, right;
    if (!pg_is(a, "boolop", pg_word(b, "boolop")))
        return false;
    vector_init(&left, sizeof(const struct pg_node *));
    vector_init(&right, sizeof(const struct pg_node *));
    collect_terms(a, &left);
    collect_terms(b, &right);
    bool same = left.count == right.count;
    for (size_t i = 0; same && i < left.count; i++)
        same = same_node(texts, *(const struct pg_node **)vector_at(&left, i),
                         *(const struct pg_node **)vector_at(&right, i));
    vector_release(&left);
    vector_release(&right);
    return same;
}

/* x LIKE 'a' is x ~~ 'a', and x IN (1, 2) is x = ANY (ARRAY[1, 2]). */
static const char *operation_kind(const struct pg_node *operation)
{
    static const char *const plain[] = { "AEXPR_LIKE", "AEXPR_ILIKE", "AEXPR_SIMILAR" };
    const char *kind = pg_word(operation, "kind");
    const struct pg_node *sign = pg_member(operation, "name");
    if (IS_ONE_OF(kind, plain))
        return "AEXPR_OP";
    if (strcmp(kind, "AEXPR_IN") != 0)
        return kind;
    const char *word = pg_string(pg_at(sign, pg_count(sign) - 1));
    return word && strcmp(word, "=") == 0 ? "AEXPR_OP_ANY" : "AEXPR_OP_ALL";
}

/* The items of IN (…) and of ANY (ARRAY[…]); NULL: there is no list of them. */
static const struct pg_node *operation_items(const struct pg_node *operation)
{
    const struct pg_node *right = without_casts(pg_member(operation, "rexpr"));
    const struct pg_node *array = pg_as(right, "A_ArrayExpr");
    return array ? pg_member(array, "elements") : pg_items(right);
}

static bool same_operation(const struct texts *texts, const struct pg_node *a,
                           const struct pg_node *b)
{
    const struct pg_node *sign = pg_member(a, "name"), *other = pg_member(b, "name");
    const char *kind = operation_kind(a);
    if (strcmp(kind, operation_kind(b)) != 0 || !sign || !other || !same_name(texts, sign, other) ||
        !same_node(texts, pg_member(a, "lexpr"), pg_member(b, "lexpr")))
        return false;
    const struct pg_node *left = operation_items(a), *right = operation_items(b);
    bool lists = left && right && strncmp(kind, "AEXPR_OP_", 9) == 0;
    return lists ? same_list(texts, left, right)
                 : same_node(texts, pg_member(a, "rexpr"), pg_member(b, "rexpr"));
}

/* What a column of a result is called: as it is said, or as what it is. NULL: as the server likes.
 */
static const char *target_name(const struct pg_node *target)
{
    const struct pg_node *value = without_casts(pg_member(target, "val"));
    const struct pg_node *column = pg_member(pg_as(value, "ColumnRef"), "fields");
    const struct pg_node *call = pg_member(pg_as(value, "FuncCall"), "funcname");
    const struct pg_node *name = column ? column : call;
    if (pg_text(target, "name"))
        return pg_text(target, "name");
    return pg_count(name) ? pg_string(pg_at(name, pg_count(name) - 1)) : NULL;
}

/* A server writes SELECT a AS a, sum(b) AS sum where the names were not given. */
static bool same_target(const struct texts *texts, const struct pg_node *a, const struct pg_node *b)
{
    const char *left = target_name(a), *right = target_name(b);
    if (!left != !right || (left && strcmp(left, right) != 0))
        return false;
    return same_node(texts, pg_member(a, "indirection"), pg_member(b, "indirection")) &&
           same_node(texts, pg_member(a, "val"), pg_member(b, "val"));
}

static bool same_object(const struct texts *texts, const struct pg_node *a, const struct pg_node *b)
{
    static const struct {
        const char *kind;
        bool (*same)(const struct texts *texts, const struct pg_node *a, const struct pg_node *b);
    } rows[] = {
        {"A_Const",    same_constant },
        { "A_Expr",    same_operation},
        { "BoolExpr",  same_boolean  },
        { "ResTarget", same_target   },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct pg_node *left = pg_as(a, rows[i].kind), *right = pg_as(b, rows[i].kind);
        if (left && right)
            return rows[i].same(texts, left, right);
    }
    return same_members(texts, a, b);
}

static bool same_node(const struct texts *texts, const struct pg_node *a, const struct pg_node *b)
{
    a = without_casts(a);
    b = without_casts(b);
    if (!a || !b || a->kind != b->kind)
        return !a && !b;
    switch (a->kind) {
    case PG_TEXT:
        return strcmp(a->text, b->text) == 0;
    case PG_NUMBER:
        return real_read(a->text, NULL) == real_read(b->text, NULL);
    case PG_OBJECT:
        return same_object(texts, a, b);
    case PG_LIST:
        return same_list(texts, a, b);
    default:
        return true;
    }
}

struct pair {
    struct pg_parser *parser;
    const char *other; /* the second text, in its frame */
    const struct pg_statement *first;
    unsigned statements; /* of both */
    bool unreadable, same;
};

/* What was lifted out of a text would not be compared. */
static bool is_read(const struct pg_statement *one)
{
    return one->node && !one->problem && !one->placeholders;
}

static bool visit_second(void *data, const struct pg_statement *one, struct error *error)
{
    struct pair *pair = data;
    (void)error;
    pair->statements++;
    pair->unreadable = pair->unreadable || !is_read(one);
    if (pair->unreadable)
        return true;
    const struct texts texts = { pair->first->text, one->text };
    pair->same = strcmp(pair->first->kind, one->kind) == 0 &&
                 same_node(&texts, pair->first->node, one->node);
    return true;
}

/* A tree lives for its visit: the second text is read within that of the first. */
static bool visit_first(void *data, const struct pg_statement *one, struct error *error)
{
    struct pair *pair = data;
    pair->statements++;
    pair->unreadable = pair->unreadable || !is_read(one);
    pair->first = one;
    return pair->unreadable || pg_statements_visit(pair->parser, "", pair->other,
                                                   strlen(pair->other), visit_second, pair, error);
}

enum pg_sameness pg_same(struct pg_parser *parser, enum schema_kind kind,
                         enum schema_property property, const char *a, const char *b)
{
    const struct frame *frame = frame_of(kind, property);
    struct error error = { 0 };
    char *left = memory_printf("%s%s%s", frame->before, a, frame->after);
    char *right = memory_printf("%s%s%s", frame->before, b, frame->after);
    struct pair pair = { .parser = parser, .other = right };
    bool read = pg_statements_visit(parser, "", left, strlen(left), visit_first, &pair, &error);
    free(left);
    free(right);
    if (!read || pair.unreadable || pair.statements != 2)
        return PG_UNREADABLE;
    return pair.same ? PG_SAME : PG_DIFFERENT;
}
