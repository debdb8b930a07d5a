#include <config.h> /* memfd_create is a system extension */

#include "observe_web.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <pilab/account/secret.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/images/reference.h>
#include <pilab/net/http_url.h>
#include <pilab/source/kubeconfig.h>
#include <pilab/source/kubernetes_list.h>

#define FILE_LIMIT  (4u << 20)
#define PAGE_SIZE   500
#define MOST_PAGES  200
#define POD_FOLDER  "/var/run/secrets/kubernetes.io/serviceaccount"
#define USUAL_SPACE "default"
#define KEPT_FILES  3 /* an authority, a certificate, its key */

/* How the cluster is reached, and what it has said so far. */
struct cluster {
    struct observing *observing;
    struct observe_web web;
    const char *server, *namespace_name;
    char *ca;                /* a file; NULL: the system's authorities */
    char *certificate, *key; /* files; NULL: we have none */
    int kept[KEPT_FILES];    /* descriptors of what a kubeconfig holds itself */
    size_t kept_count;
    struct strbuf token; /* empty: none */
    struct vector workloads;
};

/* --- How it is reached ------------------------------------------------------------------------ */

/* What a kubeconfig holds as a file that only this process can name, and that is on no disk. */
static bool keep(struct cluster *cluster, const char *pem, char **file, struct error *error)
{
    size_t length = strlen(pem);
    int descriptor = memfd_create("kubeconfig", MFD_CLOEXEC);

    if (descriptor >= 0)
        cluster->kept[cluster->kept_count++] = descriptor;
    if (descriptor < 0 || write(descriptor, pem, length) != (ssize_t)length)
        return error_set(error, ERROR_IO, "a certificate of the kubeconfig cannot be kept");
    *file = memory_printf("/proc/self/fd/%d", descriptor);
    return true;
}

/* A path in a kubeconfig is from where the file lies. */
static char *beside(const char *file, const char *path)
{
    const char *name = path_base_name(file);
    char *folder = memory_copy_bytes(file, (size_t)(name - file));
    char *whole = path_join(*folder != '\0' ? folder : ".", path);

    free(folder);
    return whole;
}

/* A key that others can read is none any more. */
static bool keep_key_file(struct cluster *cluster, const char *path, struct error *error)
{
    struct strbuf pem = STRBUF_INIT;
    bool ok = secret_file_read(path, FILE_LIMIT, true, &pem, error) &&
              keep(cluster, pem.data, &cluster->key, error);

    secret_wipe(&pem);
    return ok;
}

static bool take_certificate(struct cluster *cluster, const char *path,
                             const struct kubeconfig *config, struct error *error)
{
    bool ok = true;
    char *file;

    if (config->certificate_data != NULL)
        ok = keep(cluster, config->certificate_data, &cluster->certificate, error);
    else if (config->certificate_file != NULL)
        cluster->certificate = beside(path, config->certificate_file);
    if (ok && config->key_data != NULL) {
        ok = keep(cluster, config->key_data, &cluster->key, error);
        sodium_memzero(config->key_data, strlen(config->key_data));
    } else if (ok && config->key_file != NULL) {
        file = beside(path, config->key_file);
        ok = keep_key_file(cluster, file, error);
        free(file);
    }
    return ok;
}

static bool take_config(struct cluster *cluster, const char *path, const struct kubeconfig *config,
                        struct error *error)
{
    const struct observer_settings *observer = cluster->observing->observer;
    char *file;
    bool ok;

    cluster->server = config->server;
    if (cluster->namespace_name == NULL)
        cluster->namespace_name = config->namespace_name;
    if (cluster->ca == NULL && config->ca_data != NULL) {
        if (!keep(cluster, config->ca_data, &cluster->ca, error))
            return false;
    } else if (cluster->ca == NULL && config->ca_file != NULL) {
        cluster->ca = beside(path, config->ca_file);
    }
    if (!take_certificate(cluster, path, config, error))
        return false;
    if (observer->token_file != NULL)
        return true;
    if (config->token != NULL)
        strbuf_add(&cluster->token, config->token);
    if (config->token != NULL || config->token_file == NULL)
        return true;
    file = beside(path, config->token_file);
    ok = secret_file_read(file, FILE_LIMIT, true, &cluster->token, error);
    free(file);
    return ok;
}

