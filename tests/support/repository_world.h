/*
 * The program run inside of a small repository: how such a test begins and ends.
 */
#ifndef TESTS_SUPPORT_REPOSITORY_WORLD_H
#define TESTS_SUPPORT_REPOSITORY_WORLD_H

#include "fixture_repository.h"
#include "run_program.h"

/* A new sandbox whose programs are started in the fixture's work tree. */
struct sandbox *repository_world_enter(const struct fixture_repository *fixture);
/* Frees both and stops libgit2; what it returns is for cmocka's teardown. */
int repository_world_end(struct fixture_repository **fixture, struct sandbox **sandbox);

#endif
