/*
 * Reads the files of Terraform and OpenTofu of both sides: those that the project names, else those
 * whose names are well known.
 */
#include <string.h>
#include <strings.h>

#include <pilab/base/digest.h>
#include <pilab/base/file.h>
#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/drift/infrastructure.h>
#include <pilab/source/type_source.h>

#include "infrastructure_own.h"
#include "infrastructure_source.h"
#include "one_side.h"

/* Nobody compares more of them at once. */
#define MOST_FILES 2000

enum { PREVIOUS, CURRENT, SIDES };

struct work {
    struct module_reader *reader;
    const struct place *places[SIDES];
    struct vector pairs; /* struct infrastructure_pair */
    size_t seen, broken; /* files that were looked at, and those that could not be read */
    bool guessing;       /* nobody named the files: well-known names do */
};

/* What became of one side's file. */
struct side_file {
    enum side_state state;
    const struct terraform_file *file; /* SIDE_READ */
    char digest[SHA256_HEX_SIZE];      /* likewise: of its bytes */
    /* SIDE_ABSENT: only its name speaks for a plan, and it could not be read as one. */
    const struct error *doubt;
    bool alike; /* and something in it does, too */
};

/* ---- names ---- */

static bool ends_with(const char *name, const char *suffix)
{
    size_t length = strlen(name), suffix_length = strlen(suffix);

    return length >= suffix_length && strcasecmp(name + length - suffix_length, suffix) == 0;
}

/* Files that nobody takes for anything else. */
static bool claims(const char *path)
{
    const char *name = path_base_name(path);

    return ends_with(name, ".tfstate") || terraform_is_variables(name) ||
           strcasecmp(name, "tfplan.json") == 0 || ends_with(name, ".tfplan.json");
}

/* "plan.json" may be anything: what is in it decides. */
static bool may_be_plan(const char *path)
{
    return strcasecmp(path_base_name(path), "plan.json") == 0;
}

/* What stands below these is made for tests, or is a copy of others' work. */
static bool is_well_known(const char *path, void *context)
{
    (void)context;
    return (claims(path) || may_be_plan(path)) &&
           !glob_match_fold("{,**/}{.terraform,.terragrunt-cache,test,tests,testdata,fixtures,"
                            "example,examples,node_modules,vendor}/**",
                            path, '/');
}

/* ---- one file ---- */

static void report(struct work *work, int side, const char *name, const struct error *error,
                   bool warning)
{
    const struct place *place = work->places[side];
    const char *what = name;

    if (place->label != NULL)
        what = place->single ? place->label
                             : arena_printf(work->reader->arena, "%s at %s", name, place->label);
    module_reader_problem(work->reader, DRIFT_INFRASTRUCTURE, what, error, warning);
}

/* "file:3: why" is said of the file already. */
static void drop_name(struct error *error, const char *name)
{
    size_t length = strlen(name);

    if (strncmp(error->message, name, length) == 0 && error->message[length] == ':') {
        size_t blank = error->message[length + 1] == ' ';

        memmove(error->message, error->message + length + 1 + blank,
                strlen(error->message + length + 1 + blank) + 1);
    }
}

static struct side_file broken_file(struct work *work, int side, const char *name,
                                    struct error *error)
{
    drop_name(error, name);
    report(work, side, name, error, false);
    return (struct side_file){ .state = SIDE_BROKEN };
}

/* What is no plan is no concern of ours, unless something in it or on the other side says that it
 * is meant to be one. */
static struct side_file doubt_file(struct work *work, const struct strbuf *text,
                                   const struct error *error)
{
    struct error *doubt = arena_alloc(work->reader->arena, sizeof *doubt);

    *doubt = *error;
    return (struct side_file){ .state = SIDE_ABSENT,
                               .doubt = doubt,
                               .alike = strstr(text->data, "\"resource_changes\"") != NULL ||
                                        strstr(text->data, "\"terraform_version\"") != NULL ||
                                        strstr(text->data, "\"planned_values\"") != NULL };
}

static struct side_file parse_file(struct work *work, int side, const char *name,
                                   const struct strbuf *text)
{
    struct error error = { 0 };
    struct side_file read;
    struct terraform_file *file = terraform_file_read(name, text->data, text->length, &error);

    if (file == NULL && work->guessing && may_be_plan(name) &&
        (error.code == ERROR_UNSUPPORTED || !work->places[side]->single)) /* a person named it */
        return doubt_file(work, text, &error);
    if (file == NULL)
        return broken_file(work, side, name, &error);
    terraform_file_adopt(work->reader->arena, file);
    read = (struct side_file){ .state = SIDE_READ, .file = file };
    sha256_hex(text->data, text->length, read.digest);
    return read;
}

