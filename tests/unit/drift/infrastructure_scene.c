#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/strbuf.h>

#include "infrastructure_scene.h"

int infrastructure_scene_start(void **state)
{
    static struct infrastructure_scene scene;

    scene = (struct infrastructure_scene){ 0 };
    drift_fixture_start(&scene.drift);
    *state = &scene;
    return 0;
}

int infrastructure_scene_end(void **state)
{
    struct infrastructure_scene *scene = *state;

    drift_fixture_end(&scene->drift);
    terraform_file_free(&scene->previous);
    terraform_file_free(&scene->current);
    return 0;
}

static struct terraform_file *read_file(const char *name, const char *text)
{
    struct error error = { 0 };
    struct terraform_file *file;

    if (!text)
        return NULL;
    file = terraform_file_read(name, text, strlen(text), &error);
    if (!file)
        fail_msg("%s", error.message);
    return file;
}

const struct drift_report *infrastructure_scene_compare(struct infrastructure_scene *scene,
                                                        const char *name, const char *previous,
                                                        const char *current)
{
    struct module_input *module;

    scene->previous = read_file(name, previous);
    scene->current = read_file(name, current);
    scene->pair = (struct infrastructure_pair){ name, scene->previous, scene->current };
    scene->input = (struct infrastructure_input){ &scene->pair, 1 };
    drift_fixture_module(&scene->drift, "cloud");
    module = vector_at(&scene->drift.modules, 0);
    module->infrastructure = &scene->input;
    return drift_fixture_detect(&scene->drift);
}

const struct drift_report *infrastructure_scene_plan(struct infrastructure_scene *scene,
                                                     const char *resources)
{
    struct strbuf text = STRBUF_INIT;
    const struct drift_report *report;

    strbuf_printf(&text, "{\"format_version\":\"1.2\",\n\"resource_changes\":[%s]}", resources);
    report = infrastructure_scene_compare(scene, "tfplan.json", NULL, text.data);
    strbuf_release(&text);
    return report;
}

const struct drift_item *infrastructure_scene_item(const struct infrastructure_scene *scene,
                                                   const char *path)
{
    const struct drift_item *found = drift_fixture_item(&scene->drift, path);

    if (!found)
        fail_msg("no item %s", path);
    return found;
}

void assert_judged(const struct drift_item *item, enum severity severity, const char *rule)
{
    if (!drift_fixture_fired(item, rule))
        fail_msg("%s: %s did not fire", item->path, rule);
    assert_string_equal(severity_name(item->severity), severity_name(severity));
}
