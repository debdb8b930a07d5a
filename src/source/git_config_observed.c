/*
 * How a module was seen to be configured, against the files of its repository.
 */
#include "git_config_parts.h"

#include <string.h>

bool git_config_observed(const struct comparison_module *module)
{
    return module->previous_observed_count + module->current_observed_count > 0;
}

static const struct observed_file *observed_on(const struct git_sides *sides, int side,
                                               size_t *count)
{
    const struct comparison_module *module = sides->reader->module;

    *count = side == PREVIOUS ? module->previous_observed_count : module->current_observed_count;
    return side == PREVIOUS ? module->previous_observed : module->current_observed;
}

/* The layers of the module, or the one file of it that was observed. */
static struct config_side expected_side(struct git_sides *sides, int side, const char *stands_for,
                                        const char *const *layers, size_t count)
{
    if (stands_for == NULL)
        return git_config_fold(sides, side, layers, count);
    return git_config_fold(sides, side, &stands_for, 1);
}

static void refuse_observed(struct module_reader *reader, const struct observed_file *file)
{
    struct error error = { 0 };

    error_set(&error, ERROR_INVALID, "it is not known which of the module's files it is");
    error_hint(&error,
               "`file` of the observer says it, or `config` of the module names its layers");
    module_reader_problem(reader, DRIFT_CONFIG, file->name, &error, false);
    module_reader_config_broken(reader, file->name);
}

/* What the other side does not have at all was most likely meant to be another file. */
static void refuse_missing(struct module_reader *reader, const struct observed_file *file,
                           const char *name)
{
    struct error error = { 0 };

    error_set(&error, ERROR_NOT_FOUND, "there is no %s to compare it with", name);
    error_hint(&error, "`file` of the observer says which of the module's files it is");
    module_reader_problem(reader, DRIFT_CONFIG, file->name, &error, false);
    module_reader_config_broken(reader, name);
}

static void compare_observed_file(struct git_sides *sides, const struct observed_file *file,
                                  const char *const *layers, size_t count)
{
    struct module_reader *reader = sides->reader;
    const char *name =
        file->stands_for != NULL ? module_reader_path(reader, file->stands_for) : layers[0];
    struct config_side both[2];
    bool observed[2];

    if (name == NULL) {
        git_config_outside(reader, file->stands_for);
        return;
    }
    module_reader_claim_config(reader, name);
    for (int side = PREVIOUS; side <= CURRENT; side++) {
        size_t seen;
        const struct observed_file *files = observed_on(sides, side, &seen);

        observed[side] = seen > 0;
        both[side] = seen > 0 ? observed_config_read(reader, files, seen, file->stands_for, name)
                              : expected_side(sides, side, file->stands_for != NULL ? name : NULL,
                                              layers, count);
    }
    if (file->stands_for == NULL)
        git_config_check_layers(sides, layers, count);
    if (both[PREVIOUS].state == SIDE_ABSENT || both[CURRENT].state == SIDE_ABSENT) {
        refuse_missing(reader, file, name);
        return;
    }
    for (int side = PREVIOUS; side <= CURRENT; side++) {
        if (observed[side] && !observed[1 - side])
            observed_config_type(reader, &both[1 - side], &both[side]);
    }
    module_reader_add_config(reader, name, &both[PREVIOUS], &both[CURRENT]);
}

/* Only what was observed is compared: of the module's other files nothing is known there. */
bool git_config_compare_observed(struct git_sides *sides, const char *const *layers,
                                 size_t layer_count, struct error *error)
{
    size_t count;
    const struct observed_file *files = observed_on(sides, CURRENT, &count);

    if (count == 0)
        files = observed_on(sides, PREVIOUS, &count);
    for (size_t i = 0; i < count; i++) {
        bool again = false;

        for (size_t k = 0; k < i && !again; k++)
            again = files[k].stands_for == files[i].stands_for ||
                    (files[k].stands_for != NULL && files[i].stands_for != NULL &&
                     strcmp(files[k].stands_for, files[i].stands_for) == 0);
        if (again)
            continue;
        if (!progress_check(sides->reader->progress, error))
            return false;
        if (files[i].stands_for == NULL && layer_count == 0)
            refuse_observed(sides->reader, &files[i]);
        else
            compare_observed_file(sides, &files[i], layers, layer_count);
    }
    return true;
}
