/*
 * YAML over libyaml's events. libyaml only parses: types, aliases and merge keys are ours, and so
 * are the caps, which it lacks. The depth cap is kept at the event level: libyaml's scanner takes
 * time in the square of the flow depth, so what is too deep must never be read on.
 */
#include <config.h> /* memmem is a system extension */

#include "readers.h"

#include <string.h>
#include <yaml.h>

#include <pilab/base/arena.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>

#include "encoding.h"
#include "schema.h"

/* libyaml compares every %TAG directive with all before it. */
enum { TAG_DIRECTIVES_MAX = 1000 };

struct anchor {
    struct subtree subtree;
    bool open; /* its list or map is not finished yet */
};

struct yaml_reader {
    struct tree_builder *builder;
    enum yaml_schema schema;
    const char *text;
    size_t length;
    yaml_parser_t parser;
    struct map *anchors;                              /* of the current document */
    struct anchor *frame_anchors[DOCUMENT_DEPTH_MAX]; /* of each open frame, or NULL */
    size_t aliased;                                   /* nodes that aliases stood for so far */
    bool ended;
};

static struct position position_of(yaml_mark_t mark)
{
    return (struct position){ (unsigned)mark.line + 1, (unsigned)mark.column + 1 };
}

/* ---- errors of libyaml ---- */

static bool indented_with_tab(const struct yaml_reader *reader, size_t line)
{
    const char *cursor = reader->text;
    const char *end = reader->text + reader->length;

    for (; line > 0 && cursor; line--) {
        cursor = memchr(cursor, '\n', (size_t)(end - cursor));
        if (cursor)
            cursor++;
    }
    while (cursor && cursor < end && *cursor == ' ')
        cursor++;
    return cursor && cursor < end && *cursor == '\t';
}

static void hint_at(struct yaml_reader *reader, size_t line)
{
    struct error *error = reader->builder->error;

    if (indented_with_tab(reader, line))
        error_hint(error, "YAML does not allow tabs in indentation: use blanks.");
    else if (memmem(reader->text, reader->length, "{{", 2))
        error_hint(error, "It looks like a template: only what it renders to is YAML.");
}

/* `{{ .Values.name }}` is a map as a key, too. */
static bool refuse_key(struct yaml_reader *reader, enum node_kind kind, struct position at)
{
    tree_builder_fail(reader->builder, ERROR_UNSUPPORTED, at, "a %s cannot be a key here",
                      node_kind_name(kind));
    hint_at(reader, at.line - 1);
    return false;
}

static bool fail_parse(struct yaml_reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    struct tree_builder *builder = reader->builder;

    if (parser->error == YAML_MEMORY_ERROR)
        memory_exhausted();
    if (parser->error == YAML_READER_ERROR)
        return tree_builder_fail(builder, ERROR_INVALID,
                                 text_position(reader->text, parser->problem_offset < reader->length
                                                                 ? parser->problem_offset
                                                                 : reader->length),
                                 "%s (U+%04X)", parser->problem, (unsigned)parser->problem_value);

    struct position at = position_of(parser->problem_mark);
    if (parser->context && parser->context_mark.line < parser->problem_mark.line)
        tree_builder_fail(builder, ERROR_INVALID, at, "%s (%s since line %zu)", parser->problem,
                          parser->context, parser->context_mark.line + 1);
    else
        tree_builder_fail(builder, ERROR_INVALID, at, "%s", parser->problem);
    hint_at(reader, parser->problem_mark.line);
    return false;
}

/* ---- anchors and aliases ---- */

static struct anchor *define_anchor(struct yaml_reader *reader, const yaml_char_t *name)
{
    if (!name)
        return NULL;
    struct anchor *anchor = arena_alloc(reader->builder->arena, sizeof *anchor);
    map_put(reader->anchors, (const char *)name, anchor);
    return anchor;
}

