/*
 * A security key without hardware, for ssh's SecurityKeyProvider: OpenSSH's PROTOCOL.u2f and
 * sk-api.h, version 10 of its interface. The handle of a key is its secret half. It is touched when
 * there is something to be read at TOUCHED, a path given when this is compiled; its PIN is 4711.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#define API_VERSION 0x000a0000u

#define ED25519 0x01

#define VERIFICATION_REQUIRED 0x04

#define FAILED       (-1)
#define UNSUPPORTED  (-2)
#define PIN_REQUIRED (-3)

struct sk_enroll_response {
    uint8_t flags;
    uint8_t *public_key;
    size_t public_key_len;
    uint8_t *key_handle;
    size_t key_handle_len;
    uint8_t *signature;
    size_t signature_len;
    uint8_t *attestation_cert;
    size_t attestation_cert_len;
    uint8_t *authdata;
    size_t authdata_len;
};

struct sk_sign_response {
    uint8_t flags;
    uint32_t counter;
    uint8_t *sig_r;
    size_t sig_r_len;
    uint8_t *sig_s;
    size_t sig_s_len;
};

struct sk_resident_key;
struct sk_option;

uint32_t sk_api_version(void);
int sk_enroll(uint32_t alg, const uint8_t *challenge, size_t challenge_len, const char *application,
              uint8_t flags, const char *pin, struct sk_option **options,
              struct sk_enroll_response **out);
int sk_sign(uint32_t alg, const uint8_t *data, size_t data_len, const char *application,
            const uint8_t *key_handle, size_t key_handle_len, uint8_t flags, const char *pin,
            struct sk_option **options, struct sk_sign_response **out);
int sk_load_resident_keys(const char *pin, struct sk_option **options,
                          struct sk_resident_key ***keys, size_t *count);

uint32_t sk_api_version(void)
{
    return API_VERSION;
}

static uint8_t *copy(const uint8_t *bytes, size_t length)
{
    uint8_t *made = malloc(length);

    if (made != NULL)
        memcpy(made, bytes, length);
    return made;
}

int sk_enroll(uint32_t alg, const uint8_t *challenge, size_t challenge_len, const char *application,
              uint8_t flags, const char *pin, struct sk_option **options,
              struct sk_enroll_response **out)
{
    uint8_t open[crypto_sign_PUBLICKEYBYTES], closed[crypto_sign_SECRETKEYBYTES];
    struct sk_enroll_response *response = calloc(1, sizeof *response);

    (void)challenge;
    (void)challenge_len;
    (void)application;
    (void)pin;
    (void)options;
    if (alg != ED25519 || response == NULL) {
        free(response);
        return UNSUPPORTED;
    }
    crypto_sign_keypair(open, closed);
    response->flags = flags;
    response->public_key = copy(open, sizeof open);
    response->public_key_len = sizeof open;
    response->key_handle = copy(closed, sizeof closed);
    response->key_handle_len = sizeof closed;
    response->signature = copy(open, 1); /* nobody asks for an attestation */
    response->signature_len = 1;
    *out = response;
    return 0;
}

/* As long as hardware blinks, about; in milliseconds. */
#define BLINKS 30000

static int wait_for_touch(void)
{
    struct pollfd polled = { .fd = open(TOUCHED, O_RDONLY | O_NONBLOCK | O_CLOEXEC),
                             .events = POLLIN };
    int ready = polled.fd >= 0 ? poll(&polled, 1, BLINKS) : -1;

    if (polled.fd >= 0)
        close(polled.fd);
    return ready == 1 ? 0 : FAILED;
}

int sk_sign(uint32_t alg, const uint8_t *data, size_t data_len, const char *application,
            const uint8_t *key_handle, size_t key_handle_len, uint8_t flags, const char *pin,
            struct sk_option **options, struct sk_sign_response **out)
{
    /* The hash of the application, the flags, a counter, the hash of the data. */
    uint8_t message[2 * crypto_hash_sha256_BYTES + 5] = { 0 }, signature[crypto_sign_BYTES];
    struct sk_sign_response *response;

    (void)options;
    if (alg != ED25519 || key_handle_len != crypto_sign_SECRETKEYBYTES)
        return UNSUPPORTED;
    if ((flags & VERIFICATION_REQUIRED) != 0 && pin == NULL)
        return PIN_REQUIRED;
    if ((flags & VERIFICATION_REQUIRED) != 0 && strcmp(pin, "4711") != 0)
        return FAILED;
    if (wait_for_touch() != 0)
        return FAILED;
    response = calloc(1, sizeof *response);
    if (response == NULL)
        return FAILED;
    response->flags = flags;
    response->counter = 1;
    crypto_hash_sha256(message, (const uint8_t *)application, strlen(application));
    message[crypto_hash_sha256_BYTES] = flags;
    message[crypto_hash_sha256_BYTES + 4] = (uint8_t)response->counter;
    crypto_hash_sha256(message + crypto_hash_sha256_BYTES + 5, data, data_len);
    crypto_sign_detached(signature, NULL, message, sizeof message, key_handle);
    response->sig_r = copy(signature, sizeof signature);
    response->sig_r_len = sizeof signature;
    *out = response;
    return 0;
}

int sk_load_resident_keys(const char *pin, struct sk_option **options,
                          struct sk_resident_key ***keys, size_t *count)
{
    (void)pin;
    (void)options;
    (void)keys;
    (void)count;
    return UNSUPPORTED;
}
