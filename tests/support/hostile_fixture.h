/*
 * A repository whose every text tries something: to take the terminal over, to look like another
 * text, to be an option, to be run.
 *
 * Tags: v1 (harmless), v2 (hostile subjects, paths and values), v3 (a subject of 10 MB on top), and
 * the tags `--output=x` and `-evil` on v2. Its .git/config and hooks would make a file called PWNED
 * in the directory where they are run, and beside the repository.
 */
#ifndef TESTS_SUPPORT_HOSTILE_FIXTURE_H
#define TESTS_SUPPORT_HOSTILE_FIXTURE_H

#include "fixture_repository.h"

struct fixture_repository *hostile_fixture_new(void);
/* Fails the test when something of it was run, or an option obeyed. */
void hostile_fixture_assert_quiet(const struct fixture_repository *fixture);

#endif
