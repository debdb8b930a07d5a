/*
 * Any bytes as a package URL: what is read has a type and a name, and one that is written of plain
 * parts gives them back.
 */
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/packages/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void read(struct arena *arena, const char *text)
{
    struct package_url url = { 0 };

    if (!package_url_read(arena, text, &url))
        return;
    must(url.type != NULL && *url.type != '\0' && strchr(url.type, '/') == NULL);
    for (const char *c = url.type; *c != '\0'; c++)
        must(!isupper((unsigned char)*c));
    must(url.name != NULL && *url.name != '\0');
    must(strlen(url.name) < strlen(text));
    must(url.version == NULL || strlen(url.version) < strlen(text));
}

/* The input with nothing in it that means something. */
static char *plain(struct arena *arena, const uint8_t *data, size_t size)
{
    char *text = arena_room(arena, size + 1);
    size_t used = 0;

    text[used++] = 'a';
    for (size_t i = 0; i < size; i++) {
        if (isalnum(data[i]) || (data[i] != '\0' && strchr("+-._", data[i]) != NULL))
            text[used++] = (char)data[i];
    }
    text[used] = '\0';
    return text;
}

static void check_parts(struct arena *arena, const char *part)
{
    struct package_url url = { 0 };

    must(package_url_read(arena,
                          arena_printf(arena, "pkg:npm/%%40%s/%s@%s?a=b#c", part, part, part),
                          &url));
    must(strcmp(url.type, "npm") == 0 && strcmp(url.version, part) == 0);
    must(strcmp(url.name, arena_printf(arena, "@%s/%s", part, part)) == 0);
    must(package_url_read(arena, arena_printf(arena, "pkg:Maven/%s/%s", part, part), &url));
    must(strcmp(url.type, "maven") == 0 && url.version == NULL);
    must(strcmp(url.name, arena_printf(arena, "%s:%s", part, part)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = arena_bytes(arena, (const char *)data, size);

    read(arena, text);
    read(arena, arena_printf(arena, "pkg:%s", text));
    check_parts(arena, plain(arena, data, size));
    arena_free(&arena);
    return 0;
}
