/*
 * SHA-256 (FIPS 180-4) and hexadecimal, over libsodium. Each returns `out`.
 */
#ifndef PILAB_BASE_DIGEST_H
#define PILAB_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#define SHA256_SIZE     32
#define SHA256_HEX_SIZE 65

const char *sha256_hex(const void *data, size_t length, char out[SHA256_HEX_SIZE]);
/* HMAC-SHA-256 (RFC 2104) with a key of 32 bytes. */
const char *hmac_sha256_hex(const unsigned char key[32], const void *data, size_t length,
                            char out[SHA256_HEX_SIZE]);

/* Lower case; out holds 2 * length + 1. */
const char *hex_encode(const unsigned char *bytes, size_t length, char *out);
/* Of a digit in either case; -1: it is none. */
int hex_value(char digit);
/* Exactly 2 * length digits in either case; false otherwise. */
bool hex_decode(const char *text, unsigned char *out, size_t length);

#endif
