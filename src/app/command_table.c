#include <pilab/app/command.h>

#include "command_group.h"

/* In the order in which help lists them. */
static const struct command_group *const groups[] = {
    &comparison_commands, &schema_commands,     &image_commands,    &rules_commands,
    &report_commands,     &difference_commands, &manifest_commands, &where_commands,
    &verify_commands,     &observe_commands,    &release_commands,  &note_commands,
    &init_commands,       &project_commands,    &repo_commands,     &member_commands,
    &variable_commands,   &secrets_commands,    &store_commands,    &doctor_commands,
    &audit_commands,      &program_commands,
};

/* clang-format off */
static const struct option_spec common_options[] = {
    { "project", 'p', "PROJECT", NULL, "the project, by code or name (PILAB_PROJECT)" },
    { "store", 0, "FILE", NULL, "the store (PILAB_STORE)" },
    { "json", 0, NULL, NULL, "print JSON" },
    { "color", 0, "WHEN", "auto always never",
      "use colours (auto: on a terminal; NO_COLOR is kept)" },
    { "width", 0, "COLUMNS", NULL, "draw for this width instead of the terminal's" },
    { "no-pager", 0, NULL, NULL, "do not start a pager" },
    { "offline", 0, NULL, NULL, "use the mirrors as they are, fetch nothing" },
    { "help", 'h', NULL, NULL, "say how to use it" },
};
/* clang-format on */

static const struct option_spec screen_options[] = {
    {"theme",   0, "NAME", NULL,         "the looks: dark, light, mono, or a file (PILAB_THEME)"},
    { "glyphs", 0, "SET",  "auto ascii", "draw with ASCII only (auto: as the locale says)"      },
};

const struct option_spec *command_screen_options(size_t *count)
{
    *count = COUNT(screen_options);
    return screen_options;
}

const struct command *command_at(size_t index)
{
    for (size_t i = 0; i < COUNT(groups); i++) {
        if (index < groups[i]->count)
            return &groups[i]->rows[index];
        index -= groups[i]->count;
    }
    return NULL;
}

const char *command_heading(size_t index)
{
    for (size_t i = 0; i < COUNT(groups); i++) {
        if (index == 0)
            return groups[i]->title;
        if (index < groups[i]->count)
            return NULL;
        index -= groups[i]->count;
    }
    return NULL;
}

size_t command_count(void)
{
    size_t count = 0;

    for (size_t i = 0; i < COUNT(groups); i++)
        count += groups[i]->count;
    return count;
}

const struct option_spec *command_common_options(size_t *count)
{
    *count = COUNT(common_options);
    return common_options;
}
