/*
 * A small service with two releases, as both faces are tested over it: merges, a squash, a
 * cherry-pick, a revert, Helm values, a bad commit message or two.
 *
 * Tags: v1.0.0, v1.0.1 (a release branch with one fix picked from main) and v1.1.0 (main).
 * Branches: main, release/1.0. Object ids are the same every time.
 */
#ifndef TESTS_SUPPORT_RELEASE_FIXTURE_H
#define TESTS_SUPPORT_RELEASE_FIXTURE_H

#include "fixture_repository.h"

struct fixture_repository *release_fixture_new(void);

/* The same service, and a pilab.yaml that makes a project of it: "Example Shop" (SHOP) with the
 * module shop-api, and the environments DEV, UAT and PROD. Written beside the repository; the
 * caller frees the path. */
char *release_fixture_project(const struct fixture_repository *fixture, const char *directory);

#endif