static bool check_alias(struct yaml_reader *reader, const char *name, const struct anchor *anchor,
                        struct position at)
{
    struct tree_builder *builder = reader->builder;

    if (!anchor) {
        tree_builder_fail(builder, ERROR_INVALID, at, "the alias *%s has no anchor before it",
                          name);
        return error_hint(builder->error, "A value that starts with * must be quoted.");
    }
    if (anchor->open)
        return tree_builder_fail(builder, ERROR_INVALID, at,
                                 "the alias *%s stands within its own anchor", name);
    if (builder->depth + anchor->subtree.height > DOCUMENT_DEPTH_MAX)
        return tree_builder_fail(builder, ERROR_LIMIT, at,
                                 "with the alias *%s, lists and maps are nested more than %d "
                                 "levels "
                                 "deep",
                                 name, DOCUMENT_DEPTH_MAX);
    if (anchor->subtree.weight > DOCUMENT_ALIAS_MAX - reader->aliased) {
        tree_builder_fail(builder, ERROR_LIMIT, at,
                          "with the alias *%s, aliases stand for more than %d nodes", name,
                          DOCUMENT_ALIAS_MAX);
        return error_hint(builder->error, "Aliases of aliases multiply: write the values out.");
    }
    return true;
}

/* Whether the next value is a map's key. */
static bool wants_key(const struct tree_builder *builder)
{
    const struct frame *frame = tree_builder_frame(builder);

    return frame && frame->node->kind == NODE_MAP && !frame->key;
}

static bool on_alias(struct yaml_reader *reader, const yaml_event_t *event)
{
    struct tree_builder *builder = reader->builder;
    struct position at = position_of(event->start_mark);
    const char *name = (const char *)event->data.alias.anchor;
    const struct anchor *anchor = map_get(reader->anchors, name);

    if (!check_alias(reader, name, anchor, at))
        return false;
    const struct node *node = anchor->subtree.node;
    if (wants_key(builder)) {
        if (!node->text)
            return refuse_key(reader, node->kind, at);
        return tree_builder_key(builder, node->text, node->length, at);
    }
    struct subtree copy = anchor->subtree;
    copy.node = tree_builder_node(builder, node->kind, at);
    if (!copy.node)
        return false;
    *copy.node = *node;
    copy.node->key = NULL;
    copy.node->alias = true;
    reader->aliased += copy.weight;
    tree_builder_add(builder, copy);
    return true;
}

/* ---- tags ---- */

struct core_tag {
    const char *name;
    enum node_kind kind;
};

#define CORE_TAGS "tag:yaml.org,2002:"

static const struct core_tag core_tags[] = {
    {CORE_TAGS "null",   NODE_NULL   },
    { CORE_TAGS "bool",  NODE_BOOL   },
    { CORE_TAGS "int",   NODE_INTEGER},
    { CORE_TAGS "float", NODE_FLOAT  },
    { CORE_TAGS "str",   NODE_STRING },
    { CORE_TAGS "seq",   NODE_LIST   },
    { CORE_TAGS "map",   NODE_MAP    },
};

static const struct core_tag *core_tag(const char *tag)
{
    for (size_t i = 0; i < sizeof core_tags / sizeof core_tags[0]; i++) {
        if (strcmp(core_tags[i].name, tag) == 0)
            return &core_tags[i];
    }
    return NULL;
}

/* Tags of our own arena, short where YAML has a short form. */
static const char *keep_tag(struct yaml_reader *reader, const char *tag)
{
    size_t prefix = strlen(CORE_TAGS);

    if (strncmp(tag, CORE_TAGS, prefix) == 0)
        return arena_printf(reader->builder->arena, "!!%s", tag + prefix);
    return arena_text(reader->builder->arena, tag);
}

/* ---- scalars ---- */

static bool resolve_tagged(struct yaml_reader *reader, const yaml_event_t *event,
                           struct scalar *scalar, const char **tag)
{
    const char *written = (const char *)event->data.scalar.tag;
    const char *text = (const char *)event->data.scalar.value;
    const struct core_tag *core = core_tag(written);

