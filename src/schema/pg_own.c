#include "pg_own.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/real.h>
#include <pilab/base/vector.h>
#include <pilab/schema/pg_statements.h>
#include <pilab/schema/sql_scan.h>

#include "pg_tree.h"

#define STARTS_MAX 16  /* parentheses before an expression */
#define TRIES_MAX  400 /* ends of an expression that are tried */

struct word {
    struct sql_token token;
    bool spaced; /* blanks or a comment before it */
};

/* What is written before the word that begins there, or right behind its first quote. */
struct edit {
    size_t at;
    const char *text;
};

struct own {
    const struct pg_world *world;
    struct vector words; /* struct word */
    struct vector edits; /* struct edit */
};

/* Names that WITH gives, of a query and of those around it. */
struct with {
    const struct pg_node *clause;
    size_t count; /* how many of its queries can be named */
    const struct with *outer;
};

static void own_start(struct own *own, const struct pg_world *world)
{
    struct sql_scan scan;
    struct sql_token token;
    bool spaced = false;
    *own = (struct own){ .world = world };
    vector_init(&own->words, sizeof(struct word));
    vector_init(&own->edits, sizeof(struct edit));
    sql_scan_start(&scan, DIALECT_POSTGRESQL, world->text, world->length);
    while (sql_scan_next(&scan, &token)) {
        if (token.kind == SQL_END)
            break;
        if (token.kind == SQL_BLANK || token.kind == SQL_COMMENT) {
            spaced = true;
            continue;
        }
        struct word word = { token, spaced };
        vector_push(&own->words, &word);
        spaced = false;
    }
}

static void own_end(struct own *own)
{
    vector_release(&own->words);
    vector_release(&own->edits);
}

static const struct sql_token *token_at(const struct own *own, size_t index)
{
    return &((const struct word *)vector_at(&own->words, index))->token;
}

/* --- Names ------------------------------------------------------------------------------------ */

static void add_edit(struct own *own, const struct pg_node *node,
                     const struct schema_object *object)
{
    long at = pg_member(node, "location") ? pg_integer(node, "location") : -1;
    if (!object || at < 0 || !*object->schema)
        return;
    struct arena *arena = own->world->arena;
    struct edit edit = { (size_t)at, arena_printf(arena, "%s.", pg_quoted(arena, object->schema)) };
    vector_push(&own->edits, &edit);
}

static bool names_query(const struct with *with, const char *name)
{
    for (; with; with = with->outer) {
        const struct pg_node *list = pg_member(with->clause, "ctes");
        for (size_t i = 0; i < with->count; i++)
            if (pg_is(pg_as(pg_at(list, i), "CommonTableExpr"), "ctename", name))
                return true;
    }
    return false;
}

