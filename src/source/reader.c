#include <pilab/source/reader.h>

#include <string.h>
#include <strings.h>

#include <pilab/base/file.h>
#include <pilab/base/glob.h>
#include <pilab/git/mailmap.h>
#include <pilab/terraform/file.h>

#include "named_files.h"

#define DIGITS "0123456789"

/* "a/./b/../c" as "a/c", below `directory` unless it begins with a slash. NULL: it leads out. */
static const char *clean_path(struct arena *arena, const char *directory, const char *path)
{
    struct strbuf clean = STRBUF_INIT;
    const char *result = NULL;

    if (*path != '/')
        strbuf_add(&clean, directory);
    while (*path != '\0') {
        size_t length = strcspn(path, "/");

        if (length == 2 && strncmp(path, "..", 2) == 0) {
            const char *slash = strrchr(clean.data, '/');

            if (clean.length == 0)
                goto out;
            strbuf_truncate(&clean, slash != NULL ? (size_t)(slash - clean.data) : 0);
        } else if (length > 1 || (length == 1 && *path != '.')) {
            if (clean.length > 0)
                strbuf_add_char(&clean, '/');
            strbuf_add_bytes(&clean, path, length);
        }
        path += length + (path[length] == '/');
    }
    result = strbuf_to_arena(&clean, arena);
out:
    strbuf_release(&clean);
    return result;
}

/* One path, or several, one a line. When one leads out, all do. */
static void clean_paths(struct module_reader *reader, const char *paths)
{
    bool several = strchr(paths, '\n') != NULL;
    struct strbuf clean = STRBUF_INIT;
    const char *path;

    reader->home = NULL;
    reader->directory = NULL;
    for (;;) {
        size_t length = strcspn(paths, "\n");

        path = clean_path(reader->arena, "", arena_bytes(reader->arena, paths, length));
        if (path == NULL)
            break;
        if (reader->home == NULL)
            reader->home = path;
        if (clean.length > 0 && length > 0)
            strbuf_add_char(&clean, '\n');
        /* "./" among several is all of them, but an empty line is no path */
        strbuf_add(&clean, several && *path == '\0' && length > 0 ? "." : path);
        if (paths[length] == '\0')
            break;
        paths += length + 1;
    }
    if (path != NULL)
        reader->directory = strbuf_to_arena(&clean, reader->arena);
    strbuf_release(&clean);
}

void module_reader_start(struct module_reader *reader, const struct comparison_request *request,
                         const struct comparison_module *module, const struct well_known *names,
                         const struct progress *progress)
{
    *reader = (struct module_reader){ .request = request,
                                      .module = module,
                                      .names = names,
                                      .progress = progress,
                                      .threads = request->threads,
                                      .kept = STRBUF_INIT,
                                      .code = { .first_parent = request->first_parent } };
    reader->arena = arena_new();
    vector_init(&reader->documents, sizeof(struct document *));
    vector_init(&reader->configs, sizeof(struct config_input));
    module_reader_claims_start(reader);
    vector_init(&reader->sources, sizeof(struct drift_source));
    vector_init(&reader->problems, sizeof(struct drift_problem));
    clean_paths(reader, module->directory != NULL ? module->directory : "");
    reader->input.name = arena_text(reader->arena, module->name);
    reader->input.type = arena_text(reader->arena, module->type);
    reader->input.in_previous = module->previous != NULL;
    reader->input.in_current = module->current != NULL;
    reader->input.previous_version = arena_text(reader->arena, module->previous_version);
    reader->input.current_version = arena_text(reader->arena, module->current_version);
}

void module_reader_release(struct module_reader *reader)
{
    for (size_t i = 0; i < reader->documents.count; i++)
        document_free(vector_at(&reader->documents, i));
    vector_release(&reader->documents);
    vector_release(&reader->configs);
    module_reader_claims_release(reader);
    vector_release(&reader->sources);
    vector_release(&reader->problems);
    history_free(&reader->ahead);
    history_free(&reader->behind);
    strbuf_release(&reader->kept);
    mailmap_free(&reader->people);
    schema_diff_free(&reader->schema_diff);
    for (size_t i = 0; i < 2; i++) {
        schema_diff_free(&reader->outside_diffs[i]);
        schema_free(&reader->known_schemas[i]);
    }
    schema_free(&reader->previous_schema);
    schema_free(&reader->current_schema);
    arena_free(&reader->arena);
}

bool module_reader_wants(const struct module_reader *reader, enum drift_type type)
{
    return reader->request->types[type] && !reader->request->not_examined[type];
}

const char *module_reader_path(struct module_reader *reader, const char *path)
{
    return clean_path(reader->arena, reader->home, path);
}