    *scalar = (struct scalar){ NODE_STRING, NULL };
    if (strcmp(written, "!") == 0)
        return true;
    if (!core) {
        *tag = keep_tag(reader, written);
        return true;
    }
    if (core->kind == NODE_STRING)
        return true;
    *scalar =
        schema_resolve(reader->schema, reader->builder->arena, text, event->data.scalar.length);
    if (core->kind == NODE_FLOAT && scalar->kind == NODE_INTEGER) {
        scalar->kind = NODE_FLOAT;
        scalar->value = arena_printf(reader->builder->arena, "%s.0", scalar->value);
    }
    if (scalar->kind == core->kind)
        return true;
    return tree_builder_fail(reader->builder, ERROR_INVALID, position_of(event->start_mark),
                             "the value is not what its tag !!%s says",
                             written + strlen(CORE_TAGS));
}

static bool resolve_scalar(struct yaml_reader *reader, const yaml_event_t *event,
                           struct scalar *scalar, const char **tag)
{
    *tag = NULL;
    if (event->data.scalar.tag)
        return resolve_tagged(reader, event, scalar, tag);
    if (event->data.scalar.plain_implicit)
        *scalar = schema_resolve(reader->schema, reader->builder->arena,
                                 (const char *)event->data.scalar.value, event->data.scalar.length);
    else
        *scalar = (struct scalar){ NODE_STRING, NULL };
    return true;
}

static bool is_merge_key(const yaml_event_t *event)
{
    return event->data.scalar.plain_implicit && !event->data.scalar.tag &&
           event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && event->data.scalar.length == 2 &&
           memcmp(event->data.scalar.value, merge_key, 2) == 0;
}

static bool add_key(struct yaml_reader *reader, const yaml_event_t *event)
{
    struct position at = position_of(event->start_mark);

    if (is_merge_key(event))
        return tree_builder_merge(reader->builder, at);
    return tree_builder_key(reader->builder, (const char *)event->data.scalar.value,
                            event->data.scalar.length, at);
}

static bool on_scalar(struct yaml_reader *reader, const yaml_event_t *event)
{
    struct tree_builder *builder = reader->builder;
    struct anchor *anchor = define_anchor(reader, event->data.scalar.anchor);
    bool as_key = wants_key(builder);
    struct scalar scalar;
    const char *tag;

    if (as_key && !anchor)
        return add_key(reader, event);
    if (!resolve_scalar(reader, event, &scalar, &tag))
        return false;
    struct node *node =
        tree_builder_scalar(builder, scalar.kind, (const char *)event->data.scalar.value,
                            event->data.scalar.length, scalar.value,
                            position_of(event->start_mark));
    if (!node)
        return false;
    node->tag = tag;
    struct subtree subtree = { node, 1, 0 };
    if (anchor)
        anchor->subtree = subtree;
    if (as_key)
        return add_key(reader, event);
    tree_builder_add(builder, subtree);
    return true;
}

/* ---- lists and maps ---- */

static bool open_collection(struct yaml_reader *reader, enum node_kind kind,
                            const yaml_char_t *anchor_name, const yaml_char_t *written_tag,
                            struct position at)
{
    struct tree_builder *builder = reader->builder;
    const char *tag = (const char *)written_tag;

    if (wants_key(builder))
        return refuse_key(reader, kind, at);
    if (!tree_builder_open(builder, kind, at))
        return false;
    if (tag && strcmp(tag, "!") != 0) {
        const struct core_tag *core = core_tag(tag);
        if (core && core->kind != kind)
            return tree_builder_fail(builder, ERROR_INVALID, at, "the tag !!%s stands on a %s",
                                     tag + strlen(CORE_TAGS), node_kind_name(kind));
        if (!core)
            tree_builder_frame(builder)->node->tag = keep_tag(reader, tag);
    }
    struct anchor *anchor = define_anchor(reader, anchor_name);
    if (anchor)
        anchor->open = true;
    reader->frame_anchors[builder->depth - 1] = anchor;
    return true;
}

