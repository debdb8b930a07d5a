/*
 * The command table is kept by noun: one file of rows each (commands_<noun>.c), put together in
 * command_table.c in the order in which help lists them. Private to this folder.
 */
#ifndef PILAB_SRC_APP_COMMAND_GROUP_H
#define PILAB_SRC_APP_COMMAND_GROUP_H

#include <pilab/app/command.h>
#include <pilab/base/array.h>

struct command_group {
    const struct command *rows;
    size_t count;
    const char *title; /* what help says above it; NULL: it belongs to the group before */
};

extern const struct command_group comparison_commands;
extern const struct command_group rules_commands;
extern const struct command_group image_commands;
extern const struct command_group report_commands;
extern const struct command_group difference_commands;
extern const struct command_group note_commands;
extern const struct command_group init_commands;
extern const struct command_group project_commands;
extern const struct command_group member_commands;
extern const struct command_group variable_commands;
extern const struct command_group secrets_commands;
extern const struct command_group store_commands;
extern const struct command_group manifest_commands;
extern const struct command_group where_commands;
extern const struct command_group verify_commands;
extern const struct command_group observe_commands;
extern const struct command_group release_commands;
extern const struct command_group audit_commands;
extern const struct command_group repo_commands;
extern const struct command_group schema_commands;
extern const struct command_group doctor_commands;
extern const struct command_group program_commands;

/* command_options.c: options that several nouns have: pages of a list, and where an export goes. */
#define LISTING_OPTION_COUNT 2
#define EXPORT_OPTION_COUNT  1
extern const struct option_spec listing_options[LISTING_OPTION_COUNT];
extern const struct option_spec export_options[EXPORT_OPTION_COUNT];

/* What is compared, and how notes of it are made; `notes` has --save behind the others, which keeps
 * them, and `note generate` does so anyway. */
#define COMPARISON_ARGUMENT_COUNT 1
#define NOTES_OPTION_COUNT        9
extern const struct argument_spec comparison_arguments[COMPARISON_ARGUMENT_COUNT];
extern const struct option_spec notes_options[NOTES_OPTION_COUNT + 1];

/* What a row says in the place of a table and its length. */
#define ARGUMENTS(array)     array, COUNT(array)
#define OPTIONS(array)       array, COUNT(array)
#define LISTING_OPTIONS      listing_options, LISTING_OPTION_COUNT
#define EXPORT_OPTIONS       export_options, EXPORT_OPTION_COUNT
#define NONE                 NULL, 0
#define COMMAND_GROUP(array) TITLED_GROUP(NULL, array)
#define TITLED_GROUP(heading, array)                                                               \
    {                                                                                              \
        array, COUNT(array), heading                                                               \
    }

#endif
