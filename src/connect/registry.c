#include <pilab/connect/registry.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/net/http_fields.h>
#include <pilab/net/http_url.h>

#include "registry_talk.h"

/* Nobody has more tags than so many pages hold. */
#define PAGES_MAX  500
#define PAGE_LIMIT ((size_t)8 << 20)

struct registry *registry_new(const struct registry_options *options, struct error *error)
{
    struct registry *registry = memory_new(sizeof *registry);
    struct http_options http = { .agent = options->agent,
                                 .authority_file = options->authority_file,
                                 .clock = options->clock,
                                 .retry_unit = options->retry_unit };

    registry->options = *options;
    registry->passes = map_new();
    registry->http = http_client_new(&http, error);
    if (registry->http == NULL)
        registry_free(&registry);
    return registry;
}

void registry_free(struct registry **out)
{
    struct registry *registry = *out;

    if (registry == NULL)
        return;
    *out = NULL;
    registry_forget_passes(registry);
    map_free(&registry->passes);
    http_client_free(&registry->http);
    free(registry);
}

/* --- What is asked for ------------------------------------------------------------------------ */

static struct registry_question question_for(struct arena *arena,
                                             const struct image_reference *reference,
                                             enum registry_thing kind, const char *path,
                                             const char *by)
{
    struct image_reference shown = *reference;

    if (shown.tag == NULL && shown.digest == NULL)
        shown.tag = "latest";
    return (struct registry_question){
        .name = reference->registry,
        .kind = kind,
        .repository = reference->repository,
        .by = by,
        .path =
            arena_printf(arena, "/v2/%s/%s%s", reference->repository, path, by != NULL ? by : ""),
        .scope = arena_printf(arena, "repository:%s:pull", reference->repository),
        .what = arena_printf(arena, "%s%s%s%s%s", shown.repository, shown.tag != NULL ? ":" : "",
                             shown.tag != NULL ? shown.tag : "", shown.digest != NULL ? "@" : "",
                             shown.digest != NULL ? shown.digest : ""),
    };
}

/* By its digest where there is one: what a tag leads to by now does not matter then. */
static struct registry_question
manifest_question(struct arena *arena, const struct image_reference *reference, const char *digest)
{
    const char *by = digest != NULL ? digest : reference->digest;
    struct registry_question question;

    if (by == NULL)
        by = image_reference_tag(reference);
    question = question_for(arena, reference, REGISTRY_MANIFEST, "manifests/", by);
    question.accept = IMAGE_ACCEPT;
    question.limit = IMAGE_MANIFEST_LIMIT;
    return question;
}

/* What came, with the digest that it has; *digest is what it must have, or NULL. */
static bool get_manifest(struct registry *registry, const struct image_reference *reference,
                         struct arena *arena, const char **digest,
                         const struct image_manifest **manifest, const struct progress *progress,
                         struct error *error)
{
    struct registry_question question = manifest_question(arena, reference, *digest);
    const char *wanted = *digest != NULL ? *digest : reference->digest, *said;
    struct http_response *response;
    bool ok = true;

    if (!registry_ask(registry, &question, &response, progress, error))
        return false;
    said = http_response_field(response, "Docker-Content-Digest");
    if (wanted == NULL && said != NULL && image_digest_is_valid(said))
        wanted = arena_text(arena, said);
    if (wanted != NULL)
        ok = image_digest_check(question.what, wanted, response->body, response->length, error);
    if (ok) {
        *digest =
            wanted != NULL ? wanted : image_digest_of(arena, response->body, response->length);
        *manifest =
            image_manifest_read(arena, question.what, http_response_field(response, "Content-Type"),
                                response->body, response->length, error);
        ok = *manifest != NULL;
    }
    http_response_free(&response);
    return ok;
}

bool registry_digest(struct registry *registry, const struct image_reference *reference,
                     struct arena *arena, const char **digest, const struct progress *progress,
                     struct error *error)
{
    struct registry_question question = manifest_question(arena, reference, NULL);
    const struct image_manifest *manifest;
    struct http_response *response;
    struct error why = { 0 };
    const char *said = NULL;

