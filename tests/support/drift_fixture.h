/*
 * Comparisons for tests: configurations as texts, in and out of one drift_detect.
 */
#ifndef TESTS_SUPPORT_DRIFT_FIXTURE_H
#define TESTS_SUPPORT_DRIFT_FIXTURE_H

#include <pilab/base/vector.h>
#include <pilab/drift/input.h>

struct drift_fixture {
    struct drift_input input; /* to be filled further by the test; modules are set by detect */
    struct vector modules;    /* struct module_input */
    struct vector configs;    /* struct fixture_config */
    struct vector documents;  /* struct document * */
    struct drift_report *report;
};

/* Sides are called "before" and "after", the clock stands at 2025-01-22T14:30:00Z. */
void drift_fixture_start(struct drift_fixture *fixture);
void drift_fixture_end(struct drift_fixture *fixture);

/* Adds a module that is on both sides. */
void drift_fixture_module(struct drift_fixture *fixture, const char *name);
/* Adds a configuration to the last module; its name's ending tells the format, NULL is absent. A
 * text that cannot be read fails the test. */
void drift_fixture_config(struct drift_fixture *fixture, const char *name, const char *previous,
                          const char *current);
/* The same as a file for secrets. */
void drift_fixture_secrets(struct drift_fixture *fixture, const char *name, const char *previous,
                           const char *current);
/* Gives both sides the names of environments. */
void drift_fixture_environments(struct drift_fixture *fixture, const char *previous,
                                const char *current);

/* Compares; the report is the fixture's. */
const struct drift_report *drift_fixture_detect(struct drift_fixture *fixture);

/* One YAML configuration of one module, compared. */
const struct drift_report *drift_fixture_yaml(struct drift_fixture *fixture, const char *previous,
                                              const char *current);

/* The item with this path; NULL when there is none. */
const struct drift_item *drift_fixture_item(const struct drift_fixture *fixture, const char *path);
/* Whether the rule fired on the item. */
bool drift_fixture_fired(const struct drift_item *item, const char *rule);

#endif
