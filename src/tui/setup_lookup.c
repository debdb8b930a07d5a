#include "setup_parts.h"

#include <pilab/app/command.h>

/* What the other files of Setup ask for. */

const char *setup_selected(const struct setup_screen *screen)
{
    struct row row;

    return screen->data != NULL && screen->strip.current != SETUP_VARIABLES &&
                   list_selected(screen->list, &row) && row.identity != NULL &&
                   *row.identity != '\0'
               ? row.identity
               : NULL;
}

const struct environment_settings *setup_environment(const struct setup_screen *screen,
                                                     const char *name)
{
    return name == NULL ? NULL : project_settings_environment(&screen->data->settings, name);
}

const struct module_settings *setup_module(const struct setup_screen *screen, const char *name)
{
    return name == NULL ? NULL : project_settings_module(&screen->data->settings, name);
}

json_t *setup_query(struct call *call, const char *const *words, struct error *error)
{
    const struct option_spec *common;
    const struct command *command;
    struct arguments *arguments = NULL;
    struct result result;
    json_t *found = NULL;
    size_t count = 0, used, common_count;

    while (words[count] != NULL)
        count++;
    common = command_common_options(&common_count);
    command = command_find(words, count, &used, error);
    result_start(&result);
    if (command != NULL &&
        arguments_parse(command->arguments, command->argument_count, command->options,
                        command->option_count, common, common_count, words + used, count - used,
                        &arguments, error) &&
        command_run(command, call, arguments, &result, error))
        found = json_incref(result.kind == RESULT_LIST ? result.items : result.object);
    arguments_free(&arguments);
    result_release(&result);
    return found;
}