static bool close_collection(struct yaml_reader *reader)
{
    struct tree_builder *builder = reader->builder;
    struct anchor *anchor = reader->frame_anchors[builder->depth - 1];

    if (tree_builder_frame(builder)->merges > 0 && !merge_expand(builder))
        return false;
    struct subtree subtree = tree_builder_close(builder);
    if (anchor)
        *anchor = (struct anchor){ subtree, false };
    tree_builder_add(builder, subtree);
    return true;
}

static bool on_list_start(struct yaml_reader *reader, const yaml_event_t *event)
{
    return open_collection(reader, NODE_LIST, event->data.sequence_start.anchor,
                           event->data.sequence_start.tag, position_of(event->start_mark));
}

static bool on_map_start(struct yaml_reader *reader, const yaml_event_t *event)
{
    return open_collection(reader, NODE_MAP, event->data.mapping_start.anchor,
                           event->data.mapping_start.tag, position_of(event->start_mark));
}

static bool on_collection_end(struct yaml_reader *reader, const yaml_event_t *event)
{
    (void)event;
    return close_collection(reader);
}

static bool on_document_start(struct yaml_reader *reader, const yaml_event_t *event)
{
    (void)event;
    map_free(&reader->anchors);
    reader->anchors = map_new();
    return true;
}

static bool on_stream_end(struct yaml_reader *reader, const yaml_event_t *event)
{
    (void)event;
    reader->ended = true;
    return true;
}

static bool (*const handlers[])(struct yaml_reader *, const yaml_event_t *) = {
    [YAML_DOCUMENT_START_EVENT] = on_document_start,
    [YAML_STREAM_END_EVENT] = on_stream_end,
    [YAML_ALIAS_EVENT] = on_alias,
    [YAML_SCALAR_EVENT] = on_scalar,
    [YAML_SEQUENCE_START_EVENT] = on_list_start,
    [YAML_SEQUENCE_END_EVENT] = on_collection_end,
    [YAML_MAPPING_START_EVENT] = on_map_start,
    [YAML_MAPPING_END_EVENT] = on_collection_end,
};

static bool check_tag_directives(struct yaml_reader *reader)
{
    const char *cursor = reader->text;
    const char *end = reader->text + reader->length;
    size_t count = 0;

    while ((cursor = memmem(cursor, (size_t)(end - cursor), "%TAG", 4))) {
        if (++count > TAG_DIRECTIVES_MAX)
            return tree_builder_fail(reader->builder, ERROR_LIMIT,
                                     text_position(reader->text, (size_t)(cursor - reader->text)),
                                     "there are more than %d %%TAG directives", TAG_DIRECTIVES_MAX);
        cursor += 4;
    }
    return true;
}

bool yaml_read(struct tree_builder *builder, const char *text, size_t length,
               enum yaml_schema schema)
{
    struct yaml_reader reader = {
        .builder = builder, .schema = schema, .text = text, .length = length
    };
    bool read = check_tag_directives(&reader);

    if (!read)
        return false;
    if (!yaml_parser_initialize(&reader.parser))
        memory_exhausted();
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, length);
    reader.anchors = map_new();

    while (read && !reader.ended) {
        yaml_event_t event;
        if (!yaml_parser_parse(&reader.parser, &event)) {
            read = fail_parse(&reader);
            break;
        }
        size_t type = (size_t)event.type;
        if (type < sizeof handlers / sizeof handlers[0] && handlers[type])
            read = handlers[type](&reader, &event);
        yaml_event_delete(&event);
    }
    map_free(&reader.anchors);
    yaml_parser_delete(&reader.parser);
    return read;
}
