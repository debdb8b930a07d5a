#include "images.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/images/reference.h>

#define OCI "application/vnd.oci.image."

/* What an image is made of. A layer that says a version is there from it on, in place of the one of
 * the same number before it. */
struct layer {
    const char *module;
    int number;
    const char *from; /* "": always */
    bool each;        /* made anew for each version */
    int64_t size;     /* bytes as stored */
    const char *step;
};

struct variable {
    const char *module, *from, *text;
};

struct recipe {
    const char *module, *repository, *entrypoint, *port;
    const char *user, *new_user; /* the second from v2.0.7 on */
};

/* clang-format off */
static const struct recipe recipes[] = {
    { "mb-auth-service",    "mb/auth",              "/app/server", "8080/tcp", "1000",  "1000" },
    { "mb-payment-service", "mb/payment",           "/payment",            "8080/tcp", "65532", "65532" },
    { "mb-notify-service",  "mb/notify",            "/app/start",  "8080/tcp", "1000",  "1000" },
    { "mb-ledger-db",       "mb/ledger-migrations", "/usr/local/bin/migrate",          NULL,       "1000",  "1000" },
    { "mb-web",             "mb/web",               "/usr/sbin/nginx", "8080/tcp", "",   "101" },
};

static const struct layer layers[] = {
    { "mb-auth-service",    0, "",       false, 28231174, "ADD rootfs.tar.xz / # debian 12" },
    { "mb-auth-service",    1, "",       false, 41208933, "COPY node /usr/local" },
    { "mb-auth-service",    2, "",       false, 11804420, "RUN npm ci --omit=dev" },
    { "mb-auth-service",    2, "v2.0.7", false, 12377106, "RUN npm ci --omit=dev" },
    { "mb-auth-service",    3, "",       true,    412688, "COPY dist /app" },
    { "mb-auth-service",    4, "v2.0.7", false,  2216340, "COPY biometric /app/biometric" },
    { "mb-payment-service", 0, "",       false,   802341, "ADD rootfs.tar.xz / # without a shell" },
    { "mb-payment-service", 1, "",       true,  18422107, "COPY payment /payment" },
    { "mb-notify-service",  0, "",       false, 28231174, "ADD rootfs.tar.xz / # debian 12" },
    { "mb-notify-service",  1, "",       false, 52190446, "COPY jre /opt/jre" },
    { "mb-notify-service",  2, "",       false, 33018840, "COPY lib /lib/app" },
    { "mb-notify-service",  2, "v2.0.7", false, 35640219, "COPY lib /lib/app" },
    { "mb-notify-service",  3, "",       true,    288102, "COPY app.jar /app.jar" },
    { "mb-ledger-db",       0, "",       false, 28231174, "ADD rootfs.tar.xz / # debian 12" },
    { "mb-ledger-db",       1, "",       false,  9310228, "COPY migrate /usr/local/bin" },
    { "mb-ledger-db",       2, "",       true,     21480, "COPY db/migrations /migrations" },
    { "mb-web",             0, "",       false,  3408729, "ADD rootfs.tar.gz / # alpine 3.19" },
    { "mb-web",             0, "v2.0.7", false,  3623807, "ADD rootfs.tar.gz / # alpine 3.20" },
    { "mb-web",             1, "",       false, 14822190, "RUN apk add nginx" },
    { "mb-web",             1, "v2.0.7", false, 15110064, "RUN apk add nginx" },
    { "mb-web",             2, "",       true,   3940412, "COPY dist /usr/share/nginx/html" },
};

static const struct variable variables[] = {
    { "mb-auth-service",    "",       "NODE_ENV=production" },
    { "mb-auth-service",    "v2.0.7", "BIOMETRIC_MODELS=/app/biometric" },
    { "mb-notify-service",  "",       "JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75" },
    { "mb-web",             "",       "NGINX_WORKERS=auto" },
};
/* clang-format on */

#define LAYERS    (sizeof layers / sizeof *layers)
#define VARIABLES (sizeof variables / sizeof *variables)
#define MOST      8 /* layers of one image */

struct shelf {
    const struct recipe *recipe;
    char *folder; /* of the repository */
    json_t *index;
    struct arena *arena;
    struct error *error;
};