static bool reach_by_config(struct cluster *cluster, struct error *error)
{
    struct observing *observing = cluster->observing;
    char *path = observing_path(observing, observing->observer->kubeconfig);
    struct strbuf text = STRBUF_INIT;
    struct kubeconfig config = { 0 };
    bool ok = secret_file_read(path, FILE_LIMIT, true, &text, error) &&
              kubeconfig_read(path, text.data, text.length, observing->observer->context,
                              observing->arena, &config, error) &&
              take_config(cluster, path, &config, error);

    secret_wipe(&text);
    free(path);
    return ok;
}

/* What a cluster puts into each of its pods; the files are not ours to be closed. */
static bool reach_from_within(struct cluster *cluster, struct error *error)
{
    const char *host = getenv("KUBERNETES_SERVICE_HOST"), *port = getenv("KUBERNETES_SERVICE_PORT");
    struct arena *arena = cluster->observing->arena;
    struct strbuf space = STRBUF_INIT;

    if (host == NULL || *host == '\0') {
        error_set(error, ERROR_NOT_FOUND,
                  "this is not within a cluster: there is no "
                  "KUBERNETES_SERVICE_HOST");
        return error_hint(error, "server and token_file, or kubeconfig, say how it is reached");
    }
    cluster->server =
        arena_printf(arena, strchr(host, ':') != NULL ? "https://[%s]:%s" : "https://%s:%s", host,
                     port != NULL && *port != '\0' ? port : "443");
    if (cluster->ca == NULL)
        cluster->ca = memory_copy_text(POD_FOLDER "/ca.crt");
    if (cluster->namespace_name == NULL &&
        file_read(POD_FOLDER "/namespace", 1024, true, &space, NULL))
        cluster->namespace_name = strbuf_to_arena(&space, arena);
    strbuf_release(&space);
    return cluster->observing->observer->token_file != NULL ||
           file_read(POD_FOLDER "/token", FILE_LIMIT, true, &cluster->token, error);
}

static bool reach(struct cluster *cluster, struct error *error)
{
    struct observing *observing = cluster->observing;
    const struct observer_settings *observer = observing->observer;

    cluster->namespace_name = observer->namespace_name;
    cluster->ca = observer->ca != NULL ? observing_path(observing, observer->ca) : NULL;
    cluster->server = observer->server;
    if (observer->kubeconfig != NULL ? !reach_by_config(cluster, error)
                                     : observer->in_cluster && !reach_from_within(cluster, error))
        return false;
    if (!observing_token(observing, &cluster->token, error))
        return false;
    while (cluster->token.length > 0 &&
           strchr("\r\n", cluster->token.data[cluster->token.length - 1]) != NULL)
        strbuf_truncate(&cluster->token, cluster->token.length - 1);
    if (cluster->namespace_name == NULL)
        cluster->namespace_name = USUAL_SPACE;
    return observe_web_open(&cluster->web,
                            &(struct observe_identity){
                                .authority = cluster->ca,
                                .certificate = cluster->certificate,
                                .key = cluster->key,
                                .token = cluster->token.length > 0 ? cluster->token.data : NULL },
                            error);
}

/* --- What runs there -------------------------------------------------------------------------- */

static void write_address(const struct cluster *cluster, enum kubernetes_kind kind,
                          const char *next, struct strbuf *out)
{
    size_t length = strlen(cluster->server);

    while (length > 0 && cluster->server[length - 1] == '/')
        length--;
    strbuf_add_bytes(out, cluster->server, length);
    strbuf_add(out, "/apis/apps/v1/namespaces/");
    http_url_escape(out, cluster->namespace_name);
    strbuf_printf(out, "/%s?limit=%d", kubernetes_kind_resource(kind), PAGE_SIZE);
    if (cluster->observing->observer->label != NULL) {
        strbuf_add(out, "&labelSelector=");
        http_url_escape(out, cluster->observing->observer->label);
    }
    if (next != NULL) {
        strbuf_add(out, "&continue=");
        http_url_escape(out, next);
    }
}