const char *module_reader_count(struct module_reader *reader, size_t count, const char *thing)
{
    return arena_printf(reader->arena, "%zu %s%s", count, thing, count == 1 ? "" : "s");
}

void module_reader_source(struct module_reader *reader, enum drift_type type,
                          enum source_state state, const char *detail)
{
    struct drift_source *source = vector_add(&reader->sources);

    source->type = type;
    source->service = reader->input.name;
    source->state = state;
    source->at = state == SOURCE_READ ? clock_now(&reader->request->clock) : 0;
    source->detail = arena_text(reader->arena, detail);
}

void module_reader_partly(struct module_reader *reader, enum drift_type type, size_t read,
                          size_t unread, const char *detail)
{
    struct drift_source *source;

    module_reader_source(reader, type, unread > 0 ? SOURCE_FAILED : SOURCE_READ, detail);
    source = vector_at(&reader->sources, reader->sources.count - 1);
    source->read = unread > 0 ? read : 0;
    source->unread = unread;
}

/* Where "3:1: why" or "3: why" has its reason; NULL: it begins with no place. */
static const char *behind_line(const char *text, size_t *length)
{
    size_t line = strspn(text, DIGITS), column = 0;

    if (line > 0 && text[line] == ':')
        column = strspn(text + line + 1, DIGITS);
    *length = column > 0 ? line + 1 + column : line;
    return line > 0 && strncmp(text + *length, ": ", 2) == 0 ? text + *length + 2 : NULL;
}

/* The length of "a.yaml" in "a.yaml at v2" and "a.yaml" alone. */
static size_t name_length(const char *what)
{
    const char *end = strstr(what, " at ");

    return end != NULL ? (size_t)(end - what) : strlen(what);
}

/* How much of a message is the name that its place has, or the end of that; 0: nothing. */
static size_t named_length(const char *message, const char *what)
{
    size_t length = name_length(what), start = length;

    while (start > 0 && what[start - 1] != '/')
        start--;
    if (strncmp(message, what, length) == 0 && message[length] == ':')
        return length;
    return strncmp(message, what + start, length - start) == 0 && message[length - start] == ':'
               ? length - start
               : 0;
}

/* What a message says behind the place that it begins with; NULL: it begins otherwise. */
static const char *behind_place(struct arena *arena, const char *message, const char *what)
{
    size_t whole = strlen(what), name = named_length(message, what);

    if (strncmp(message, what, whole) == 0 && message[whole] == ' ')
        return arena_printf(arena, "it%s", message + whole);
    if (strncmp(message, what, whole) == 0 && strncmp(message + whole, ": ", 2) == 0)
        return message + whole + 2;
    return name > 0 && message[name + 1] == ' ' ? message + name + 2 : NULL;
}

/* What is said of the place already goes, and the line that is named goes there: of "a.yaml at v2",
 * "a.yaml:3:1: why" is "why" of "a.yaml:3:1 at v2". */
static void split_place(struct arena *arena, struct drift_problem *problem)
{
    const char *what = problem->what, *message = problem->why, *rest = message, *why;
    size_t name = name_length(what), line;

    /* "repository" is the kind of a thing, and not its place. */
    if (what[name] == '\0' && strpbrk(what, "/.") == NULL)
        return;
    why = behind_place(arena, message, what);
    if (why != NULL) {
        problem->why = why;
        return;
    }
    if (named_length(message, what) > 0)
        rest = message + named_length(message, what) + 1;
    why = behind_line(rest, &line);
    /* Without the name a number alone may be anything. */
    if (why == NULL || (rest == message && memchr(rest, ':', line) == NULL))
        return;
    problem->what =
        arena_printf(arena, "%.*s:%.*s%s", (int)name, what, (int)line, rest, what + name);
    problem->why = why;
}

void module_reader_problem(struct module_reader *reader, enum drift_type type, const char *what,
                           const struct error *error, bool warning)
{
    struct drift_problem *problem = vector_add(&reader->problems);

    problem->type = type;
    problem->service = reader->input.name;
    problem->what = arena_text(reader->arena, what);
    problem->why = arena_text(reader->arena, error->message);
    split_place(reader->arena, problem);
    problem->hint = error->hint[0] != '\0' ? arena_text(reader->arena, error->hint) : NULL;
    problem->warning = warning;
}

bool module_reader_fail(const struct module_reader *reader, struct error *error)
{
    const struct drift_problem *problem = vector_at(&reader->problems, reader->problems.count - 1);

    /* "x.yaml:2:3: …" names the file itself. */
    if (strncmp(problem->why, problem->what, strlen(problem->what)) == 0)
        error_set(error, ERROR_INVALID, "%s", problem->why);
    else
        error_set(error, ERROR_INVALID, "%s: %s", problem->what, problem->why);
    return problem->hint != NULL ? error_hint(error, "%s", problem->hint) : false;
}