/* Versions of the sample world have one digit. */
static bool has(const char *module, const char *own, const char *from, const char *version)
{
    return strcmp(module, own) == 0 && strcmp(version, from) >= 0;
}

/* --- Files ------------------------------------------------------------------------------------ */

/* A sample need not outlive a power cut: nothing is waited for. */
static bool write_file(const char *path, const struct strbuf *text, struct error *error)
{
    FILE *file = fopen(path, "we");
    bool ok = file != NULL && fwrite(text->data, 1, text->length, file) == text->length;

    if (file != NULL && fclose(file) != 0)
        ok = false;
    if (!ok)
        error_set(error, ERROR_IO, "%s: %s", path, strerror(errno));
    return ok;
}

static bool write_json(const struct shelf *shelf, const char *name, const json_t *json)
{
    struct strbuf text = STRBUF_INIT;
    char *path = path_join(shelf->folder, name);
    bool ok;

    json_write_canonical(&text, json);
    ok = write_file(path, &text, shelf->error);
    strbuf_release(&text);
    free(path);
    return ok;
}

/* A descriptor of what was written, or NULL; takes `json` over. */
static json_t *write_blob(const struct shelf *shelf, const char *type, json_t *json)
{
    struct strbuf text = STRBUF_INIT;
    json_t *descriptor = json_object();
    const char *digest, *name;
    bool ok;

    json_write_canonical(&text, json);
    digest = image_digest_of(shelf->arena, text.data, text.length);
    name = arena_printf(shelf->arena, "blobs/sha256/%s", strchr(digest, ':') + 1);
    json_put_text(descriptor, "mediaType", type);
    json_put_text(descriptor, "digest", digest);
    json_put_integer(descriptor, "size", (int64_t)text.length);
    ok = write_json(shelf, name, json);
    strbuf_release(&text);
    json_decref(json);
    if (!ok)
        json_decref(descriptor);
    return ok ? descriptor : NULL;
}

/* --- One image -------------------------------------------------------------------------------- */

/* Which layers a version has, lowest first. */
static size_t choose_layers(const char *module, const char *version,
                            const struct layer *chosen[MOST])
{
    size_t count = 0;

    for (size_t i = 0; i < LAYERS; i++) {
        if (!has(module, layers[i].module, layers[i].from, version))
            continue;
        if (count > 0 && chosen[count - 1]->number == layers[i].number)
            chosen[count - 1] = &layers[i];
        else if (count < MOST)
            chosen[count++] = &layers[i];
    }
    return count;
}

/* The digest of what is said of a layer stands for its own. */
static const char *digest_of(const struct shelf *shelf, const struct layer *layer,
                             const char *version, const char *form)
{
    const char *text =
        arena_printf(shelf->arena, "%s %s %lld %s %s", form, layer->step, (long long)layer->size,
                     layer->each ? layer->module : "", layer->each ? version : "");

    return image_digest_of(shelf->arena, text, strlen(text));
}

/* What is made anew grows a little each time. */
static int64_t size_of(const struct layer *layer, const char *version)
{
    int64_t step = layer->each ? version[strlen("v2.0.")] - '0' : 0;

    return layer->size + step * (layer->size / 217);
}

static json_t *settings_of(const struct shelf *shelf, const struct story_tag *tag)
{
    const struct recipe *recipe = shelf->recipe;
    json_t *settings = json_object(), *environment = json_array(), *labels = json_object();
    json_t *entrypoint = json_array(), *ports = json_object();
    char commit[OBJECT_ID_HEX_SIZE];

    for (size_t i = 0; i < VARIABLES; i++) {
        if (has(recipe->module, variables[i].module, variables[i].from, tag->name))
            json_append(environment, json_text(variables[i].text));
    }
    json_append(environment, json_text(arena_printf(shelf->arena, "APP_VERSION=%s", tag->name)));
    json_put_text(labels, "org.opencontainers.image.revision", object_id_hex(&tag->commit, commit));
    json_put_text(labels, "org.opencontainers.image.version", tag->name);
    json_append(entrypoint, json_text(recipe->entrypoint));
    if (recipe->port != NULL)
        json_put(ports, recipe->port, json_object());
    json_put(settings, "Env", environment);
    json_put(settings, "Entrypoint", entrypoint);
    json_put(settings, "ExposedPorts", ports);
    json_put(settings, "Labels", labels);
    json_put_text(settings, "User",
                  strcmp(tag->name, "v2.0.7") >= 0 ? recipe->new_user : recipe->user);
    return settings;
}