static bool read_page(struct cluster *cluster, enum kubernetes_kind kind, const char *next,
                      struct kubernetes_page *page, bool *gone, struct error *error)
{
    struct strbuf address = STRBUF_INIT;
    struct http_response *response = NULL;
    bool ok;

    write_address(cluster, kind, next, &address);
    ok = observe_web_get(&cluster->web, address.data, &response, error);
    *gone = ok && response->status == 410;
    if (ok && response->status != 200)
        ok = observe_web_refused(&cluster->web, response, error);
    ok = ok && kubernetes_list_read("the answer", response->body, response->length, kind,
                                    cluster->observing->arena, page, error);
    http_response_free(&response);
    strbuf_release(&address);
    return ok;
}

static void drop_kind(struct vector *workloads, enum kubernetes_kind kind)
{
    while (workloads->count > 0 &&
           ((const struct kubernetes_workload *)vector_at(workloads, workloads->count - 1))->kind ==
               kind)
        vector_remove(workloads, workloads->count - 1);
}

/* A list that took too long to read is not kept by the server any more (410): it is begun again,
 * once. */
static bool read_kind(struct cluster *cluster, enum kubernetes_kind kind, struct error *error)
{
    struct kubernetes_page page = { 0 };
    bool gone, again = false;

    for (int pages = 0; pages < MOST_PAGES; pages++) {
        if (!read_page(cluster, kind, page.next, &page, &gone, error)) {
            if (!gone || again)
                return false;
            again = true;
            page.next = NULL;
            drop_kind(&cluster->workloads, kind);
            continue;
        }
        for (size_t i = 0; i < page.count; i++)
            vector_push(&cluster->workloads, &page.items[i]);
        if (page.next == NULL)
            return true;
    }
    return error_set(error, ERROR_LIMIT, "the list of %s does not end",
                     kubernetes_kind_resource(kind));
}

/* --- Which module it is ----------------------------------------------------------------------- */

/* "deployment/auth", "auth", "deployment/auth/main". */
struct place {
    enum kubernetes_kind kind;
    bool any_kind;
    const char *name, *container; /* container NULL: not said */
};

static bool parse_place(struct observing *observing, const char *text, struct place *place)
{
    size_t first = strcspn(text, "/"), second;

    *place = (struct place){ .any_kind = text[first] == '\0', .name = text };
    if (place->any_kind)
        return *text != '\0';
    if (!kubernetes_kind_parse(text, first, &place->kind))
        return false;
    text += first + 1;
    second = strcspn(text, "/");
    place->name = arena_bytes(observing->arena, text, second);
    if (text[second] == '/')
        place->container = text + second + 1;
    return second > 0;
}

static const struct kubernetes_container *
choose_container(const struct kubernetes_workload *workload, const char *wanted, const char *module)
{
    const char *const names[] = { wanted, module, workload->name };

    for (size_t n = 0; n < 3; n++) {
        for (size_t i = 0; names[n] != NULL && i < workload->container_count; i++) {
            if (strcmp(workload->containers[i].name, names[n]) == 0)
                return &workload->containers[i];
        }
        if (n == 0 && wanted != NULL)
            return NULL;
    }
    return workload->container_count == 1 ? &workload->containers[0] : NULL;
}

static const char *container_names(struct observing *observing,
                                   const struct kubernetes_workload *workload)
{
    struct strbuf names = STRBUF_INIT;
    const char *copy;

    for (size_t i = 0; i < workload->container_count; i++)
        strbuf_printf(&names, "%s%s", i > 0 ? ", " : "", workload->containers[i].name);
    copy = strbuf_to_arena(&names, observing->arena);
    strbuf_release(&names);
    return copy;
}

/* An image whose tag is missing, or moves, says its version in the label that Kubernetes recommends
 * for it. */
static const char *version_of(const struct kubernetes_workload *workload,
                              const struct image_reference *image)
{
    const char *label = kubernetes_label(workload, "app.kubernetes.io/version");

    return image->tag == NULL || (label != NULL && image_tag_moves(image->tag)) ? label
                                                                                : image->tag;
}