bool module_reader_failed(struct module_reader *reader, const enum drift_type *types, size_t count,
                          const char *what, const struct error *error)
{
    bool told = false;

    if (error->code == ERROR_CANCELLED)
        return false;
    if (reader->failure.code == ERROR_NONE)
        reader->failure = *error;
    for (size_t i = 0; i < count; i++) {
        if (!module_reader_wants(reader, types[i]))
            continue;
        module_reader_source(reader, types[i], SOURCE_FAILED, error->message);
        if (!told)
            module_reader_problem(reader, types[i], what, error, false);
        told = true;
    }
    return true;
}

static struct document *keep_document(struct module_reader *reader, struct document *document)
{
    vector_push(&reader->documents, &document);
    return document;
}

/* "deploy/values.yaml at v2.0.7" */
static const char *place_of(struct module_reader *reader, const struct document_place *place,
                            const char *name)
{
    return place->label != NULL ? arena_printf(reader->arena, "%s at %s", name, place->label)
                                : name;
}

static void report_warnings(struct module_reader *reader, const struct document *document,
                            const char *what)
{
    for (size_t i = 0; i < document->warning_count; i++) {
        const struct document_warning *warning = &document->warnings[i];
        struct error error = { 0 };

        if (warning->line > 0)
            error_set(&error, ERROR_INVALID, "line %u: %s", warning->line, warning->message);
        else
            error_set(&error, ERROR_INVALID, "%s", warning->message);
        module_reader_problem(reader, DRIFT_CONFIG, what, &error, true);
    }
}

struct document *module_reader_parse(struct module_reader *reader, const char *name,
                                     const struct strbuf *content, struct error *error)
{
    struct document *document;
    bool helm = well_known_helm_values(reader->names, name);
    struct document_options options = { .schema = helm ? YAML_HELM : YAML_1_2,
                                        .allow_duplicate_keys = helm };
    enum document_format format;

    if (!document_format_of(name, &format)) {
        error_set(error, ERROR_UNSUPPORTED, "the name does not say which format it has");
        error_hint(error, NAMED_FILES_READ);
        return NULL;
    }
    document = document_read(name, content->data, content->length, format, &options, error);
    if (document == NULL)
        return NULL;
    /* It says itself which of its values are secret, which only who knows the form can heed. */
    if (document->count > 0 && terraform_is_document(document->roots[0])) {
        document_free(&document);
        error_set(error, ERROR_UNSUPPORTED,
                  "it is a plan or a state of Terraform, and no configuration");
        error_hint(error, "`pilab drift A B` compares two such files; in a project "
                          "`infrastructure` of the module in pilab.yaml names them");
        return NULL;
    }
    return keep_document(reader, document);
}

/* "plan.json" may be anything, and where it is a plan it is read as one; so is what the project
 * names. */
static bool read_as_infrastructure(struct module_reader *reader, const char *name,
                                   const struct error *error)
{
    const struct module_settings *settings = reader->module->settings;
    bool named = settings != NULL && !infrastructure_settings_empty(&settings->infrastructure);
    const char *path;

    if (error->code != ERROR_UNSUPPORTED || !module_reader_wants(reader, DRIFT_INFRASTRUCTURE))
        return false;
    if (!named)
        return strcasecmp(path_base_name(name), "plan.json") == 0;
    path = settings->infrastructure.plan;
    if (path != NULL && glob_match(path, name, '/'))
        return true;
    for (size_t i = 0; i < settings->infrastructure.state_count; i++) {
        if (glob_match(settings->infrastructure.state[i], name, '/'))
            return true;
    }
    return false;
}

struct config_side module_reader_document(struct module_reader *reader,
                                          const struct document_place *place, const char *name)
{
    struct config_side side = { .state = SIDE_ABSENT, .name = arena_text(reader->arena, name) };
    struct strbuf content = STRBUF_INIT;
    struct document *document = NULL;
    struct error error = { 0 };

    if (place->read(place->context, name, &content, &error))
        document = module_reader_parse(reader, name, &content, &error);
    else if (error.code == ERROR_NOT_FOUND)
        goto out;
    if (document != NULL) {
        report_warnings(reader, document, place_of(reader, place, side.name));
        side.document = document;
        side.state = SIDE_READ;
    } else if (!read_as_infrastructure(reader, name, &error)) {
        module_reader_problem(reader, DRIFT_CONFIG, place_of(reader, place, side.name), &error,
                              false);
        side.state = SIDE_BROKEN;
    }
out:
    strbuf_release(&content);
    return side;
}

