/*
 * Where a package comes from, as one text however its lock file writes it: scheme, user, password,
 * query, ".git" and the file's own name are left out, so that two addresses of one place are equal.
 */
#include "reader.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* One place under several names. */
static const struct {
    const char *name, *stands_for;
} aliases[] = {
    {"registry.yarnpkg.com",                  "registry.npmjs.org"},
    { "github.com/rust-lang/crates.io-index", "crates.io"         },
    { "index.crates.io",                      "crates.io"         },
};

static bool begins(const char *text, const char *with)
{
    return strncasecmp(text, with, strlen(with)) == 0;
}

static bool ends(const char *text, const char *with)
{
    size_t length = strlen(text), tail = strlen(with);

    return length >= tail && strcmp(text + length - tail, with) == 0;
}

/* What follows "git+https://" and the like; *plain: it is not encrypted. */
static const char *behind_scheme(const char *address, bool *plain)
{
    const char *at = strstr(address, "://");

    if (at == NULL)
        return address;
    *plain = begins(address, "http://") || begins(address, "git+http://") ||
             begins(address, "registry+http://") || begins(address, "sparse+http://");
    return at + 3;
}

/* "user:password@host:8080/x/y.git/?branch=main#…" as "host:8080/x/y"; the scp form "git@host:x/y"
 * as "host/x/y". */
static const char *normal(struct arena *arena, const char *address)
{
    bool plain = false, scheme = strstr(address, "://") != NULL;
    const char *start = behind_scheme(address, &plain), *user;
    size_t length = strcspn(start, "?#"), host = strcspn(start, "/?#");
    char *text;

    user = memchr(start, '@', host);
    for (; user != NULL; user = memchr(start, '@', host)) {
        length -= (size_t)(user + 1 - start);
        host -= (size_t)(user + 1 - start);
        start = user + 1;
    }
    text = arena_bytes(arena, start, length);
    if (!scheme && strcspn(text, ":") < strcspn(text, "/"))
        text[strcspn(text, ":")] = '/';
    while (length > 0 && text[length - 1] == '/')
        text[--length] = '\0';
    if (ends(text, ".git"))
        text[length - 4] = '\0';
    for (char *c = text; *c != '\0' && *c != '/'; c++)
        *c = (char)tolower((unsigned char)*c);
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (strcmp(text, aliases[i].name) == 0)
            return aliases[i].stands_for;
    }
    return plain ? arena_printf(arena, "http://%s", text) : text;
}

static bool is_repository(const char *address)
{
    size_t length = strcspn(address, "?#");
    const char *colon = memchr(address, ':', length), *at = memchr(address, '@', length);

    return begins(address, "git+") || begins(address, "git:") || begins(address, "ssh:") ||
           (length >= 4 && strncmp(address + length - 4, ".git", 4) == 0) ||
           (strstr(address, "://") == NULL && at != NULL && colon != NULL && at < colon);
}

/* "https://codeload.github.com/x/y/tar.gz/<commit>", "https://github.com/x/y/archive/<commit>.zip",
 * "https://gitlab.example/x/y/-/archive/<commit>/y.tar.gz" */
static bool read_archive(struct package_reader *reader, struct package *package,
                         const char *address)
{
    static const char *const marks[] = { "/tar.gz/", "/-/archive/", "/archive/",
                                         "/legacy.tar.gz/" };
    bool plain = false; /* told where the place is read */

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const char *at = strstr(behind_scheme(address, &plain), marks[i]), *commit;
        const char *place;
        size_t digits;

        if (at == NULL)
            continue;
        commit = at + strlen(marks[i]);
        digits = strspn(commit, "0123456789abcdef");
        if (digits < 7 || isalnum((unsigned char)commit[digits]))
            continue;
        place = normal(reader->arena, arena_bytes(reader->arena, address, (size_t)(at - address)));
        if (strncmp(place, "codeload.", 9) == 0)
            place += 9;
        package->origin = place;
        package->revision = arena_bytes(reader->arena, commit, digits);
        return true;
    }
    return false;
}

/* The registry: what stands before the package's own part, or the host. */
static const char *registry_of(struct arena *arena, const char *address, const char *name)
{
    bool plain = false; /* told where the place is read */
    const char *within = behind_scheme(address, &plain);
    const char *own = name != NULL ? strstr(within, arena_printf(arena, "/%s/-/", name)) : NULL;
    const char *host = strstr(address, "://");
    size_t length;

    if (own != NULL)
        length = (size_t)(own - address);
    else if (host != NULL)
        length = (size_t)(host + 3 - address) + strcspn(host + 3, "/?#");
    else
        return NULL;
    return normal(arena, arena_bytes(arena, address, length));
}

void package_repository(struct package_reader *reader, struct package *package,
                        const char *repository, const char *commit)
{
    if (repository != NULL)
        package->origin = normal(reader->arena, repository);
    if (commit != NULL && *commit != '\0')
        package->revision = commit;
}

void package_origin(struct package_reader *reader, struct package *package, const char *address)
{
    const char *hash;

    if (address == NULL || begins(address, "file:") || begins(address, "link:"))
        return;
    hash = strchr(address, '#');
    if (is_repository(address)) {
        if (hash != NULL && strncmp(hash, "#commit=", 8) == 0)
            hash += 7;
        package_repository(reader, package, address,
                           hash != NULL
                               ? arena_bytes(reader->arena, hash + 1, strcspn(hash + 1, "&"))
                               : NULL);
        return;
    }
    if (!read_archive(reader, package, address))
        package->origin = registry_of(reader->arena, address, package->name);
}
