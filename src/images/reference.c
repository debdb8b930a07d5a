#include <pilab/images/reference.h>

#include <ctype.h>
#include <string.h>

#include <sodium.h>

#include <pilab/base/digest.h>

#define NAME_LIMIT 255
#define TAG_LIMIT  128

/* --- Parts ------------------------------------------------------------------------------------ */

static bool is_small(char c)
{
    return islower((unsigned char)c) || isdigit((unsigned char)c);
}

/* path-component := [a-z0-9]+ ((. | _ | __ | -+) [a-z0-9]+)* */
static bool is_component(const char *text, size_t length)
{
    size_t at = 0;

    for (;;) {
        size_t begun = at;

        while (at < length && is_small(text[at]))
            at++;
        if (at == begun)
            return false;
        if (at == length)
            return true;
        if (text[at] == '-') {
            while (at < length && text[at] == '-')
                at++;
        } else if (text[at] == '.') {
            at++;
        } else if (text[at] == '_') {
            at += at + 1 < length && text[at + 1] == '_' ? 2 : 1;
        } else {
            return false;
        }
    }
}

static bool is_repository(const char *text)
{
    for (;;) {
        size_t length = strcspn(text, "/");

        if (!is_component(text, length))
            return false;
        if (text[length] == '\0')
            return true;
        text += length + 1;
    }
}

/* host[:port], where a host is a name, an address, or one of IPv6 in brackets. */
static bool is_registry(const char *text, size_t length)
{
    size_t host = length, digits = 0;

    while (digits < length && isdigit((unsigned char)text[length - 1 - digits]))
        digits++;
    if (digits > 0 && digits < length && text[length - 1 - digits] == ':')
        host = length - 1 - digits;
    if (host == 0)
        return false;
    if (*text == '[') {
        for (size_t i = 1; i + 1 < host; i++)
            if (!isxdigit((unsigned char)text[i]) && text[i] != ':')
                return false;
        return host > 3 && text[host - 1] == ']';
    }
    for (size_t i = 0; i < host; i++)
        if (!isalnum((unsigned char)text[i]) && (i == 0 || strchr("-.", text[i]) == NULL))
            return false;
    return isalnum((unsigned char)text[host - 1]);
}

/* "a/b" is of Docker Hub, "a.b/c", "a:1/b", "localhost/a" and "A/b" name a registry. */
static bool names_registry(const char *text, size_t length)
{
    bool large = false;

    for (size_t i = 0; i < length; i++)
        large = large || isupper((unsigned char)text[i]);
    return memchr(text, '.', length) != NULL || memchr(text, ':', length) != NULL || large ||
           (length == 9 && memcmp(text, "localhost", 9) == 0);
}

bool image_tag_is_valid(const char *tag)
{
    size_t length = 0;

    if (!isalnum((unsigned char)*tag) && *tag != '_')
        return false;
    while (isalnum((unsigned char)tag[length]) ||
           (tag[length] != '\0' && strchr("_.-", tag[length]) != NULL))
        length++;
    return tag[length] == '\0' && length <= TAG_LIMIT;
}

static bool is_hex(const char *text, size_t length)
{
    return strlen(text) == length && strspn(text, "0123456789abcdef") == length;
}

bool image_digest_is_valid(const char *digest)
{
    return (strncmp(digest, "sha256:", 7) == 0 && is_hex(digest + 7, 64)) ||
           (strncmp(digest, "sha512:", 7) == 0 && is_hex(digest + 7, 128));
}

bool image_tag_moves(const char *tag)
{
    static const char *const words[] = { "latest",  "stable",  "main",    "master",     "trunk",
                                         "dev",     "develop", "edge",    "nightly",    "canary",
                                         "beta",    "alpha",   "current", "snapshot",   "head",
                                         "rolling", "next",    "prod",    "production", "staging",
                                         "test",    "uat",     "sit",     "qa" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t at = 0;

        while (words[i][at] != '\0' && tolower((unsigned char)tag[at]) == words[i][at])
            at++;
        if (words[i][at] == '\0' && tag[at] == '\0')
            return true;
    }
    return false;
}

/* --- A whole name ----------------------------------------------------------------------------- */

static bool refuse(struct error *error, const char *text, const char *why)
{
    error_set(error, ERROR_INVALID, "'%.200s' is no name of an image: %s", text, why);
    return error_hint(error, "registry.example/team/service:tag, or …@sha256:…");
}

/* Docker Hub has several names, and its own images have a folder that nobody writes. */
static void take_name(struct arena *arena, const char *text, size_t length,
                      struct image_reference *out)
{
    const char *slash = memchr(text, '/', length);
    size_t first = slash != NULL ? (size_t)(slash - text) : length;

    if (slash != NULL && names_registry(text, first)) {
        out->registry = arena_bytes(arena, text, first);
        out->repository = arena_bytes(arena, slash + 1, length - first - 1);
    } else {
        out->registry = IMAGE_REGISTRY_HUB;
        out->repository = arena_bytes(arena, text, length);
    }
    if (strcmp(out->registry, "index.docker.io") == 0 ||
        strcmp(out->registry, "registry-1.docker.io") == 0)
        out->registry = IMAGE_REGISTRY_HUB;
    if (strcmp(out->registry, IMAGE_REGISTRY_HUB) == 0 && strchr(out->repository, '/') == NULL)
        out->repository = arena_printf(arena, "library/%s", out->repository);
}

