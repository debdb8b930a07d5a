#include "init_module.h"

#include <string.h>

static bool fill_text(const char **member, const char *found)
{
    bool fill = *member == NULL && found != NULL;

    if (fill)
        *member = found;
    return fill;
}

bool init_module_fill(struct module_settings *module, const struct module_settings *found)
{
    bool changed = false;

    changed |= fill_text(&module->repository, found->repository);
    changed |= fill_text(&module->path, found->path);
    changed |= fill_text(&module->tags, found->tags);
    changed |= fill_text(&module->image, found->image);
    changed |= fill_text(&module->dependencies, found->dependencies);
    if (module->migrations_path == NULL && found->migrations_path != NULL) {
        module->migrations_path = found->migrations_path;
        module->migrations_dialect = found->migrations_dialect;
        changed = true;
    }
    if (module->config_count == 0 && found->config_count > 0) {
        module->config = found->config;
        module->config_count = found->config_count;
        changed = true;
    }
    if (found->type != NULL && (module->type == NULL || strcmp(module->type, "OTHER") == 0) &&
        strcmp(found->type, "OTHER") != 0) {
        module->type = found->type;
        changed = true;
    }
    return changed;
}
