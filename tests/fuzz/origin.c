/*
 * Any bytes as the address of a package: its origin holds neither user nor password nor query, and
 * is the same with them as without.
 */
#include <config.h> /* strcasestr is a GNU extension */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/utf8.h>

#include "../../src/packages/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char planted[] = "hunter2correcthorse";

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static struct package read(struct arena *arena, const char *address)
{
    struct package_reader reader = { .arena = arena };
    struct package package = { .name = "shop" };

    package_origin(&reader, &package, address);
    if (package.origin != NULL) {
        must(!utf8_valid(address, strlen(address)) ||
             utf8_valid(package.origin, strlen(package.origin)));
        must(strstr(package.origin, planted) == NULL);
    }
    return package;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Who asks is no part of where it is. */
static void check_user(struct arena *arena, const char *text)
{
    static const char *const schemes[] = { "https://", "git+https://", "git+ssh://", "http://" };

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        struct package bare = read(arena, arena_printf(arena, "%s%s", schemes[i], text));
        struct package named =
            read(arena, arena_printf(arena, "%sapp:%s@%s", schemes[i], planted, text));

        must(same(bare.origin, named.origin) && same(bare.revision, named.revision));
    }
}

/* Nor is what is asked: before the fragment, which may be a commit. */
static void check_query(struct arena *arena, const char *text)
{
    size_t end = strcspn(text, "?#");
    const char *bare = arena_printf(arena, "git+https://host/%.*s", (int)end, text);
    const char *asked = arena_printf(arena, "%s?token=%s", bare, planted);

    must(same(read(arena, bare).origin, read(arena, asked).origin));
    read(arena, arena_printf(arena, "https://host/%.*s?token=%s", (int)end, text, planted));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = arena_bytes(arena, (const char *)data, size);

    if (strcasestr(text, planted) == NULL) { /* hosts are written in small letters */
        read(arena, text);
        check_user(arena, text);
        check_query(arena, text);
    }
    arena_free(&arena);
    return 0;
}
