/*
 * Limits of time in tests. A test that guards against quadratic work gives a generous limit and
 * asks here what it comes to: PILAB_TEST_SLOWNESS says by how many times this run is slowed down
 * (valgrind: 50).
 */
#ifndef TESTS_SUPPORT_PATIENCE_H
#define TESTS_SUPPORT_PATIENCE_H

#include <stdint.h>

/* Milliseconds times PILAB_TEST_SLOWNESS; as they are when that is unset or no number. */
int64_t patience(int64_t milliseconds);

#endif
