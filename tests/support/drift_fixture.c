#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/drift/builder.h>

#include "drift_fixture.h"

#define FROZEN_AT 1737556200000 /* 2025-01-22T14:30:00Z */

struct fixture_config {
    size_t module;
    struct config_input input;
};

void drift_fixture_start(struct drift_fixture *fixture)
{
    *fixture = (struct drift_fixture){ 0 };
    fixture->input.previous = (struct drift_side){ .spec = "before", .label = "before" };
    fixture->input.current = (struct drift_side){ .spec = "after", .label = "after" };
    fixture->input.clock = clock_frozen(FROZEN_AT);
    fixture->input.random = random_seeded(1);
    vector_init(&fixture->modules, sizeof(struct module_input));
    vector_init(&fixture->configs, sizeof(struct fixture_config));
    vector_init(&fixture->documents, sizeof(struct document *));
}

void drift_fixture_end(struct drift_fixture *fixture)
{
    drift_report_free(&fixture->report);
    for (size_t i = 0; i < fixture->documents.count; i++)
        document_free(vector_at(&fixture->documents, i));
    vector_release(&fixture->documents);
    vector_release(&fixture->configs);
    vector_release(&fixture->modules);
}

void drift_fixture_module(struct drift_fixture *fixture, const char *name)
{
    struct module_input *module = vector_add(&fixture->modules);

    module->name = name;
    module->in_previous = module->in_current = true;
}

static const struct document *read_document(struct drift_fixture *fixture, const char *name,
                                            const char *text)
{
    struct document_options options = { .schema = YAML_HELM, .allow_duplicate_keys = true };
    enum document_format format = DOCUMENT_YAML;
    struct document *document;
    struct error error;

    if (!text)
        return NULL;
    document_format_of(name, &format);
    document = document_read(name, text, strlen(text), format, &options, &error);
    if (!document)
        fail_msg("%s", error.message);
    vector_push(&fixture->documents, &document);
    return document;
}

void drift_fixture_config(struct drift_fixture *fixture, const char *name, const char *previous,
                          const char *current)
{
    struct fixture_config *config = vector_add(&fixture->configs);

    config->module = fixture->modules.count - 1;
    config->input = (struct config_input){ .name = name,
                                           .previous = read_document(fixture, name, previous),
                                           .current = read_document(fixture, name, current),
                                           .typing = "YAML 1.1 (Helm)" };
}

void drift_fixture_secrets(struct drift_fixture *fixture, const char *name, const char *previous,
                           const char *current)
{
    struct fixture_config *config;

    drift_fixture_config(fixture, name, previous, current);
    config = vector_at(&fixture->configs, fixture->configs.count - 1);
    config->input.secrets = true;
}

void drift_fixture_environments(struct drift_fixture *fixture, const char *previous,
                                const char *current)
{
    fixture->input.previous =
        (struct drift_side){ .spec = previous, .label = previous, .environment = previous };
    fixture->input.current =
        (struct drift_side){ .spec = current, .label = current, .environment = current };
}

const struct drift_report *drift_fixture_detect(struct drift_fixture *fixture)
{
    struct vector inputs;

    /* The configurations of one module follow each other. */
    vector_init(&inputs, sizeof(struct config_input));
    for (size_t i = 0; i < fixture->configs.count; i++) {
        const struct fixture_config *config = vector_at(&fixture->configs, i);
        struct module_input *module = vector_at(&fixture->modules, config->module);

        if (i == 0 || config[-1].module != config->module)
            module->config_count = 0;
        module->config_count++;
        vector_push(&inputs, &config->input);
    }
    for (size_t i = 0, first = 0; i < fixture->modules.count; i++) {
        struct module_input *module = vector_at(&fixture->modules, i);

        module->configs = module->config_count > 0 ? vector_at(&inputs, first) : NULL;
        first += module->config_count;
    }
    fixture->input.modules = fixture->modules.items;
    fixture->input.module_count = fixture->modules.count;
    drift_report_free(&fixture->report);
    fixture->report = drift_detect(&fixture->input);
    vector_release(&inputs);
    return fixture->report;
}

const struct drift_report *drift_fixture_yaml(struct drift_fixture *fixture, const char *previous,
                                              const char *current)
{
    drift_fixture_module(fixture, "shop");
    drift_fixture_config(fixture, "values.yaml", previous, current);
    return drift_fixture_detect(fixture);
}

const struct drift_item *drift_fixture_item(const struct drift_fixture *fixture, const char *path)
{
    for (size_t i = 0; i < fixture->report->item_count; i++) {
        if (strcmp(fixture->report->items[i].path, path) == 0)
            return &fixture->report->items[i];
    }
    return NULL;
}

bool drift_fixture_fired(const struct drift_item *item, const char *rule)
{
    for (size_t i = 0; i < item->rule_count; i++) {
        if (strcmp(item->rules[i].rule, rule) == 0)
            return true;
    }
    return false;
}