/* NULL: it is not on that side. */
static struct side_file read_file(struct work *work, int side, const char *name)
{
    struct side_file read = { .state = SIDE_ABSENT };
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };

    if (name == NULL)
        return read;
    if (place_read(work->places[side], name, &text, &error))
        read = parse_file(work, side, name, &text);
    else if (error.code != ERROR_NOT_FOUND)
        read = broken_file(work, side, name, &error);
    strbuf_release(&text);
    return read;
}

/* ---- pairs ---- */

static bool is_state(const struct terraform_file *file)
{
    return file->kind == TERRAFORM_STATE || file->kind == TERRAFORM_RAW_STATE;
}

static void warn_one_sided(struct work *work, int side, const char *name)
{
    struct error error = { 0 };

    error_set(&error, ERROR_NOT_FOUND,
              "this state is on one side only: there is nothing to "
              "compare it with");
    report(work, side, name, &error, true);
}

static void refuse_kinds(struct work *work, const char *name, const struct terraform_file *previous,
                         const struct terraform_file *current)
{
    struct error error = { 0 };

    error_set(&error, ERROR_UNSUPPORTED, "a %s cannot be compared with a %s",
              terraform_kind_name(previous->kind), terraform_kind_name(current->kind));
    report(work, CURRENT, name, &error, false);
    work->broken++;
}

static void add_pair(struct work *work, const char *name, const struct side_file *previous,
                     const struct side_file *current)
{
    const struct terraform_file *before = previous->file, *after = current->file;
    struct infrastructure_pair *pair;

    /* One plan on both sides is what neither changes. */
    if (before != NULL && after != NULL && after->kind == TERRAFORM_PLAN &&
        strcmp(previous->digest, current->digest) == 0)
        return;
    /* What previous planned has nothing to do with what current would do. */
    if (before != NULL && before->kind == TERRAFORM_PLAN)
        before = NULL;
    if (after != NULL && after->kind == TERRAFORM_PLAN)
        before = NULL;
    if (before == NULL && after == NULL)
        return;
    if (before != NULL && after != NULL && before->kind != after->kind &&
        !(is_state(before) && is_state(after))) {
        refuse_kinds(work, name, before, after);
        return;
    }
    if ((before == NULL && is_state(after)) || (after == NULL && is_state(before))) {
        warn_one_sided(work, before == NULL ? CURRENT : PREVIOUS, name);
        return;
    }
    pair = vector_add(&work->pairs);
    *pair = (struct infrastructure_pair){ .name = arena_text(work->reader->arena, name),
                                          .previous = before,
                                          .current = after };
}

static void settle_doubt(struct work *work, int side, const char *name, struct side_file *file,
                         const struct side_file *other)
{
    struct error error;

    if (file->doubt == NULL || (other->state != SIDE_READ && !file->alike))
        return;
    error = *file->doubt;
    *file = broken_file(work, side, name, &error);
}

/* Reads both and pairs them; either name may be NULL. */
static void compare_names(struct work *work, const char *previous, const char *current)
{
    struct side_file before = read_file(work, PREVIOUS, previous);
    struct side_file after = read_file(work, CURRENT, current);

    settle_doubt(work, PREVIOUS, previous, &before, &after);
    settle_doubt(work, CURRENT, current, &after, &before);
    if (before.state == SIDE_ABSENT && after.state == SIDE_ABSENT)
        return;
    work->seen++;
    if (before.state == SIDE_BROKEN || after.state == SIDE_BROKEN)
        work->broken++;
    else
        add_pair(work, current != NULL ? current : previous, &before, &after);
}

/* ---- lists of files ---- */

static bool list_side(struct work *work, int side, bool (*wanted)(const char *path, void *context),
                      void *context, struct place_list *list, struct error *error)
{
    struct module_reader *reader = work->reader;

    if (!place_list(work->places[side], work->places[side]->repository ? reader->directory : "",
                    wanted, context, reader->arena, list, reader->progress, error))
        return false;
    if (list->count <= MOST_FILES)
        return true;
    error_set(error, ERROR_LIMIT, "there are more than %d plans, states and files of variables",
              MOST_FILES);
    return error_hint(error, "name those that count: `infrastructure` of the module in pilab.yaml");
}

