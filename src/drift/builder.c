#include <pilab/drift/builder.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/digest.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/drift/lines.h>
#include <pilab/drift/mask.h>

#include "secret_nodes.h"

#define IDENTITY_DIGITS 16

static struct drift_side copy_side(struct arena *arena, const struct drift_side *side)
{
    return (struct drift_side){
        .spec = arena_text(arena, side->spec),
        .label = arena_text(arena, side->label),
        .environment = arena_text(arena, side->environment),
        .resolved = arena_text(arena, side->resolved),
        .chosen = arena_text(arena, side->chosen),
        .list_digest = arena_text(arena, side->list_digest),
        .layers = arena_text(arena, side->layers),
    };
}

static void copy_sources(struct report_builder *builder, const struct drift_input *input)
{
    for (size_t i = 0; i < input->source_count; i++) {
        struct drift_source *source = vector_add(&builder->sources);

        *source = input->sources[i];
        source->service = arena_text(builder->arena, source->service);
        source->detail = arena_text(builder->arena, source->detail);
    }
}

static void copy_problems(struct report_builder *builder, const struct drift_input *input)
{
    for (size_t i = 0; i < input->problem_count; i++) {
        const struct drift_problem *problem = &input->problems[i];

        builder_add_problem(builder, problem->type, problem->service, problem->what, problem->why,
                            problem->hint, problem->warning);
    }
}

void report_builder_start(struct report_builder *builder, const struct drift_input *input)
{
    struct arena *arena = arena_new();
    struct drift_report *report = arena_alloc(arena, sizeof *report);
    struct random random = input->random;

    *builder = (struct report_builder){ .input = input, .report = report, .arena = arena };
    vector_init(&builder->items, sizeof(struct drift_item));
    vector_init(&builder->codes, sizeof(struct drift_code));
    vector_init(&builder->configs, sizeof(struct drift_config));
    vector_init(&builder->parts, sizeof(struct drift_part));
    vector_init(&builder->changes, sizeof(struct drift_change));
    vector_init(&builder->sources, sizeof(struct drift_source));
    vector_init(&builder->problems, sizeof(struct drift_problem));
    builder->rules = rule_set_new(input->rules, input->rule_count);
    builder->rule_hits = memory_array(rule_set_count(builder->rules), sizeof *builder->rule_hits);
    vector_init(&builder->fired, sizeof(const struct rule *));
    vector_init(&builder->within, sizeof(struct within_hit));
    builder->expected = expected_set_new(input);
    builder->identities = map_new();
    builder->decided = input->decided_count > 0 ? map_new() : NULL;
    for (size_t i = 0; i < input->decided_count; i++)
        map_put(builder->decided, input->decided[i].id, (void *)(uintptr_t)&input->decided[i]);
    builder->now = clock_now(&input->clock);

    report->arena = arena;
    uuid_new(&input->clock, &random, report->id);
    report->project = arena_text(arena, input->project);
    report->project_code = arena_text(arena, input->project_code);
    report->module = arena_text(arena, input->module);
    report->scope = arena_text(arena, input->scope);
    report->created_at = builder->now;
    report->previous = copy_side(arena, &input->previous);
    report->current = copy_side(arena, &input->current);
    copy_sources(builder, input);
    copy_problems(builder, input);
}

static bool is_partial(const struct drift_report *report)
{
    for (size_t i = 0; i < report->source_count; i++) {
        if (report->sources[i].state == SOURCE_FAILED)
            return true;
    }
    for (size_t i = 0; i < report->problem_count; i++) {
        if (!report->problems[i].warning)
            return true;
    }
    return false;
}

/* Moves a vector into the report's arena; returns the items and their number. */
static void *settle(struct vector *vector, struct arena *arena, size_t *count)
{
    void *items = vector_to_arena(vector, arena);

    *count = vector->count;
    vector_release(vector);
    return items;
}

struct drift_report *report_builder_finish(struct report_builder *builder)
{
    struct drift_report *report = builder->report;
    struct arena *arena = builder->arena;

