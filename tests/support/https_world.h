/*
 * What the tests of https share: a server for all cases of a program, and for each case a
 * repository that it serves as shop.git, a wire to it that can be broken, an empty cache and a
 * sandbox.
 *
 * shop.git has the branches main and feature, and the tags v1.0.0 and v1.1.0; between the two lie
 * one commit and 3 MB that do not compress.
 */
#ifndef TESTS_SUPPORT_HTTPS_WORLD_H
#define TESTS_SUPPORT_HTTPS_WORLD_H

#include <stdint.h>

#include <pilab/git/mirror.h>

#include "fixture_repository.h"
#include "https_server.h"
#include "relay.h"
#include "run_program.h"

/* Bytes of answers that are past the handshake and the list of references, and well before the end
 * of the pack. */
#define HTTPS_WITHIN_PACK ((size_t)1 << 20)

struct https_world {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
    char *directory, *repositories, *cache;
    struct https_server *server; /* NULL: what is needed is not installed */
    struct relay *relay;
    struct mirror_options options;
    struct error error;
};

/* cmocka's functions for the group and for each case. The state of a group is the world. The case
 * trusts the server's authority, or as a stranger does not. */
int https_world_set_up(void **state);
int https_world_tear_down(void **state);
int https_world_enter(void **state);
int https_world_enter_as_stranger(void **state);
int https_world_leave(void **state);

/* "https://localhost:PORT/path"; the caller frees. */
char *https_address(unsigned short port, const char *path);
char *https_good_address(const struct https_world *world, const char *path);
/* The same through the wire. */
char *https_relayed_address(const struct https_world *world, const char *path);

/* A variable for the programs of the case's sandbox. */
void https_world_variable(const struct https_world *world, const char *name, const char *value);
/* A project there, SHOP, with one module whose repository this is. */
void https_world_import(const struct https_world *world, const char *url);

/* So much text that does not compress. */
struct strbuf https_large_text(uint32_t seed);

/* The world of a case. Without a server nothing can be said: the case is skipped. */
struct https_world *https_world_of(void **state);

#endif