/* Folds what was found; one document stands for itself. */
static void fold(struct module_reader *reader, const struct document_place *place,
                 const struct vector *found, struct config_side *side)
{
    struct error error = { 0 };
    struct document *folded;

    side->state = SIDE_READ;
    if (found->count == 1) {
        side->document = *(struct document **)vector_at(found, 0);
        return;
    }
    folded = document_layer(found->items, found->count, &error);
    if (folded == NULL) {
        error_hint(&error, "what is no layer of the others is named with a wildcard in `config` of "
                           "the module, as in \"k8s/*.yaml\": each such file is read by itself");
        module_reader_problem(reader, DRIFT_CONFIG, place_of(reader, place, side->name), &error,
                              false);
        side->state = SIDE_BROKEN;
        return;
    }
    report_warnings(reader, folded, place_of(reader, place, side->name));
    side->document = keep_document(reader, folded);
}

struct config_side module_reader_layers(struct module_reader *reader,
                                        const struct document_place *place,
                                        const char *const *layers, size_t count)
{
    struct config_side side = { .state = SIDE_ABSENT };
    struct vector found;
    struct strbuf names = STRBUF_INIT;

    vector_init(&found, sizeof(struct document *));
    for (size_t i = 0; i < count; i++) {
        struct config_side layer = module_reader_document(reader, place, layers[i]);

        if (layer.state == SIDE_ABSENT)
            continue;
        strbuf_printf(&names, "%s%s", names.length > 0 ? " + " : "", layers[i]);
        if (layer.state == SIDE_BROKEN)
            side.state = SIDE_BROKEN;
        else
            vector_push(&found, &layer.document);
    }
    if (names.length > 0)
        side.name = strbuf_to_arena(&names, reader->arena);
    if (found.count > 0 && side.state != SIDE_BROKEN)
        fold(reader, place, &found, &side);
    strbuf_release(&names);
    vector_release(&found);
    return side;
}

static const char *typing_of(const struct module_reader *reader, const char *name)
{
    enum document_format format;

    if (!document_format_of(name, &format))
        return NULL;
    if (format != DOCUMENT_YAML)
        return document_format_name(format);
    return well_known_helm_values(reader->names, name) ? "YAML 1.1 (Helm)" : "YAML 1.2";
}

void module_reader_config_broken(struct module_reader *reader, const char *name)
{
    enum document_format format;
    bool known = document_format_of(name, &format);

    reader->broken++;
    reader->broken_images += !known || format == DOCUMENT_YAML || format == DOCUMENT_JSON;
}

static bool says_something(const struct document *document)
{
    for (size_t i = 0; i < document->count; i++) {
        const struct node *root = document->roots[i];
        bool holds = root->kind == NODE_MAP || root->kind == NODE_LIST;

        if (holds ? root->count > 0 : root->kind != NODE_NULL)
            return true;
    }
    return false;
}

/* All that was in it is told as removed, which is right, unless it was emptied by mistake. */
static void report_emptied(struct module_reader *reader, const struct config_side *previous,
                           const struct config_side *current)
{
    struct error error = { 0 };

    if (previous->state != SIDE_READ || current->state != SIDE_READ ||
        !says_something(previous->document) || says_something(current->document))
        return;
    error_set(&error, ERROR_INVALID, "it says nothing any more, and did before");
    error_hint(&error, "It may have been cut when it was written: look whether that is meant.");
    module_reader_problem(reader, DRIFT_CONFIG, current->name, &error, true);
}

void module_reader_add_config(struct module_reader *reader, const char *name,
                              const struct config_side *previous, const struct config_side *current)
{
    struct config_input *config;

    if (previous->state == SIDE_BROKEN || current->state == SIDE_BROKEN) {
        module_reader_config_broken(reader, name);
        return;
    }
    if (previous->state == SIDE_ABSENT && current->state == SIDE_ABSENT)
        return;
    report_emptied(reader, previous, current);
    reader->compared++;
    config = vector_add(&reader->configs);
    config->name = arena_text(reader->arena, name);
    config->previous = previous->document;
    config->current = current->document;
    config->previous_name = previous->state == SIDE_READ ? previous->name : NULL;
    config->current_name = current->state == SIDE_READ ? current->name : NULL;
    config->typing = typing_of(reader, name);
    config->secrets = well_known_secrets(reader->names, name);
}

void module_reader_config_done(struct module_reader *reader)
{
    const char *all = module_reader_count(reader, reader->compared + reader->broken, "document");
    const char *detail = all;

    if (reader->broken > 0)
        detail = arena_printf(reader->arena, "%zu of %s could not be read", reader->broken, all);
    if (reader->unasked > 0)
        detail = arena_printf(reader->arena, "%s; what the code reads is not known", detail);
    module_reader_partly(reader, DRIFT_CONFIG, reader->compared, reader->broken + reader->unasked,
                         detail);
}
