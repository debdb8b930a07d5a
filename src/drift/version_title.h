/*
 * Titles of commits that are about a version: of what is released, or of something it is made with.
 */
#ifndef PILAB_SRC_DRIFT_VERSION_TITLE_H
#define PILAB_SRC_DRIFT_VERSION_TITLE_H

#include <stdbool.h>

#include <pilab/drift/span.h>

/* "Release 2.1.0", "Bump version to 2.1", "v2.1.0", "Prepare for 2.2": it is about the version and
 * nothing else. */
bool version_title_is_release(const char *title);

/* The dependency that a trimmed title brings a version or a change of; empty: none. */
struct span version_title_dependency(struct span title);
/* Whether a dependency is for those who check, test and build: "@types/node", "eslint-plugin-x",
 * "actions/checkout". */
bool version_title_names_tool(struct span name);

#endif