    question.method = "HEAD";
    if (registry_ask(registry, &question, &response, progress, &why)) {
        said = http_response_field(response, "Docker-Content-Digest");
        said = said != NULL && image_digest_is_valid(said) ? arena_text(arena, said) : NULL;
        http_response_free(&response);
    } else if (why.code == ERROR_CANCELLED || why.code == ERROR_UNTRUSTED ||
               why.code == ERROR_BUSY) {
        if (error != NULL)
            *error = why;
        return false;
    }
    *digest = said;
    /* Some do not answer HEAD, or say no digest: what comes has one in any case. An answer to HEAD
     * has no body, so the words for a refusal come from here, too. */
    return said != NULL ||
           get_manifest(registry, reference, arena, digest, &manifest, progress, error);
}

/* --- Images ----------------------------------------------------------------------------------- */

/* Signatures, charts and other things that registries keep have configurations of their own. */
static bool has_configuration(const struct image_manifest *manifest)
{
    static const char *const types[] = { "application/vnd.oci.image.config.v1+json",
                                         "application/vnd.docker.container.image.v1+json" };
    const char *type = manifest->config.media_type;

    return type == NULL || strcmp(type, types[0]) == 0 || strcmp(type, types[1]) == 0;
}

static bool get_config(struct registry *registry, const struct image_reference *reference,
                       struct arena *arena, struct image *image, const struct progress *progress,
                       struct error *error)
{
    const char *digest = image->manifest->config.digest;
    struct registry_question question =
        question_for(arena, reference, REGISTRY_BLOB, "blobs/", digest);
    struct http_response *response;
    bool ok;

    if (!has_configuration(image->manifest))
        return true;
    question.limit = IMAGE_CONFIG_LIMIT;
    if (!registry_ask(registry, &question, &response, progress, error))
        return error_prefix(error, "its configuration");
    ok = image_digest_check(question.what, digest, response->body, response->length, error);
    if (ok) {
        image->config =
            image_config_read(arena, question.what, response->body, response->length, error);
        ok = image->config != NULL;
    }
    http_response_free(&response);
    if (ok)
        image->platform = image->config->platform;
    return ok;
}

static bool choose(struct registry *registry, const struct image_reference *reference,
                   const struct image_platform *platform, struct arena *arena, struct image *image,
                   const struct progress *progress, struct error *error)
{
    const struct image_manifest *index = image->manifest;
    const struct image_descriptor *entry =
        platform == NULL && index->manifest_count == 1
            ? &index->manifests[0]
            : image_index_choose(index, platform != NULL ? platform : &image_platform_usual, error);
    struct image_platform *platforms;

    if (entry == NULL)
        return error_prefix(error, "%s", image_reference_text(arena, reference));
    platforms = arena_array(arena, index->manifest_count, sizeof *platforms);
    for (size_t i = 0; i < index->manifest_count; i++)
        platforms[i] = index->manifests[i].platform;
    image->indexed = true;
    image->platforms = platforms;
    image->platform_count = index->manifest_count;
    image->platform = entry->platform;
    image->manifest_digest = entry->digest;
    if (!get_manifest(registry, reference, arena, &image->manifest_digest, &image->manifest,
                      progress, error))
        return false;
    return !image->manifest->index ||
           error_set(error, ERROR_UNSUPPORTED, "%s: an index within an index",
                     image_reference_text(arena, reference));
}

bool registry_image(struct registry *registry, const struct image_reference *reference,
                    const struct image_platform *platform, struct arena *arena, struct image *image,
                    const struct progress *progress, struct error *error)
{
    struct image found = { .reference = *reference };
    struct image_platform indexed;

    if (!get_manifest(registry, reference, arena, &found.digest, &found.manifest, progress, error))
        return false;
    found.manifest_digest = found.digest;
    if (found.manifest->index &&
        !choose(registry, reference, platform, arena, &found, progress, error))
        return false;
    indexed = found.platform;
    if (!get_config(registry, reference, arena, &found, progress, error))
        return false;
    /* The index tells variants that configurations often leave out. */
    if (found.indexed)
        found.platform = indexed;
    *image = found;
    return true;
}