static bool check(const char *text, const struct image_reference *reference, struct error *error)
{
    size_t length = strlen(reference->registry);

    if (!is_registry(reference->registry, length))
        return refuse(error, text, "the registry is not a host");
    if (!is_repository(reference->repository))
        return refuse(error, text,
                      "the repository is made of small letters, digits and single . _ - between "
                      "them");
    if (length + 1 + strlen(reference->repository) > NAME_LIMIT)
        return refuse(error, text, "it is longer than 255 characters");
    if (reference->tag != NULL && !image_tag_is_valid(reference->tag))
        return refuse(error, text,
                      "the tag is made of letters, digits and _ . -, at most 128, and begins with "
                      "none of . -");
    if (reference->digest != NULL && !image_digest_is_valid(reference->digest))
        return refuse(error, text, "the digest is not sha256: and 64 hexadecimal digits");
    return true;
}

bool image_reference_parse(struct arena *arena, const char *text, struct image_reference *reference,
                           struct error *error)
{
    size_t name = strcspn(text, "@"), slash = name, colon;
    struct image_reference found = { 0 };

    if (*text == '\0')
        return refuse(error, text, "it is empty");
    if (strlen(text) > 4 * NAME_LIMIT)
        return refuse(error, text, "it is too long");
    if (text[name] == '@')
        found.digest = arena_text(arena, text + name + 1);
    while (slash > 0 && text[slash - 1] != '/')
        slash--;
    colon = slash + strcspn(text + slash, ":@");
    if (colon < name) {
        found.tag = arena_bytes(arena, text + colon + 1, name - colon - 1);
        name = colon;
    }
    take_name(arena, text, name, &found);
    if (!check(text, &found, error))
        return false;
    *reference = found;
    return true;
}

static bool is_given(const char *text)
{
    return text != NULL && *text != '\0';
}

bool image_reference_from_parts(struct arena *arena, const char *registry, const char *repository,
                                const char *tag, const char *digest,
                                struct image_reference *reference, struct error *error)
{
    struct image_reference found;
    const char *whole = repository;

    if (is_given(registry))
        whole = arena_printf(arena, "%s/%s", registry, repository);
    if (!image_reference_parse(arena, whole, &found, error))
        return false;
    if (is_given(tag)) {
        const char *at = strchr(tag, '@');

        /* "1.2.3@sha256:…" is in common use as a tag in values. */
        found.tag =
            at != NULL ? arena_bytes(arena, tag, (size_t)(at - tag)) : arena_text(arena, tag);
        if (at != NULL)
            found.digest = arena_text(arena, at + 1);
    }
    if (is_given(digest))
        found.digest = strchr(digest, ':') != NULL ? arena_text(arena, digest)
                                                   : arena_printf(arena, "sha256:%s", digest);
    if (!check(whole, &found, error))
        return false;
    *reference = found;
    return true;
}

/* --- As text ---------------------------------------------------------------------------------- */

const char *image_reference_name(struct arena *arena, const struct image_reference *reference)
{
    const char *repository = reference->repository, *slash = strchr(repository, '/');

    /* A folder of Docker Hub may be called like a registry. */
    if (strcmp(reference->registry, IMAGE_REGISTRY_HUB) != 0 ||
        (slash != NULL && names_registry(repository, (size_t)(slash - repository))))
        return arena_printf(arena, "%s/%s", reference->registry, repository);
    return strncmp(repository, "library/", 8) == 0 && strchr(repository + 8, '/') == NULL
               ? repository + 8
               : repository;
}

const char *image_reference_text(struct arena *arena, const struct image_reference *reference)
{
    const char *digest = reference->digest, *tag = reference->tag;

    return arena_printf(arena, "%s%s%s%s%s", image_reference_name(arena, reference),
                        tag != NULL ? ":" : "", tag != NULL ? tag : "", digest != NULL ? "@" : "",
                        digest != NULL ? digest : "");
}

const char *image_reference_tag(const struct image_reference *reference)
{
    if (reference->tag != NULL)
        return reference->tag;
    return reference->digest != NULL ? NULL : "latest";
}

bool image_reference_same_name(const struct image_reference *a, const struct image_reference *b)
{
    return strcmp(a->registry, b->registry) == 0 && strcmp(a->repository, b->repository) == 0;
}

/* --- Digests ---------------------------------------------------------------------------------- */

bool image_digest_check(const char *what, const char *digest, const void *bytes, size_t length,
                        struct error *error)
{
    unsigned char hash[crypto_hash_sha512_BYTES];
    char hex[2 * sizeof hash + 1];

    if (!image_digest_is_valid(digest))
        return error_set(error, ERROR_UNSUPPORTED,
                         "%s: a digest of a kind that is not known: %.100s", what, digest);
    if (digest[3] == '2') {
        sha256_hex(bytes, length, hex);
    } else {
        crypto_hash_sha512(hash, bytes, length);
        hex_encode(hash, sizeof hash, hex);
    }
    if (strcmp(digest + 7, hex) == 0)
        return true;
    error_set(error, ERROR_CORRUPT, "%s: what came is not what its digest says: %.19s…", what,
              digest);
    return error_hint(error, "something between changes it, or the registry is damaged");
}

const char *image_digest_of(struct arena *arena, const void *bytes, size_t length)
{
    char hex[SHA256_HEX_SIZE];

    return arena_printf(arena, "sha256:%s", sha256_hex(bytes, length, hex));
}
