#include <pilab/source/gitops_document.h>

#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/vector.h>
#include <pilab/document/document.h>

static const char module_mark[] = "{module}";

/* Looked at in this order. */
static const char *const usual_keys[] = {
    "image.tag",
    "image.version",
    "tag",
    "version",
    "appVersion",
    "spec.source.targetRevision",
    "spec.chart.spec.version",
    "global.image.tag",
    "app.image.tag",
};

static struct document *read_document(const char *name, const char *text, size_t length,
                                      struct error *error)
{
    const struct document_options options = { .schema = YAML_HELM, .allow_duplicate_keys = true };
    enum document_format format;

    if (!document_format_of(name, &format)) {
        error_set(error, ERROR_INVALID, "%s is no YAML, JSON, .env or properties file", name);
        return NULL;
    }
    return document_read(name, text, length, format, &options, error);
}

/* A version is the text as it stands: 1.10 is not 1.1. */
static const char *scalar_text(const struct node *node, struct arena *arena)
{
    if (node == NULL || node->text == NULL || node->kind == NODE_NULL || node->kind == NODE_BOOL ||
        node->length == 0 || memchr(node->text, '\0', node->length) != NULL)
        return NULL;
    return arena_bytes(arena, node->text, node->length);
}

static const struct node *find_key(const struct node *node, const char *key)
{
    while (node != NULL && *key != '\0') {
        char part[256];
        size_t length = strcspn(key, ".");

        if (length >= sizeof part)
            return NULL;
        memcpy(part, key, length);
        part[length] = '\0';
        node = node_get(node, part);
        key += length + (key[length] == '.');
    }
    return node;
}

/* The tag of "registry.example:5000/bank/auth:2.0.6@sha256:…", or NULL. */
static const char *tag_of(const char *image, struct arena *arena)
{
    size_t end = strcspn(image, "@");
    const char *colon = NULL;

    for (size_t i = 0; i < end; i++)
        colon = image[i] == ':' ? image + i : image[i] == '/' ? NULL : colon;
    return colon != NULL && colon + 1 < image + end
               ? arena_bytes(arena, colon + 1, (size_t)(image + end - colon - 1))
               : NULL;
}

static bool is_named(const char *image, const char *module)
{
    return strcmp(path_base_name(image), module) == 0;
}

/* Kustomize: the image that is called like the module, or the only one. */
static const char *kustomize_tag(const struct node *root, const char *module, struct arena *arena)
{
    const struct node *images = node_get(root, "images");
    const struct node *chosen = NULL;

    if (images == NULL || images->kind != NODE_LIST)
        return NULL;
    for (size_t i = 0; i < images->count; i++) {
        const char *name = scalar_text(node_get(images->children[i], "name"), arena);
        const char *new_name = scalar_text(node_get(images->children[i], "newName"), arena);

        if (images->count == 1 || (name != NULL && is_named(name, module)) ||
            (new_name != NULL && is_named(new_name, module)))
            chosen = images->children[i];
    }
    return scalar_text(node_get(chosen, "newTag"), arena);
}

/* Helm values that write image and tag as one word. */
static const char *image_tag(const struct node *root, struct arena *arena)
{
    const char *image = scalar_text(node_get(root, "image"), arena);

    return image != NULL ? tag_of(image, arena) : NULL;
}

static const char *usual_version(const struct node *root, const char *module, struct arena *arena)
{
    const char *version = kustomize_tag(root, module, arena);

    for (size_t i = 0; version == NULL && i < sizeof usual_keys / sizeof *usual_keys; i++)
        version = scalar_text(find_key(root, usual_keys[i]), arena);
    if (version == NULL)
        version = image_tag(root, arena);
    /* A chart's values under the chart's name, or the module's. */
    if (version == NULL && node_get(root, module) != NULL)
        version = usual_version(node_get(root, module), module, arena);
    return version;
}

const char *gitops_version(const char *name, const char *text, size_t length, const char *key,
                           const char *module, struct arena *arena, struct error *error)
{
    struct document *document = read_document(name, text, length, error);
    const char *version = NULL;

    for (size_t i = 0; document != NULL && version == NULL && i < document->count; i++) {
        const struct node *root = document->roots[i];

        version = key == NULL ? usual_version(root, module, arena)
                              : scalar_text(find_key(root, key), arena);
        if (version != NULL && key != NULL && strchr(version, '/') != NULL &&
            tag_of(version, arena) != NULL)
            version = tag_of(version, arena);
    }
    document_free(&document);
    return version;
}

static void add_entry(struct vector *out, struct arena *arena, const struct node *module,
                      const char *rest)
{
    const char *version = scalar_text(*rest == '.' ? find_key(module, rest + 1) : module, arena);
    struct gitops_entry *entry;

    if (version == NULL || module->key == NULL)
        return;
    entry = vector_add(out);
    entry->module = arena_text(arena, module->key);
    entry->version = version;
}

bool gitops_document_modules(const char *name, const char *text, size_t length, const char *key,
                             struct arena *arena, struct gitops_entry **entries, size_t *count,
                             struct error *error)
{
    const char *mark = strstr(key, module_mark);
    struct document *document;
    struct vector out;

    if (mark == NULL)
        return error_set(error, ERROR_INVALID, "the key '%s' does not say where {module} stands",
                         key);
    document = read_document(name, text, length, error);
    if (document == NULL)
        return false;
    vector_init(&out, sizeof(struct gitops_entry));
    for (size_t i = 0; i < document->count; i++) {
        /* "services.{module}.tag": what stands before the mark, without its dot. */
        size_t before = mark > key ? (size_t)(mark - key) - (mark[-1] == '.') : 0;
        const struct node *parent = find_key(document->roots[i], arena_bytes(arena, key, before));

        for (size_t j = 0; parent != NULL && parent->kind == NODE_MAP && j < parent->count; j++)
            add_entry(&out, arena, parent->children[j], mark + sizeof module_mark - 1);
    }
    *count = out.count;
    *entries = vector_to_arena(&out, arena);
    vector_release(&out);
    document_free(&document);
    return true;
}