static const struct schema_object *find_type(const struct pg_world *world, struct pg_name name)
{
    static const enum schema_kind kinds[] = { SCHEMA_ENUM, SCHEMA_DOMAIN, SCHEMA_COMPOSITE };
    const struct schema_object *found = NULL;
    for (size_t i = 0; !found && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        found = pg_lookup(world, kinds[i], name, NULL);
    return found ? found : pg_lookup_relation(world, name);
}

/* nextval('numbers'), 'numbers'::regclass: a name within a text. */
static void name_literal(struct own *own, const struct pg_node *node)
{
    const struct pg_node *constant = pg_as(node, "A_Const");
    const char *text = pg_text(pg_member(constant, "sval"), "sval");
    if (text && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(text))
        add_edit(own, constant, pg_lookup_relation(own->world, (struct pg_name){ NULL, text }));
}

static void name_call(struct own *own, const struct pg_node *call)
{
    static const char *const of_sequences[] = { "nextval", "currval", "setval" };
    const struct pg_node *list = pg_member(call, "funcname");
    struct pg_name name = pg_list_name(list);
    if (pg_count(list) == 1)
        add_edit(own, call, pg_lookup_function(own->world, name));
    for (size_t i = 0; i < sizeof(of_sequences) / sizeof(of_sequences[0]); i++)
        if (strcmp(name.name, of_sequences[i]) == 0)
            name_literal(own, pg_at(pg_member(call, "args"), 0));
}

static void visit(struct own *own, const struct pg_node *node, const struct with *with);

static void visit_members(struct own *own, const struct pg_node *node, const struct with *with)
{
    for (size_t i = 0; i < pg_inner_count(node); i++) {
        const char *name = node->nodes[i].name;
        if (strcmp(name, "lockedRels") != 0 && strcmp(name, "withClause") != 0)
            visit(own, &node->nodes[i], with);
    }
}

static void visit_with(struct own *own, const struct pg_node *clause, const struct with *outer)
{
    const struct pg_node *list = pg_member(clause, "ctes");
    struct with with = { clause, 0, outer };
    for (size_t i = 0; i < pg_count(list); i++) {
        with.count = pg_flag(clause, "recursive") ? pg_count(list) : i;
        visit(own, pg_at(list, i), &with);
    }
}

static void visit(struct own *own, const struct pg_node *node, const struct with *with)
{
    const struct pg_node *clause = pg_member(node, "withClause");
    struct with inner = { clause, pg_count(pg_member(clause, "ctes")), with };
    if (pg_text(node, "relname") && !pg_text(node, "schemaname") &&
        !names_query(with, pg_word(node, "relname")))
        add_edit(own, node, pg_lookup_relation(own->world, pg_range_name(node)));
    if (pg_member(node, "funcname"))
        name_call(own, node);
    if (pg_member(node, "typemod") && pg_count(pg_member(node, "names")) == 1) {
        struct pg_name name = pg_list_name(pg_member(node, "names"));
        add_edit(own, node, find_type(own->world, name));
    }
    if (strcmp(pg_list_name(pg_member(pg_member(node, "typeName"), "names")).name, "regclass") == 0)
        name_literal(own, pg_member(node, "arg"));
    if (clause) {
        visit_with(own, clause, with);
        with = &inner;
    }
    visit_members(own, node, with);
}

static const char *edit_at(const struct own *own, size_t at)
{
    for (size_t i = 0; i < own->edits.count; i++) {
        const struct edit *edit = vector_at(&own->edits, i);
        if (edit->at == at)
            return edit->text;
    }
    return NULL;
}

/* --- Writing ---------------------------------------------------------------------------------- */

static void add_word(const struct own *own, struct strbuf *out, const struct sql_token *token)
{
    const char *name = edit_at(own, (size_t)(token->start - own->world->text));
    bool quoted = name && token->kind == SQL_STRING && *token->start == '\'';
    if (quoted)
        strbuf_printf(out, "'%s%.*s", name, (int)token->length - 1, token->start + 1);
    else
        strbuf_add(out, name && token->kind != SQL_STRING ? name : "");
    for (size_t i = 0; !quoted && i < token->length; i++) {
        char c = token->start[i];
        bool folds = token->kind == SQL_WORD && c >= 'A' && c <= 'Z';
        strbuf_add_char(out, folds ? (char)(c - 'A' + 'a') : c);
    }
}

/* The words from the first up to the one behind the last. */
static const char *words_text(const struct own *own, size_t first, size_t end)
{
    struct strbuf out = STRBUF_INIT;
    for (size_t i = first; i < end; i++) {
        const struct word *word = vector_at(&own->words, i);
        if (i > first && word->spaced)
            strbuf_add_char(&out, ' ');
        add_word(own, &out, &word->token);
    }
    const char *text = strbuf_to_arena(&out, own->world->arena);
    strbuf_release(&out);
    return text;
}

/* --- Expressions ------------------------------------------------------------------------------ */

/* Places apart. */
static bool same_tree(const struct pg_node *a, const struct pg_node *b)
{
    unsigned i = 0, j = 0;
    if (!a || !b || a->kind != b->kind)
        return !a && !b;
    if (a->kind == PG_TEXT)
        return strcmp(a->text, b->text) == 0;
    if (a->kind == PG_NUMBER)
        return real_read(a->text, NULL) == real_read(b->text, NULL);
    if (a->kind < PG_OBJECT)
        return true;
    for (;; i++, j++) {
        while (i < a->count && strcmp(a->nodes[i].name, "location") == 0)
            i++;
        while (j < b->count && strcmp(b->nodes[j].name, "location") == 0)
            j++;
        if (i >= a->count || j >= b->count)
            return i >= a->count && j >= b->count;
        if (strcmp(a->nodes[i].name, b->nodes[j].name) != 0 ||
            !same_tree(&a->nodes[i], &b->nodes[j]))
            return false;
    }
}

struct comparing {
    const struct pg_node *expression;
    bool same;
};

static bool compare(void *data, const struct pg_statement *one, struct error *error)
{
    struct comparing *comparing = data;
    const struct pg_node *target = pg_as(pg_at(pg_member(one->node, "targetList"), 0), "ResTarget");
    (void)error;
    comparing->same = target && same_tree(comparing->expression, pg_member(target, "val")) &&
                      !pg_text(target, "name") && one->node->count == 3;
    return true;
}

/* Whether the words are that expression and nothing else. */
static bool is_expression(const struct own *own, const struct pg_node *expression, size_t first,
                          size_t end)
{
    struct comparing comparing = { expression, false };
    struct error error = { 0 };
    const char *from = token_at(own, first)->start;
    const struct sql_token *last = token_at(own, end - 1);
    const char *text = arena_printf(own->world->arena, "SELECT %.*s",
                                    (int)(last->start + last->length - from), from);
    return pg_statements_visit(own->world->parser, "", text, strlen(text), compare, &comparing,
                               &error) &&
           comparing.same;
}

/* The first and the last place within the tree. */
static void find_places(const struct pg_node *node, size_t *first, size_t *last)
{
    for (size_t i = 0; i < pg_inner_count(node); i++) {
        const struct pg_node *inner = &node->nodes[i];
        long at = inner->kind == PG_NUMBER && strcmp(inner->name, "location") == 0
                      ? strtol(inner->text, NULL, 10)
                      : -1;
        if (at >= 0 && (size_t)at < *first)
            *first = (size_t)at;
        if (at >= 0 && (size_t)at > *last)
            *last = (size_t)at;
        find_places(inner, first, last);
    }
}

/* Behind the words of the expression that begins with this one; 0: it does not begin there. */
static size_t find_end(const struct own *own, const struct pg_node *expression, size_t start,
                       size_t last, unsigned *tries)
{
    long depth = 0;
    for (size_t i = start; i < own->words.count && depth >= 0; i++) {
        const struct sql_token *token = token_at(own, i);
        depth += sql_token_is_sign(token, "(") - sql_token_is_sign(token, ")");
        if (depth != 0 || (size_t)(token->start + token->length - own->world->text) <= last)
            continue;
        if (++*tries > TRIES_MAX)
            return 0;
        if (is_expression(own, expression, start, i + 1))
            return i + 1;
    }
    return 0;
}

const char *pg_own_expression(const struct pg_world *world, const struct pg_node *expression)
{
    struct own own;
    size_t first = world->length, last = 0, start = 0, end = 0;
    unsigned tries = 0;
    const char *text = NULL;
    if (!world->parser || !world->text)
        return NULL;
    own_start(&own, world);
    find_places(expression, &first, &last);
    while (start < own.words.count && (size_t)(token_at(&own, start)->start - world->text) < first)
        start++;
    for (size_t i = 0; !end && i < STARTS_MAX && start < own.words.count; i++) {
        end = find_end(&own, expression, start, last, &tries);
        if (end || !start || !sql_token_is_sign(token_at(&own, start - 1), "("))
            break;
        start--;
    }
    if (end) {
        visit(&own, expression, NULL);
        text = words_text(&own, start, end);
    }
    own_end(&own);
    return text;
}

/* --- Queries ---------------------------------------------------------------------------------- */

/* The first AS outside of parentheses: the words behind it. 0: there is none. */
static size_t behind_as(const struct own *own, bool *recursive)
{
    long depth = 0;
    for (size_t i = 0; i < own->words.count; i++) {
        const struct sql_token *token = token_at(own, i);
        depth += sql_token_is_sign(token, "(") - sql_token_is_sign(token, ")");
        *recursive = *recursive || (i && sql_token_is(token, "VIEW") &&
                                    sql_token_is(token_at(own, i - 1), "RECURSIVE"));
        if (!depth && sql_token_is(token, "AS"))
            return i + 1;
    }
    return 0;
}

static bool ends_with(const struct own *own, size_t end, const char *word)
{
    return end > 0 && sql_token_is(token_at(own, end - 1), word);
}

/* Without WITH [LOCAL | CASCADED] CHECK OPTION and WITH [NO] DATA. */
static size_t query_end(const struct own *own)
{
    size_t count = own->words.count, end = count;
    if (ends_with(own, end, "OPTION") && ends_with(own, end - 1, "CHECK")) {
        end -= 2;
        end -= ends_with(own, end, "LOCAL") || ends_with(own, end, "CASCADED");
    } else if (ends_with(own, end, "DATA")) {
        end--;
        end -= ends_with(own, end, "NO");
    }
    return end < count && ends_with(own, end, "WITH") ? end - 1 : count;
}

static const char *alias_list(struct arena *arena, const struct pg_node *aliases)
{
    struct strbuf out = STRBUF_INIT;
    for (size_t i = 0; i < pg_count(aliases); i++) {
        strbuf_add(&out, i ? ", " : "");
        pg_add_name(&out, pg_string(pg_at(aliases, i)));
    }
    const char *text = strbuf_to_arena(&out, arena);
    strbuf_release(&out);
    return text;
}

const char *pg_own_query(const struct pg_world *world, const char *view,
                         const struct pg_node *query, const struct pg_node *aliases)
{
    struct own own;
    bool recursive = false;
    const char *text = NULL, *names = alias_list(world->arena, aliases);
    if (!world->text)
        return NULL;
    own_start(&own, world);
    size_t start = behind_as(&own, &recursive), end = query_end(&own);
    if (start && start < end) {
        visit(&own, query, NULL);
        text = words_text(&own, start, end);
    }
    own_end(&own);
    if (!text || !*names)
        return text;
    const char *name = arena_text(world->arena, pg_quoted(world->arena, view));
    if (recursive)
        return arena_printf(world->arena, "with recursive %s (%s) as (%s) select %s from %s", name,
                            names, text, names, name);
    return arena_printf(world->arena, "select * from (%s) as %s (%s)", text, name, names);
}

const char *pg_own_body(const struct pg_world *world, const struct pg_node *body, size_t from,
                        size_t length)
{
    struct own own;
    struct strbuf out = STRBUF_INIT;
    size_t copied = from;
    own_start(&own, world);
    visit(&own, body, NULL);
    for (size_t i = 0; i < own.words.count; i++) {
        const struct sql_token *token = token_at(&own, i);
        size_t at = (size_t)(token->start - world->text);
        const char *name = at >= from && at < from + length ? edit_at(&own, at) : NULL;
        if (!name)
            continue;
        at += token->kind == SQL_STRING;
        strbuf_add_bytes(&out, world->text + copied, at - copied);
        strbuf_add(&out, name);
        copied = at;
    }
    strbuf_add_bytes(&out, world->text + copied, from + length - copied);
    const char *text = strbuf_to_arena(&out, world->arena);
    strbuf_release(&out);
    own_end(&own);
    return text;
}

bool pg_is_own(const char *definition)
{
    return definition && *definition && *definition != ' ' && *definition != '\n';
}
