/*
 * What the tests of git comparisons share: up to four modules in one small repository.
 *
 * A test builds "v1" and "v2", says what is to be read, and looks at what became of it.
 */
#ifndef TESTS_UNIT_SOURCE_SUPPORT_H
#define TESTS_UNIT_SOURCE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pilab/source/comparison.h>

#include "../../support/fixture_repository.h"

#define MOST_MODULES 4

struct work {
    struct fixture_repository *fixture;
    struct builder *build;
    struct comparison_module modules[MOST_MODULES];
    struct comparison_request request;
    struct comparison *comparison;
    const struct drift_input *input;
    struct progress progress;
    struct error error;
};

/* cmocka's setup and teardown: the first module is "auth", from v1 to v2; code and configuration
 * are asked for; the clock stands still. */
int work_setup(void **state);
int work_teardown(void **state);

struct object_id work_commit(struct work *work, const char *message, const char *tag);
/* Adds a module like the first. */
void work_add_module(struct work *work, const char *name);
/* What the first module's `config` is. */
void work_configure(struct work *work, const char *const *config, size_t count);

/* Ends the building, and reads. A failure is in work->error, or fails the test. */
bool work_try(struct work *work);
const struct drift_input *work_read(struct work *work);

void assert_source(const struct drift_input *input, const char *module, enum drift_type type,
                   enum source_state state, const char *detail);
void assert_problem(const struct drift_problem *problem, enum drift_type type, const char *what,
                    const char *why, bool warning);
/* A document as JSON; "absent" when there is none. */
void assert_side(const struct document *document, const char *expected);
const struct config_input *config_of(const struct module_input *module, const char *name);
/* Of the first module. */
void assert_config(const struct drift_input *input, const char *name, const char *previous,
                   const char *current);

#endif
