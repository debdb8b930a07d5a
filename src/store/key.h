/*
 * The key of secrets' fingerprints: 32 random bytes in a file of its own beside the store, so that
 * a copy of the store alone does not allow guessing at secrets. Private to this room.
 */
#ifndef PILAB_SRC_STORE_KEY_H
#define PILAB_SRC_STORE_KEY_H

#include <stdbool.h>

#include <pilab/base/error.h>

#include "place.h"

#define KEY_SIZE 32

/* Reads the key of the store at this place; makes it when there is none and `create`. Without a
 * key and without `create` it is a random one that is not kept. *found tells whether it was there.
 * ERROR_UNTRUSTED when others than the store's people may read it, ERROR_CORRUPT, ERROR_IO. */
bool key_load(const struct place *place, bool create, unsigned char key[KEY_SIZE], bool *found,
              struct error *error);

/* Tells keys apart without giving one away. */
#define KEY_CHECK_SIZE 17
const char *key_check(const unsigned char key[KEY_SIZE], char out[KEY_CHECK_SIZE]);

#endif
