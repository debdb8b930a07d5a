/*
 * The command line: reads the words, runs the row of the command table, prints the result.
 */
#ifndef PILAB_CLI_CLI_H
#define PILAB_CLI_CLI_H

#include <stdatomic.h>
#include <stdbool.h>

#include <pilab/app/settings.h>

/* Runs one command line and returns the exit status (contracts: exit codes). `cancel` is set by the
 * signal handlers of whoever calls. `*screen` becomes true when the person wants the full screen
 * (no command was given, or it said so) and sits at a terminal: then `settings` is what it opens
 * with, to be released by the caller. */
int cli_run(int argc, char **argv, const atomic_bool *cancel, bool *screen,
            struct settings *settings);

#endif
