/*
 * Comparisons of code for tests: modules with commits, in and out of one drift_detect.
 */
#ifndef TESTS_SUPPORT_CODE_FIXTURE_H
#define TESTS_SUPPORT_CODE_FIXTURE_H

#include <pilab/drift/input.h>

#include "commit_fixture.h"

#define CODE_FIXTURE_MODULES 3

struct code_fixture {
    struct drift_input input; /* to be filled further by the test */
    struct commit_fixture ahead[CODE_FIXTURE_MODULES], behind[CODE_FIXTURE_MODULES];
    struct code_input codes[CODE_FIXTURE_MODULES];
    struct module_input modules[CODE_FIXTURE_MODULES];
    struct drift_report *report;
};

/* The first module is called "mb-auth"; commits ahead of module n count from 1000 n + 1, those
 * behind from 1000 n + 501. Sides are called v2.0.6 and v2.0.7, the clock stands at
 * 2025-01-22T14:30:00Z. */
void code_fixture_start(struct code_fixture *fixture);
void code_fixture_end(struct code_fixture *fixture);
/* Adds a module and returns its number, from 1. */
unsigned code_fixture_module(struct code_fixture *fixture, const char *name);
/* Adds to the net difference of module 0: its file list. */
void code_fixture_file(struct code_fixture *fixture, enum file_status status, const char *path,
                       const char *old_path, uint64_t insertions, uint64_t deletions);

const struct drift_report *code_fixture_detect(struct code_fixture *fixture);

/* The record of the commit made under `number`, whichever side it is on. */
const struct drift_commit *code_fixture_commit(const struct code_fixture *fixture, unsigned number);
/* The change that it is a part of; fails the test when it is none. */
const struct drift_change *code_fixture_change(const struct code_fixture *fixture, unsigned number);

#endif
