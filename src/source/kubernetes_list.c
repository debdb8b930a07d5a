#include <pilab/source/kubernetes_list.h>

#include <string.h>
#include <strings.h>

#include <pilab/base/json.h>

#define MOST_ITEMS 10000 /* of a page: the server is asked for far fewer */

/* clang-format off */
static const struct {
    const char *name, *resource, *list, *brief;
} kinds[KUBERNETES_KIND_COUNT] = {
    [KUBERNETES_DEPLOYMENT] = { "deployment", "deployments", "DeploymentList", "deploy" },
    [KUBERNETES_STATEFULSET] = { "statefulset", "statefulsets", "StatefulSetList", "sts" },
    [KUBERNETES_DAEMONSET] = { "daemonset", "daemonsets", "DaemonSetList", "ds" },
};
/* clang-format on */

const char *kubernetes_kind_name(enum kubernetes_kind kind)
{
    return kinds[kind].name;
}

const char *kubernetes_kind_resource(enum kubernetes_kind kind)
{
    return kinds[kind].resource;
}

static bool is_word(const char *word, const char *text, size_t length)
{
    return strlen(word) == length && strncasecmp(word, text, length) == 0;
}

bool kubernetes_kind_parse(const char *text, size_t length, enum kubernetes_kind *kind)
{
    for (size_t i = 0; i < KUBERNETES_KIND_COUNT; i++) {
        if (!is_word(kinds[i].name, text, length) && !is_word(kinds[i].resource, text, length) &&
            !is_word(kinds[i].brief, text, length))
            continue;
        *kind = (enum kubernetes_kind)i;
        return true;
    }
    return false;
}

/* --- One workload ----------------------------------------------------------------------------- */

static const json_t *member(const json_t *object, const char *first, const char *second)
{
    return json_object_get(json_object_get(object, first), second);
}

static const char *text_of(const json_t *value, struct arena *arena)
{
    return json_is_string(value)
               ? arena_bytes(arena, json_string_value(value), json_string_length(value))
               : NULL;
}

/* A number that is not there has the value that Kubernetes gives it. */
static json_int_t number(const json_t *object, const char *first, const char *second,
                         json_int_t otherwise)
{
    const json_t *value = member(object, first, second);

    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

static void read_containers(const json_t *pod, struct arena *arena, struct kubernetes_workload *out)
{
    const json_t *list = json_object_get(pod, "containers"), *entry;
    size_t index;

    out->containers = arena_array(arena, json_array_size(list) + 1, sizeof *out->containers);
    json_array_foreach(list, index, entry)
    {
        const char *name = text_of(json_object_get(entry, "name"), arena);
        const char *image = text_of(json_object_get(entry, "image"), arena);

        if (name != NULL && image != NULL)
            out->containers[out->container_count++] = (struct kubernetes_container){ name, image };
    }
}

const char *kubernetes_label(const struct kubernetes_workload *workload, const char *key)
{
    for (size_t i = 0; i < workload->label_count; i++) {
        if (strcmp(workload->labels[i].key, key) == 0)
            return workload->labels[i].value;
    }
    return NULL;
}

static void add_labels(const json_t *labels, struct arena *arena, struct kubernetes_workload *out)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)labels, key, value)
    {
        if (json_is_string(value) && kubernetes_label(out, key) == NULL)
            out->labels[out->label_count++] =
                (struct kubernetes_label){ arena_text(arena, key), text_of(value, arena) };
    }
}

static void read_labels(const json_t *item, struct arena *arena, struct kubernetes_workload *out)
{
    const json_t *own = member(item, "metadata", "labels");
    const json_t *pods = member(member(item, "spec", "template"), "metadata", "labels");

    out->labels =
        arena_array(arena, json_object_size(own) + json_object_size(pods) + 1, sizeof *out->labels);
    add_labels(own, arena, out);
    add_labels(pods, arena, out);
}

