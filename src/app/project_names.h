/*
 * What a project calls by its name goes with the name, and goes when it goes: the sources and the
 * databases of environments, the modules of observers, the differences that are meant to be. Rules
 * are left as they are written: what a rule takes is for whoever wrote it. Inside of the app room.
 */
#ifndef PILAB_SRC_APP_PROJECT_NAMES_H
#define PILAB_SRC_APP_PROJECT_NAMES_H

#include <pilab/drift/project_file.h>

/* `to` must live as long as the settings. */
void project_rename_environment(struct project_settings *settings, const char *from,
                                const char *to);
void project_rename_module(struct project_settings *settings, const char *from, const char *to);
void project_forget_environment(struct project_settings *settings, const char *name);
void project_forget_module(struct project_settings *settings, const char *name);

#endif