static void add_workload(struct observing *observing, const char *module,
                         const struct kubernetes_workload *workload, const char *wanted)
{
    const char *place = arena_printf(observing->arena, "%s/%s",
                                     kubernetes_kind_name(workload->kind), workload->name);
    const struct kubernetes_container *container =
        choose_container(workload, wanted != NULL ? wanted : observing->observer->container,
                         module);
    struct image_reference image = { 0 };
    struct error why = { 0 };
    struct observation *item;
    bool read = container != NULL &&
                image_reference_parse(observing->arena, container->image, &image, &why);

    item = observing_add(observing, module, read ? version_of(workload, &image) : NULL, place);
    item->unsettled = workload->unsettled;
    if (container == NULL) {
        item->unread = arena_printf(observing->arena, "which of its containers is it: %s?",
                                    container_names(observing, workload));
        return;
    }
    item->image = container->image;
    item->digest = image.digest;
    if (!read)
        item->unread = arena_text(observing->arena, why.message);
}

static bool is_place(const struct place *place, const struct kubernetes_workload *workload)
{
    return (place->any_kind || place->kind == workload->kind) &&
           strcmp(place->name, workload->name) == 0;
}

static void take_named(struct cluster *cluster)
{
    struct observing *observing = cluster->observing;

    for (size_t i = 0; i < observing->observer->module_count; i++) {
        const struct observer_module *module = &observing->observer->modules[i];
        struct place place;
        size_t found = 0;

        if (!parse_place(observing, module->place, &place)) {
            observing_add(observing, module->module, NULL, module->place)->unread =
                "it names no workload: deployment/NAME, statefulset/NAME or daemonset/NAME do";
            continue;
        }
        for (size_t k = 0; k < cluster->workloads.count; k++) {
            const struct kubernetes_workload *workload = vector_at(&cluster->workloads, k);

            if (!is_place(&place, workload))
                continue;
            add_workload(observing, module->module, workload, place.container);
            found++;
        }
        if (found == 0)
            observing_add(observing, module->module, NULL, module->place)->absent = true;
    }
}

static void take_labelled(struct cluster *cluster)
{
    struct observing *observing = cluster->observing;

    for (size_t i = 0; i < cluster->workloads.count; i++) {
        const struct kubernetes_workload *workload = vector_at(&cluster->workloads, i);
        const char *module = kubernetes_label(workload, observing->observer->label);

        if (module != NULL && *module != '\0')
            add_workload(observing, module, workload, NULL);
    }
}

/* Only what is named is asked for: a role may be let to read no more. */
static bool is_wanted(struct observing *observing, enum kubernetes_kind kind)
{
    const struct observer_settings *observer = observing->observer;
    struct place place;

    for (size_t i = 0; i < observer->module_count; i++) {
        if (parse_place(observing, observer->modules[i].place, &place) &&
            (place.any_kind || place.kind == kind))
            return true;
    }
    return observer->module_count == 0;
}

bool observe_kubernetes(struct observing *observing, struct error *error)
{
    struct cluster cluster = { .observing = observing,
                               .web = { .observing = observing },
                               .token = STRBUF_INIT };
    bool ok;

    vector_init(&cluster.workloads, sizeof(struct kubernetes_workload));
    ok = reach(&cluster, error);
    for (int kind = 0; ok && kind < KUBERNETES_KIND_COUNT; kind++) {
        if (is_wanted(observing, (enum kubernetes_kind)kind))
            ok = read_kind(&cluster, (enum kubernetes_kind)kind, error);
    }
    if (ok && observing->observer->label != NULL)
        take_labelled(&cluster);
    else if (ok)
        take_named(&cluster);
    if (ok && observing->observer->config_map_count > 0)
        ok = observe_config_maps(&cluster.web, cluster.server, cluster.namespace_name, error);
    observe_web_close(&cluster.web);
    for (size_t i = 0; i < cluster.kept_count; i++)
        close(cluster.kept[i]);
    vector_release(&cluster.workloads);
    secret_wipe(&cluster.token);
    free(cluster.ca);
    free(cluster.certificate);
    free(cluster.key);
    return ok;
}