/* Both lists are by path: one pass pairs them. */
static bool pair_lists(struct work *work, const struct place_list lists[SIDES], struct error *error)
{
    size_t i = 0, j = 0;

    while (i < lists[PREVIOUS].count || j < lists[CURRENT].count) {
        const struct place_file *a = i < lists[PREVIOUS].count ? &lists[PREVIOUS].files[i] : NULL;
        const struct place_file *b = j < lists[CURRENT].count ? &lists[CURRENT].files[j] : NULL;
        int order = a == NULL ? 1 : b == NULL ? -1 : strcmp(a->path, b->path);

        if (!progress_check(work->reader->progress, error))
            return false;
        if (order == 0 && place_same(a, b))
            work->seen++;
        else
            compare_names(work, order <= 0 ? a->path : NULL, order >= 0 ? b->path : NULL);
        i += order <= 0;
        j += order >= 0;
    }
    return true;
}

/* Each environment's own, where both are compared as they are. */
static bool pair_own(struct work *work, struct place_list lists[SIDES], struct error *error)
{
    size_t count;
    const struct own_files *own =
        infrastructure_own_files(work->places, lists, work->reader->arena, &count);

    for (size_t i = 0; i < count; i++) {
        if (!progress_check(work->reader->progress, error))
            return false;
        compare_names(work, own[i].previous, own[i].current);
    }
    return true;
}

static bool compare_matching(struct work *work, bool (*wanted)(const char *path, void *context),
                             void *context, struct error *error)
{
    struct place_list lists[SIDES];

    return list_side(work, PREVIOUS, wanted, context, &lists[PREVIOUS], error) &&
           list_side(work, CURRENT, wanted, context, &lists[CURRENT], error) &&
           pair_own(work, lists, error) && pair_lists(work, lists, error);
}

/* ---- what the project names ---- */

static bool matches(const char *path, void *context)
{
    return glob_match(context, path, '/');
}

static void report_missing(struct work *work, const char *path)
{
    struct error error = { 0 };

    error_set(&error, ERROR_NOT_FOUND, "the project names it, and it is on neither side");
    error_hint(&error, "see `infrastructure` of the module; " MODULE_PATHS_START);
    module_reader_problem(work->reader, DRIFT_INFRASTRUCTURE, path, &error, false);
    work->seen++;
    work->broken++;
}

/* A file that is named with an environment has another name on each side. */
static bool compare_named(struct work *work, const char *path, struct error *error)
{
    struct module_reader *reader = work->reader;
    const char *clean = module_reader_path(reader, path);
    size_t seen = work->seen;

    if (clean == NULL)
        clean = path; /* it leads out: nothing is there */
    if (!progress_check(reader->progress, error))
        return false;
    if (strpbrk(clean, "*?[") != NULL) {
        if (!compare_matching(work, matches, (void *)(uintptr_t)clean, error))
            return false;
    } else {
        compare_names(work, place_environment_path(work->places[PREVIOUS], clean, reader->arena),
                      place_environment_path(work->places[CURRENT], clean, reader->arena));
    }
    if (work->seen == seen)
        report_missing(work, path);
    return true;
}

static bool compare_settings(struct work *work, const struct infrastructure_settings *settings,
                             struct error *error)
{
    bool ok = settings->plan == NULL || compare_named(work, settings->plan, error);

    for (size_t i = 0; ok && i < settings->state_count; i++)
        ok = compare_named(work, settings->state[i], error);
    for (size_t i = 0; ok && i < settings->tfvars_count; i++)
        ok = compare_named(work, settings->tfvars[i], error);
    return ok;
}

/* ---- two files, or one that is a plan ---- */

/* One file, which a person named alone or beside itself. */
static bool compare_one(struct work *work, const char *name, struct error *error)
{
    struct side_file file = read_file(work, CURRENT, name), none = { .state = SIDE_ABSENT };
    const struct module_reader *reader = work->reader;

    if (file.state == SIDE_BROKEN)
        return reader->request->alone && !reader->named.known && !ends_with(name, ".json")
                   ? one_side_refuse(work->places[CURRENT]->root, error)
                   : module_reader_fail(reader, error);
    if (file.state == SIDE_READ && file.file->kind != TERRAFORM_PLAN && !reader->request->alone) {
        work->seen++;
        return true;
    }
    if (file.state == SIDE_ABSENT || file.file->kind != TERRAFORM_PLAN) {
        error_set(error, ERROR_UNSUPPORTED, "%s is no plan: it holds one side only",
                  work->places[CURRENT]->root);
        return error_hint(error, "name the other side, too; a plan as \"terraform show -json\" "
                                 "writes it holds both");
    }
    work->seen++;
    add_pair(work, name, &none, &file);
    return true;
}

