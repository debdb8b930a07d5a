#include <pilab/source/reader.h>

#include <string.h>

#include <pilab/base/real.h>

static bool stands_for(const struct observed_file *file, const char *wanted)
{
    if (file->stands_for == NULL || wanted == NULL)
        return file->stands_for == wanted;
    return strcmp(file->stands_for, wanted) == 0;
}

static struct document *read_one(struct module_reader *reader, const struct observed_file *file,
                                 const char *typed_as, struct error *error)
{
    bool helm = well_known_helm_values(reader->names, typed_as) ||
                well_known_helm_values(reader->names, file->name);
    const struct document_options options = { .schema = helm ? YAML_HELM : YAML_1_2,
                                              .allow_duplicate_keys = helm };
    struct document *document =
        document_read(file->name, file->text, file->length, file->format, &options, error);

    if (document != NULL)
        vector_push(&reader->documents, &document);
    return document;
}

static void refuse(struct module_reader *reader, const char *name, const struct error *error,
                   struct config_side *side)
{
    module_reader_problem(reader, DRIFT_CONFIG, arena_printf(reader->arena, "%s as observed", name),
                          error, false);
    side->state = SIDE_BROKEN;
}

static void fold(struct module_reader *reader, const struct vector *found, struct config_side *side)
{
    struct error error = { 0 };
    struct document *folded;

    side->state = SIDE_READ;
    side->document = *(struct document **)vector_at(found, 0);
    if (found->count == 1)
        return;
    folded = document_layer(found->items, found->count, &error);
    side->document = folded;
    if (folded != NULL)
        vector_push(&reader->documents, &folded);
    else
        refuse(reader, side->name, &error, side);
}

struct config_side observed_config_read(struct module_reader *reader,
                                        const struct observed_file *files, size_t count,
                                        const char *wanted, const char *typed_as)
{
    struct config_side side = { .state = SIDE_ABSENT };
    struct strbuf names = STRBUF_INIT;
    struct vector found;

    vector_init(&found, sizeof(struct document *));
    for (size_t i = 0; i < count; i++) {
        struct error error = { 0 };
        struct document *document;

        if (!stands_for(&files[i], wanted))
            continue;
        strbuf_printf(&names, "%s%s", names.length > 0 ? " + " : "", files[i].name);
        document = read_one(reader, &files[i], typed_as, &error);
        if (document != NULL)
            vector_push(&found, &document);
        else
            refuse(reader, files[i].name, &error, &side);
    }
    if (names.length > 0)
        side.name = strbuf_to_arena(&names, reader->arena);
    if (found.count > 0 && side.state != SIDE_BROKEN)
        fold(reader, &found, &side);
    strbuf_release(&names);
    vector_release(&found);
    return side;
}

/* --- Types ------------------------------------------------------------------------------------ */

static bool is_integer(const char *text)
{
    text += *text == '-';
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static bool is_number(const char *text)
{
    char *end;

    real_read(text, &end);
    return end != text && *end == '\0';
}

/* What a text would be with the type that is expected there; NODE_STRING: still a text. */
static enum node_kind kind_as(const struct node *expected, const char *text)
{
    switch (expected->kind) {
    case NODE_BOOL:
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 ? NODE_BOOL : NODE_STRING;
    case NODE_INTEGER:
        return is_integer(text) ? NODE_INTEGER : NODE_STRING;
    case NODE_FLOAT:
        return is_number(text) ? NODE_FLOAT : NODE_STRING;
    default:
        return NODE_STRING;
    }
}

static struct node *typed(struct arena *arena, const struct node *expected, const struct node *seen)
{
    struct node *copy = arena_alloc(arena, sizeof *copy);

    *copy = *seen;
    if (expected == NULL)
        return copy;
    if (seen->kind == NODE_STRING && strlen(seen->text) == seen->length) {
        /* As it is written there, whatever its canonical form: 0755, yes, 1.10. */
        bool same = expected->text != NULL && strcmp(expected->text, seen->text) == 0 &&
                    expected->kind != NODE_NULL;

        copy->kind = same ? expected->kind : kind_as(expected, seen->text);
        copy->value = same ? expected->value : seen->value;
        return copy;
    }
    if (seen->kind != NODE_MAP || expected->kind != NODE_MAP)
        return copy;
    copy->children = arena_array(arena, seen->count + 1, sizeof(struct node *));
    for (size_t i = 0; i < seen->count; i++)
        copy->children[i] =
            typed(arena, node_get(expected, seen->children[i]->key), seen->children[i]);
    return copy;
}

/* JSON can tell types apart; a ConfigMap that came as JSON has none to tell. */
static bool is_of_texts(const struct node *map)
{
    for (size_t i = 0; i < map->count; i++) {
        if (map->children[i]->kind != NODE_STRING)
            return false;
    }
    return map->kind == NODE_MAP;
}

void observed_config_type(struct module_reader *reader, const struct config_side *expected,
                          struct config_side *observed)
{
    const struct document *seen = observed->document;
    struct document *copy;

    if (expected->state != SIDE_READ || observed->state != SIDE_READ ||
        expected->document->count != 1 || seen->count != 1 || !is_of_texts(seen->roots[0]))
        return;
    copy = arena_alloc(reader->arena, sizeof *copy);
    *copy = *seen;
    copy->roots = arena_array(reader->arena, 1, sizeof(struct node *));
    copy->roots[0] = typed(reader->arena, expected->document->roots[0], seen->roots[0]);
    observed->document = copy;
}