static json_t *config_of(const struct shelf *shelf, const struct story_tag *tag,
                         const struct layer *const *chosen, size_t count)
{
    json_t *config = json_object(), *files = json_object(), *ids = json_array();
    json_t *history = json_array();
    char created[TIMESTAMP_SIZE];

    for (size_t i = 0; i < count; i++) {
        json_t *step = json_object();

        json_append(ids, json_text(digest_of(shelf, chosen[i], tag->name, "unpacked")));
        json_put_text(step, "created_by", chosen[i]->step);
        json_append(history, step);
    }
    json_put_text(files, "type", "layers");
    json_put(files, "diff_ids", ids);
    json_put_text(config, "architecture", "amd64");
    json_put_text(config, "os", "linux");
    json_put_text(config, "created", timestamp_format(tag->at, created));
    json_put(config, "config", settings_of(shelf, tag));
    json_put(config, "rootfs", files);
    json_put(config, "history", history);
    return config;
}

static json_t *layers_of(const struct shelf *shelf, const char *version,
                         const struct layer *const *chosen, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *descriptor = json_object();

        json_put_text(descriptor, "mediaType", OCI "layer.v1.tar+gzip");
        json_put_text(descriptor, "digest", digest_of(shelf, chosen[i], version, "packed"));
        json_put_integer(descriptor, "size", size_of(chosen[i], version));
        json_append(list, descriptor);
    }
    return list;
}

static bool add_image(const struct shelf *shelf, const struct story_tag *tag)
{
    const struct layer *chosen[MOST];
    size_t count = choose_layers(shelf->recipe->module, tag->name, chosen);
    json_t *config = write_blob(shelf, OCI "config.v1+json", config_of(shelf, tag, chosen, count));
    json_t *manifest, *descriptor, *notes;

    if (config == NULL)
        return false;
    manifest = json_object();
    json_put_integer(manifest, "schemaVersion", 2);
    json_put_text(manifest, "mediaType", OCI "manifest.v1+json");
    json_put(manifest, "config", config);
    json_put(manifest, "layers", layers_of(shelf, tag->name, chosen, count));
    descriptor = write_blob(shelf, OCI "manifest.v1+json", manifest);
    if (descriptor == NULL)
        return false;
    notes = json_object();
    json_put_text(notes, "org.opencontainers.image.ref.name", tag->name);
    json_put(descriptor, "annotations", notes);
    json_append(json_object_get(shelf->index, "manifests"), descriptor);
    return true;
}

/* --- All of a module -------------------------------------------------------------------------- */

static bool make_folder(const struct shelf *shelf)
{
    char *blobs = path_join(shelf->folder, "blobs/sha256");
    json_t *layout = json_object();
    bool ok;

    json_put_text(layout, "imageLayoutVersion", "1.0.0");
    ok =
        file_make_directories(blobs, 0755, shelf->error) && write_json(shelf, "oci-layout", layout);
    json_decref(layout);
    free(blobs);
    return ok;
}

static const struct recipe *recipe_of(const char *module)
{
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
        if (strcmp(recipes[i].module, module) == 0)
            return &recipes[i];
    }
    return NULL;
}

bool images_of_module(const char *folder, const char *module, const struct story_outcome *story,
                      struct error *error)
{
    struct shelf shelf = { .recipe = recipe_of(module), .error = error };
    bool ok;

    if (shelf.recipe == NULL)
        return true;
    shelf.arena = arena_new();
    shelf.folder = path_join(folder, shelf.recipe->repository);
    shelf.index = json_object();
    json_put_integer(shelf.index, "schemaVersion", 2);
    json_put(shelf.index, "manifests", json_array());
    ok = make_folder(&shelf);
    for (size_t i = 0; ok && i < story->tag_count; i++)
        ok = add_image(&shelf, &story->tags[i]);
    ok = ok && write_json(&shelf, "index.json", shelf.index);
    json_decref(shelf.index);
    free(shelf.folder);
    arena_free(&shelf.arena);
    return ok;
}
