#include "source_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "../../support/documents.h"

#define FROZEN_AT INT64_C(1737556200000) /* 2025-01-22T14:30:00Z */

int work_setup(void **state)
{
    struct work *work = memory_new(sizeof *work);

    work->fixture = fixture_new();
    work->build = fixture_builder(work->fixture);
    work->modules[0] = (struct comparison_module){
        .name = "auth", .repository = fixture_path(work->fixture), .previous = "v1", .current = "v2"
    };
    work->request = (struct comparison_request){
        .previous = {.spec = "v1",         .label = "v1"        },
        .current = { .spec = "v2",        .label = "v2"        },
        .modules = work->modules,
        .module_count = 1,
        .types = { [DRIFT_CODE] = true, [DRIFT_CONFIG] = true},
        .threads = 1,
        .clock = clock_frozen(FROZEN_AT),
        .random = random_seeded(1),
    };
    *state = work;
    return 0;
}

int work_teardown(void **state)
{
    struct work *work = *state;

    comparison_free(&work->comparison);
    fixture_free(&work->fixture);
    free(work);
    return 0;
}

struct object_id work_commit(struct work *work, const char *message, const char *tag)
{
    struct object_id id = builder_commit(work->build, message);

    if (tag != NULL)
        builder_tag(work->build, tag);
    return id;
}

/* Ends the building, and reads. */
bool work_try(struct work *work)
{
    fixture_open(work->fixture);
    comparison_free(&work->comparison);
    if (!comparison_read(&work->request, &work->comparison, &work->progress, &work->error))
        return false;
    work->input = comparison_input(work->comparison);
    return true;
}

const struct drift_input *work_read(struct work *work)
{
    if (!work_try(work))
        fail_msg("%s", work->error.message);
    return work->input;
}

static const struct drift_source *source_of(const struct drift_input *input, const char *module,
                                            enum drift_type type)
{
    for (size_t i = 0; i < input->source_count; i++) {
        if (input->sources[i].type == type && strcmp(input->sources[i].service, module) == 0)
            return &input->sources[i];
    }
    fail_msg("%s has no source %s", module, drift_type_name(type));
    return NULL;
}

void assert_source(const struct drift_input *input, const char *module, enum drift_type type,
                   enum source_state state, const char *detail)
{
    const struct drift_source *source = source_of(input, module, type);

    assert_string_equal(source_state_name(source->state), source_state_name(state));
    assert_string_equal(source->detail, detail);
    assert_int_equal(source->at, state == SOURCE_READ ? FROZEN_AT : 0);
}

void assert_problem(const struct drift_problem *problem, enum drift_type type, const char *what,
                    const char *why, bool warning)
{
    assert_string_equal(drift_type_name(problem->type), drift_type_name(type));
    assert_string_equal(problem->what, what);
    assert_string_equal(problem->why, why);
    assert_int_equal(problem->warning, warning);
}

/* A document as JSON; "absent" when there is none. */
void assert_side(const struct document *document, const char *expected)
{
    if (document == NULL)
        assert_string_equal("absent", expected);
    else
        assert_document(document, expected);
}

const struct config_input *config_of(const struct module_input *module, const char *name)
{
    for (size_t i = 0; i < module->config_count; i++) {
        if (strcmp(module->configs[i].name, name) == 0)
            return &module->configs[i];
    }
    fail_msg("no configuration %s was read", name);
    return NULL;
}

void assert_config(const struct drift_input *input, const char *name, const char *previous,
                   const char *current)
{
    const struct config_input *config = config_of(&input->modules[0], name);

    assert_side(config->previous, previous);
    assert_side(config->current, current);
}

void work_configure(struct work *work, const char *const *config, size_t count)
{
    work->modules[0].config = config;
    work->modules[0].config_count = count;
}

void work_add_module(struct work *work, const char *name)
{
    struct comparison_module *module = &work->modules[work->request.module_count++];

    *module = work->modules[0];
    module->name = name;
}