/* The state that `kubectl rollout status` waits for. */
static const char *unsettled(const json_t *item, enum kubernetes_kind kind, struct arena *arena)
{
    bool everywhere = kind == KUBERNETES_DAEMONSET;
    json_int_t wanted = everywhere ? number(item, "status", "desiredNumberScheduled", 0)
                                   : number(item, "spec", "replicas", 1);
    json_int_t updated =
        number(item, "status", everywhere ? "updatedNumberScheduled" : "updatedReplicas", 0);
    json_int_t there =
        number(item, "status", everywhere ? "currentNumberScheduled" : "replicas", 0);
    json_int_t ready =
        number(item, "status", everywhere ? "numberAvailable" : "availableReplicas", 0);

    if (kind == KUBERNETES_STATEFULSET) /* availableReplicas came late (1.22) */
        ready = number(item, "status", "readyReplicas", 0);
    if (!json_is_object(json_object_get(item, "status")) ||
        number(item, "status", "observedGeneration", 0) < number(item, "metadata", "generation", 0))
        return "the cluster has not looked at its last change yet";
    if (wanted == 0)
        return everywhere ? "no node is to run it" : "it is scaled to nothing";
    if (updated < wanted)
        return arena_printf(arena, "rolling out: %lld of %lld are updated", (long long)updated,
                            (long long)wanted);
    if (there > updated)
        return arena_printf(arena, "rolling out: %lld old ones still run",
                            (long long)(there - updated));
    if (ready < wanted)
        return arena_printf(arena, "only %lld of %lld are ready", (long long)ready,
                            (long long)wanted);
    return NULL;
}

static bool read_item(const char *name, size_t index, const json_t *item, enum kubernetes_kind kind,
                      struct arena *arena, struct kubernetes_workload *out, struct error *error)
{
    const json_t *pod = member(member(item, "spec", "template"), "spec", "containers");

    *out = (struct kubernetes_workload){
        .kind = kind,
        .name = text_of(member(item, "metadata", "name"), arena),
        .namespace_name = text_of(member(item, "metadata", "namespace"), arena),
    };
    if (out->name == NULL || !json_is_array(pod))
        return error_set(error, ERROR_INVALID, "%s: item %zu is no %s", name, index + 1,
                         kinds[kind].name);
    read_containers(json_object_get(member(item, "spec", "template"), "spec"), arena, out);
    read_labels(item, arena, out);
    out->unsettled = unsettled(item, kind, arena);
    return true;
}

/* --- A page of them --------------------------------------------------------------------------- */

static bool check_list(const char *name, const json_t *root, enum kubernetes_kind kind,
                       struct error *error)
{
    const char *said = json_member_text(root, "kind");

    if (!json_is_array(json_object_get(root, "items")))
        return error_set(error, ERROR_INVALID, "%s: it is no list of %s", name,
                         kinds[kind].resource);
    if (said != NULL && strcmp(said, kinds[kind].list) != 0)
        return error_set(error, ERROR_UNSUPPORTED, "%s: it is a %s, not a %s", name, said,
                         kinds[kind].list);
    if (json_array_size(json_object_get(root, "items")) > MOST_ITEMS)
        return error_set(error, ERROR_LIMIT, "%s: it has more than %d items", name, MOST_ITEMS);
    return true;
}

bool kubernetes_list_read(const char *name, const char *text, size_t length,
                          enum kubernetes_kind kind, struct arena *arena,
                          struct kubernetes_page *page, struct error *error)
{
    json_t *root = json_read(name, text, length, error);
    const json_t *items = json_object_get(root, "items"), *item;
    struct kubernetes_page read = { 0 };
    bool ok = root != NULL && check_list(name, root, kind, error);
    size_t index;

    if (ok) {
        read.items = arena_array(arena, json_array_size(items) + 1, sizeof *read.items);
        read.next = text_of(member(root, "metadata", "continue"), arena);
        if (read.next != NULL && *read.next == '\0')
            read.next = NULL;
        json_array_foreach(items, index, item)
        {
            ok = ok && read_item(name, index, item, kind, arena, &read.items[index], error);
        }
        read.count = json_array_size(items);
    }
    json_decref(root);
    if (ok)
        *page = read;
    return ok;
}

const char *kubernetes_status_message(const char *text, size_t length, struct arena *arena)
{
    json_t *root = json_read("answer", text, length, NULL);
    const char *kind = json_member_text(root, "kind"), *message = NULL;

    if (kind != NULL && strcmp(kind, "Status") == 0)
        message = text_of(json_object_get(root, "message"), arena);
    json_decref(root);
    return message;
}
