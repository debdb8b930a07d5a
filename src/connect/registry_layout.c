/* Registries that are folders of OCI image layouts (image-spec 1.1, image-layout.md): a repository
 * a folder, as skopeo and others write them. They answer as the others do, out of files. */
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/images/reference.h>

#include "registry_talk.h"

#define REF_NAME "org.opencontainers.image.ref.name"

/* The caller frees. The repository cannot lead out of the folder: the grammar of names has no part
 * that begins with a dot. */
static char *path_of(const struct registry_place *place, const struct registry_question *question,
                     const char *rest)
{
    return memory_printf("%s/%s/%s", place->folder, question->repository, rest);
}

static struct http_response *answer_new(const char *path)
{
    struct arena *arena = arena_new();
    struct http_response *response = arena_alloc(arena, sizeof *response);

    *response = (struct http_response){
        .arena = arena, .status = 200, .url = arena_printf(arena, "file://%s", path), .tries = 1
    };
    return response;
}

static void take_body(struct http_response *response, const struct strbuf *text)
{
    response->body = arena_bytes(response->arena, text->data, text->length);
    response->length = text->length;
}

static bool missing(const struct registry_place *place, const struct registry_question *question,
                    struct error *error)
{
    error_set(error, ERROR_NOT_FOUND, "%s has no %s", question->name, question->what);
    return error_hint(error, "its images are in %s: pilab image tags shows those that are there",
                      place->folder);
}

/* --- Which blob ------------------------------------------------------------------------------- */

static json_t *read_index(const struct registry_place *place,
                          const struct registry_question *question, struct error *error)
{
    char *path = path_of(place, question, "index.json");
    struct strbuf text = STRBUF_INIT;
    struct error why = { 0 };
    json_t *index = NULL;

    if (file_read(path, IMAGE_MANIFEST_LIMIT, true, &text, &why)) {
        index = json_read(path, text.data, text.length, error);
    } else if (why.code != ERROR_NOT_FOUND) {
        if (error != NULL)
            *error = why;
    } else if (!file_is_directory(place->folder)) {
        error_set(error, ERROR_IO, "the folder %s of the registry %s is not there", place->folder,
                  question->name);
        error_hint(error, "`registries` in pilab.yaml says where its images are");
    } else {
        error_set(error, ERROR_NOT_FOUND, "%s has no repository for %s", question->name,
                  question->what);
        error_hint(error, "its images are OCI layouts in %s, one a repository", place->folder);
    }
    strbuf_release(&text);
    free(path);
    return index;
}

static const char *tag_of(const json_t *entry)
{
    return json_member_text(json_object_get(entry, "annotations"), REF_NAME);
}

/* Some write the whole name where others write the tag. */
static bool is_tagged(const struct registry_question *question, const char *name)
{
    char *whole = memory_printf("%s/%s:%s", question->name, question->repository, question->by);
    bool is = name != NULL && (strcmp(name, question->by) == 0 || strcmp(name, whole) == 0);

    free(whole);
    return is;
}

/* What was written last holds. In the response's arena; NULL: there is none. */
static const char *digest_of_tag(const json_t *index, const struct registry_question *question,
                                 struct arena *arena)
{
    const json_t *entries = json_object_get(index, "manifests");
    const char *digest = NULL;

    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *entry = json_array_get(entries, i);
        const char *said = json_member_text(entry, "digest");

        if (said != NULL && image_digest_is_valid(said) && is_tagged(question, tag_of(entry)))
            digest = said;
    }
    return arena_text(arena, digest);
}

/* --- Answers ---------------------------------------------------------------------------------- */

static bool read_blob(const struct registry_place *place, const struct registry_question *question,
                      const char *digest, struct http_response *response, struct error *error)
{
    size_t kind = strcspn(digest, ":");
    char *rest = memory_printf("blobs/%.*s/%s", (int)kind, digest, digest + kind + 1);
    char *path = path_of(place, question, rest);
    struct strbuf text = STRBUF_INIT;
    struct error why = { 0 };
    bool ok = file_read(path, question->limit, true, &text, &why);

    if (ok)
        take_body(response, &text);
    else if (why.code == ERROR_NOT_FOUND)
        missing(place, question, error);
    else if (error != NULL)
        *error = why;
    strbuf_release(&text);
    free(path);
    free(rest);
    return ok;
}

static bool answer_manifest(const struct registry_place *place,
                            const struct registry_question *question,
                            struct http_response *response, struct error *error)
{
    const char *digest = question->by;
    struct http_header *header;
    json_t *index;

    if (strchr(digest, ':') == NULL) {
        index = read_index(place, question, error);
        if (index == NULL)
            return false;
        digest = digest_of_tag(index, question, response->arena);
        json_decref(index);
        if (digest == NULL)
            return missing(place, question, error);
    }
    header = arena_alloc(response->arena, sizeof *header);
    *header = (struct http_header){ "Docker-Content-Digest", digest };
    response->headers = header;
    response->header_count = 1;
    return read_blob(place, question, digest, response, error);
}

static bool answer_tags(const struct registry_place *place,
                        const struct registry_question *question, struct http_response *response,
                        struct error *error)
{
    json_t *index = read_index(place, question, error), *page, *tags, *entries;
    struct strbuf text = STRBUF_INIT;

    if (index == NULL)
        return false;
    entries = json_object_get(index, "manifests");
    page = json_object();
    tags = json_array();
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const char *name = tag_of(json_array_get(entries, i));
        const char *colon = name != NULL ? strrchr(name, ':') : NULL;

        if (name != NULL && image_tag_is_valid(colon != NULL ? colon + 1 : name))
            json_append(tags, json_text(colon != NULL ? colon + 1 : name));
    }
    json_put(page, "tags", tags);
    json_write_canonical(&text, page);
    take_body(response, &text);
    strbuf_release(&text);
    json_decref(page);
    json_decref(index);
    return true;
}

bool registry_layout_ask(const struct registry_place *place,
                         const struct registry_question *question, struct http_response **response,
                         struct error *error)
{
    struct http_response *answer = answer_new(place->folder);
    bool ok = false;

    switch (question->kind) {
    case REGISTRY_MANIFEST:
        ok = answer_manifest(place, question, answer, error);
        break;
    case REGISTRY_BLOB:
        ok = read_blob(place, question, question->by, answer, error);
        break;
    case REGISTRY_TAGS:
        ok = answer_tags(place, question, answer, error);
        break;
    case REGISTRY_REPOSITORIES:
        error_set(error, ERROR_UNSUPPORTED, "%s is a folder, which has no list of repositories",
                  question->name);
        error_hint(error, "look into %s", place->folder);
        break;
    }
    if (!ok)
        http_response_free(&answer);
    *response = answer;
    return ok;
}
