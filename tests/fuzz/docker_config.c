/*
 * Any bytes as ~/.docker/config.json: a helper that it names is one word that no shell and no path
 * is needed for, and what stands there is never in a message.
 */
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/connect/docker_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char path[] = "config.json";

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void check_helper(const json_t *config, const char *registry)
{
    struct docker_helper helper;
    struct error error = { 0 };

    if (!docker_config_helper(path, config, registry, &helper, &error)) {
        must(strcmp(error.message, "config.json: the name of a credential helper is none") == 0);
        return;
    }
    must((helper.name == NULL) == (helper.server == NULL));
    for (const char *c = helper.name; c != NULL && *c != '\0'; c++)
        must(isalnum((unsigned char)*c) || strchr("._-", *c) != NULL);
}

static void check_login(const json_t *config, const char *registry)
{
    struct registry_login login = { 0 };
    struct error error = { 0 };

    if (!docker_config_login(path, config, registry, &login, &error))
        must(strcmp(error.message, "config.json: what stands under auth is no login") == 0);
    registry_login_release(&login);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const registries[] = { "docker.io", "registry.example",
                                              "registry.example:5000" };
    json_t *config = json_read(path, (const char *)data, size, NULL);

    for (size_t i = 0; config != NULL && i < sizeof registries / sizeof *registries; i++) {
        check_helper(config, registries[i]);
        check_login(config, registries[i]);
    }
    json_decref(config);
    return 0;
}