    report->sources = settle(&builder->sources, arena, &report->source_count);
    report->codes = settle(&builder->codes, arena, &report->code_count);
    report->configs = settle(&builder->configs, arena, &report->config_count);
    report->parts = settle(&builder->parts, arena, &report->part_count);
    report->changes = settle(&builder->changes, arena, &report->change_count);
    report->items = settle(&builder->items, arena, &report->item_count);
    report->problems = settle(&builder->problems, arena, &report->problem_count);
    rule_set_free(&builder->rules);
    vector_release(&builder->fired);
    vector_release(&builder->within);
    free(builder->rule_hits);
    expected_set_free(&builder->expected);
    secret_nodes_free(&builder->secrets);
    map_free(&builder->identities);
    map_free(&builder->decided);
    report->run = is_partial(report) ? RUN_PARTIAL : RUN_COMPLETED;
    report_summarize(report);
    drift_lines_measure(report);
    *builder = (struct report_builder){ 0 };
    return report;
}

static void add_part(struct strbuf *identity, const char *text)
{
    strbuf_add(identity, text);
    strbuf_add_char(identity, '\0');
}

/* The first 16 digits of the SHA-256 over type, service, category and path; a second difference of
 * that identity takes its ordinal in, so that each has an id of its own. */
static const char *make_identity(struct report_builder *builder, const struct drift_item *item,
                                 const char *apart)
{
    struct strbuf identity = STRBUF_INIT;
    char digest[SHA256_HEX_SIZE];
    uintptr_t earlier;

    add_part(&identity, drift_type_name(item->type));
    add_part(&identity, item->service);
    add_part(&identity, item->category);
    strbuf_add(&identity, item->path);
    if (apart != NULL) {
        strbuf_add_char(&identity, '\0');
        strbuf_add(&identity, apart);
    }
    earlier = (uintptr_t)map_get_bytes(builder->identities, identity.data, identity.length);
    map_put_bytes(builder->identities, identity.data, identity.length, (void *)(earlier + 1));
    if (earlier > 0) {
        strbuf_add_char(&identity, '\0');
        strbuf_printf(&identity, "%ju", (uintmax_t)earlier);
    }
    sha256_hex(identity.data, identity.length, digest);
    strbuf_release(&identity);
    return arena_bytes(builder->arena, digest, IDENTITY_DIGITS);
}

struct drift_item *builder_add_item(struct report_builder *builder, enum drift_type type,
                                    const char *category, const char *module, const char *service,
                                    const char *path, const char *key)
{
    struct drift_item *item = vector_add(&builder->items);
    struct arena *arena = builder->arena;

    item->type = type;
    item->category = arena_text(arena, category);
    item->module = arena_text(arena, module);
    item->service = arena_text(arena, service);
    item->path = arena_text(arena, path);
    item->key = arena_text(arena, key);
    item->id = make_identity(builder, item, NULL);
    return item;
}

void builder_tell_apart(struct report_builder *builder, struct drift_item *item, const char *by)
{
    item->id = make_identity(builder, item, by);
}

void builder_source_failed(struct report_builder *builder, enum drift_type type,
                           const char *service)
{
    for (size_t i = 0; i < builder->sources.count; i++) {
        struct drift_source *source = vector_at(&builder->sources, i);

        if (source->type != type || source->service == NULL ||
            strcmp(source->service, service) != 0)
            continue;
        source->read += source->state == SOURCE_READ;
        source->state = SOURCE_FAILED;
        source->unread++;
    }
}

void builder_bind_text(const struct report_builder *builder, struct strbuf *all, const char *name,
                       const char *text)
{
    if (text != NULL && builder->input->fingerprint != NULL)
        strbuf_add(all, text);
    else if (text != NULL)
        mask_value(all, name, text, strlen(text));
    strbuf_add_char(all, text != NULL); /* an empty text is none of those that are not there */
    strbuf_add_char(all, '\0');
}

void builder_bind(struct report_builder *builder, struct drift_item *item, const struct strbuf *all)
{
    const struct drift_input *input = builder->input;
    char digest[SHA256_HEX_SIZE], fingerprint[9];

    if (input->fingerprint != NULL) {
        input->fingerprint(input->fingerprint_context, all->data, all->length, fingerprint);
        item->substance = arena_text(builder->arena, fingerprint);
    } else {
        sha256_hex(all->data, all->length, digest);
        item->substance = arena_bytes(builder->arena, digest, IDENTITY_DIGITS);
    }
}

void builder_add_problem(struct report_builder *builder, enum drift_type type, const char *service,
                         const char *what, const char *why, const char *hint, bool warning)
{
    struct drift_problem *problem = vector_add(&builder->problems);

    problem->type = type;
    problem->service = arena_text(builder->arena, service);
    problem->what = arena_text(builder->arena, what);
    problem->why = arena_text(builder->arena, why);
    problem->hint = arena_text(builder->arena, hint);
    problem->warning = warning;
}
