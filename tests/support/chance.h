/*
 * Texts and acts by chance, the same ones every time: from random_seeded (base/clock.h).
 */
#ifndef TESTS_SUPPORT_CHANCE_H
#define TESTS_SUPPORT_CHANCE_H

#include <stdint.h>

#include <pilab/base/clock.h>

/* 0 to below - 1. */
uint64_t chance(struct random *random, uint64_t below);

#endif