/* --- Lists ------------------------------------------------------------------------------------ */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool take_page(struct arena *arena, const struct registry_question *question,
                      const struct http_response *response, const char *member, struct vector *out,
                      struct error *error)
{
    json_t *page = json_read(question->what, response->body, response->length, error);
    const json_t *list = json_object_get(page, member);

    if (page == NULL)
        return false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = arena_text(arena, json_string_value(json_array_get(list, i)));

        if (text != NULL)
            vector_push(out, &text);
    }
    json_decref(page);
    return true;
}

/* Where the next page is; NULL: there is none. One that leads to another server than the registry
 * is not followed, for our login would go with it: also one of a server that it has sent us on to,
 * as seen from there. */
static bool next_page(const struct registry *registry, struct arena *arena,
                      const struct registry_question *question,
                      const struct http_response *response, const char **next, struct error *error)
{
    const char *field = http_response_field(response, "Link");
    const char *link = field != NULL ? http_link_find(arena, field, "next") : NULL;
    struct http_url here = { 0 }, there = { 0 };
    bool ok;

    *next = NULL;
    if (link == NULL)
        return true;
    ok =
        http_url_parse(response->url, &here, error) && http_url_resolve(&here, link, &there, error);
    if (ok && !registry_is_at(registry, question->name, there.whole))
        ok = error_set(error, ERROR_UNTRUSTED, "%s: the next page of %s is on another server",
                       question->name, question->what);
    if (ok)
        *next = arena_text(arena, there.whole);
    http_url_release(&here);
    http_url_release(&there);
    return ok;
}

static bool read_pages(struct registry *registry, struct registry_question *question,
                       const char *member, struct arena *arena, struct vector *out,
                       const struct progress *progress, struct error *error)
{
    for (size_t pages = 0; question->path != NULL; pages++) {
        struct http_response *response;
        const char *next = NULL;
        bool ok;

        if (pages == PAGES_MAX)
            return error_set(error, ERROR_LIMIT, "%s: %s has more than %d pages", question->name,
                             question->what, PAGES_MAX);
        if (!registry_ask(registry, question, &response, progress, error))
            return false;
        ok = take_page(arena, question, response, member, out, error) &&
             next_page(registry, arena, question, response, &next, error);
        http_response_free(&response);
        if (!ok)
            return false;
        if (next != NULL && strcmp(next, question->path) == 0)
            return error_set(error, ERROR_NETWORK, "%s: the pages of %s run in a circle",
                             question->name, question->what);
        question->path = next;
    }
    return true;
}

static bool read_list(struct registry *registry, struct registry_question *question,
                      const char *member, struct arena *arena, const char ***items, size_t *count,
                      const struct progress *progress, struct error *error)
{
    struct vector found;
    bool ok;

    question->limit = PAGE_LIMIT;
    vector_init(&found, sizeof(const char *));
    ok = read_pages(registry, question, member, arena, &found, progress, error);
    vector_sort(&found, compare_texts);
    *count = ok ? found.count : 0;
    *items = ok ? vector_to_arena(&found, arena) : NULL;
    vector_release(&found);
    return ok;
}

bool registry_tags(struct registry *registry, const struct image_reference *reference,
                   struct arena *arena, const char ***tags, size_t *count,
                   const struct progress *progress, struct error *error)
{
    struct registry_question question =
        question_for(arena, reference, REGISTRY_TAGS, "tags/list?n=1000", NULL);

    question.what = reference->repository;
    return read_list(registry, &question, "tags", arena, tags, count, progress, error);
}

bool registry_repositories(struct registry *registry, const char *name, struct arena *arena,
                           const char ***repositories, size_t *count,
                           const struct progress *progress, struct error *error)
{
    struct registry_question question = { .name = name,
                                          .kind = REGISTRY_REPOSITORIES,
                                          .path = "/v2/_catalog?n=1000",
                                          .scope = "registry:catalog:*",
                                          .what = "the list of repositories" };

    return read_list(registry, &question, "repositories", arena, repositories, count, progress,
                     error);
}