static bool compare_two(struct work *work, const char *previous, const char *current,
                        struct error *error)
{
    struct side_file before = read_file(work, PREVIOUS, previous);
    struct side_file after = read_file(work, CURRENT, current);

    if (before.state != SIDE_READ || after.state != SIDE_READ) {
        if (before.state == SIDE_BROKEN || after.state == SIDE_BROKEN)
            return module_reader_fail(work->reader, error);
        return error_set(error, ERROR_UNSUPPORTED, "%s is no plan of Terraform or OpenTofu",
                         before.state != SIDE_READ ? previous : current);
    }
    if (before.file->kind == TERRAFORM_PLAN || after.file->kind == TERRAFORM_PLAN) {
        error_set(error, ERROR_UNSUPPORTED, "a plan holds both sides already");
        return error_hint(error, "compare it alone: `pilab drift %s`",
                          work->places[after.file->kind == TERRAFORM_PLAN]->root);
    }
    if (before.file->kind != after.file->kind && !(is_state(before.file) && is_state(after.file)))
        return error_set(error, ERROR_UNSUPPORTED, "a %s cannot be compared with a %s",
                         terraform_kind_name(before.file->kind),
                         terraform_kind_name(after.file->kind));
    work->seen++;
    add_pair(work, current, &before, &after);
    return true;
}

static bool asked_for_others(const struct module_reader *reader)
{
    for (int type = 0; type < DRIFT_TYPE_COUNT; type++) {
        if (type != DRIFT_INFRASTRUCTURE && reader->request->types[type])
            return true;
    }
    return false;
}

static bool compare_files(struct work *work, struct error *error)
{
    const struct place *previous = work->places[PREVIOUS], *current = work->places[CURRENT];
    const char *before = path_base_name(previous->root), *after = path_base_name(current->root);

    if (strcmp(previous->root, current->root) == 0)
        return compare_one(work, after, error);
    return compare_two(work, before, after, error);
}

/* Files of another type that nobody wants compared as infrastructure. */
static bool is_no_concern(const struct work *work)
{
    const struct place *previous = work->places[PREVIOUS];
    const struct named_files *named = &work->reader->named;

    return previous->single && asked_for_others(work->reader) &&
           !(named->known && named->type == DRIFT_INFRASTRUCTURE);
}

/* ---- all of it ---- */

static void hand_over(struct work *work)
{
    struct module_reader *reader = work->reader;
    struct infrastructure_input *input = arena_alloc(reader->arena, sizeof *input);
    const char *all = module_reader_count(reader, work->seen, "file");

    input->pair_count = work->pairs.count;
    input->pairs = vector_to_arena(&work->pairs, reader->arena);
    if (work->pairs.count > 0)
        reader->input.infrastructure = input;
    if (work->broken > 0)
        module_reader_partly(reader, DRIFT_INFRASTRUCTURE, work->seen - work->broken, work->broken,
                             arena_printf(reader->arena, "%s could not be read",
                                          module_reader_count(reader, work->broken, "file")));
    else if (work->seen == 0)
        module_reader_source(reader, DRIFT_INFRASTRUCTURE, SOURCE_NOT_CONFIGURED,
                             "no plan, state or file of variables");
    else
        module_reader_source(reader, DRIFT_INFRASTRUCTURE, SOURCE_READ, all);
}

static bool compare(struct work *work, struct error *error)
{
    const struct module_settings *settings = work->reader->module->settings;

    if (work->places[PREVIOUS]->single)
        return compare_files(work, error);
    if (settings != NULL && !infrastructure_settings_empty(&settings->infrastructure))
        return compare_settings(work, &settings->infrastructure, error);
    work->guessing = true;
    return compare_matching(work, is_well_known, NULL, error);
}

static bool read_infrastructure(struct module_reader *reader, const struct place *previous,
                                const struct place *current, struct error *error)
{
    struct work work = {
        .reader = reader, .places = {previous, current}
    };
    bool ok;

    if (is_no_concern(&work))
        return true;
    vector_init(&work.pairs, sizeof(struct infrastructure_pair));
    ok = compare(&work, error);
    if (ok)
        hand_over(&work);
    vector_release(&work.pairs);
    return ok;
}

const struct type_source infrastructure_source = {
    .type = DRIFT_INFRASTRUCTURE,
    .what = "plans, states and files of variables",
    .claims = claims,
    .read = read_infrastructure,
};
