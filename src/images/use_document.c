#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>

#include "use_parts.h"

struct reader {
    struct arena *arena;
    const struct document *document;
    struct vector *uses;
    struct error *error;
    const char *global_registry; /* of Helm values; NULL: none */
};

/* A scalar that holds text; NULL: it is something else, or empty. Tags may look like numbers, and
 * are what is written then. */
static const char *text_of(const struct node *node)
{
    if (node == NULL || node->kind == NODE_NULL || node->kind == NODE_LIST ||
        node->kind == NODE_MAP || node->length == 0 || strlen(node->text) != node->length)
        return NULL;
    return node->text;
}

static const char *member(const struct node *map, const char *key)
{
    return text_of(node_get(map, key));
}

static bool add(struct reader *reader, const struct image_use *use, const struct node *at)
{
    struct image_use whole = *use;

    whole.file = arena_text(reader->arena, at->file != NULL ? at->file : reader->document->name);
    whole.line = at->line;
    whole.text = arena_text(reader->arena, use->text);
    return image_use_add(reader->arena, reader->uses, &whole, reader->error);
}

/* Text of which a template engine, or somebody by hand, makes a name first. */
static const char *template_in(const char *text)
{
    return strstr(text, "{{") != NULL || strchr(text, '<') != NULL ? "is filled in by a template"
                                                                   : NULL;
}

/* Variables have no value here but their defaults. */
static bool add_text(struct reader *reader, enum image_use_kind kind, const char *place,
                     const struct node *node, const char *text)
{
    struct image_use use = { .kind = kind, .place = place, .why = template_in(text) };
    const char *missing = NULL;
    struct error why = { 0 };

    use.text = text;
    if (use.why == NULL && strchr(text, '$') != NULL) {
        const char *whole =
            image_text_expand(reader->arena, text, NULL, NULL, &missing, &use.variable);

        if (missing != NULL)
            use.why = arena_printf(reader->arena, "needs the variable %s", missing);
        else if (!image_reference_parse(reader->arena, whole, &use.reference, &why))
            use.why = arena_text(reader->arena, why.message);
    }
    return add(reader, &use, node);
}

/* --- Compose ---------------------------------------------------------------------------------- */

static bool is_compose(const struct node *root)
{
    const struct node *services = node_get(root, "services");

    if (services == NULL || services->kind != NODE_MAP || node_get(root, "apiVersion") != NULL)
        return false;
    for (size_t i = 0; i < services->count; i++)
        if (member(services->children[i], "image") != NULL ||
            node_get(services->children[i], "build") != NULL)
            return true;
    return false;
}

static bool read_compose(struct reader *reader, const struct node *root)
{
    const struct node *services = node_get(root, "services");

    for (size_t i = 0; i < services->count; i++) {
        const struct node *image = node_get(services->children[i], "image");
        const char *place = arena_printf(reader->arena, "services.%s", services->children[i]->key);

        if (text_of(image) != NULL &&
            !add_text(reader, IMAGE_USE_COMPOSE, place, image, text_of(image)))
            return false;
    }
    return true;
}

/* --- Kubernetes ------------------------------------------------------------------------------- */

static bool read_containers(struct reader *reader, const struct node *list, const char *owner)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct node *image = node_get(list->children[i], "image");
        const char *name = member(list->children[i], "name");
        const char *place = name != NULL
                                ? arena_printf(reader->arena, "%s/%s/%s", owner, list->key, name)
                                : arena_printf(reader->arena, "%s/%s/%zu", owner, list->key, i);

        if (text_of(image) != NULL &&
            !add_text(reader, IMAGE_USE_KUBERNETES, place, image, text_of(image)))
            return false;
    }
    return true;
}

/* Wherever a pod is described: in workloads, in templates of jobs, in resources of operators. */
static bool read_pods(struct reader *reader, const struct node *node, const char *owner)
{
    static const char *const lists[] = { "initContainers", "containers", "ephemeralContainers" };

    for (size_t i = 0; i < node->count; i++) {
        const struct node *child = node->children[i];
        bool here = false;

        for (size_t j = 0; j < 3 && child->kind == NODE_LIST && child->key != NULL; j++)
            here = here || strcmp(child->key, lists[j]) == 0;
        if (!(here ? read_containers(reader, child, owner) : read_pods(reader, child, owner)))
            return false;
    }
    return true;
}

static bool read_resource(struct reader *reader, const struct node *root)
{
    const char *kind = member(root, "kind"), *name = member(node_get(root, "metadata"), "name");
    const struct node *items = node_get(root, "items");
    size_t length = strlen(kind);

    if (length >= 4 && strcmp(kind + length - 4, "List") == 0 && items != NULL &&
        items->kind == NODE_LIST) {
        for (size_t i = 0; i < items->count; i++)
            if (member(items->children[i], "kind") != NULL &&
                !read_resource(reader, items->children[i]))
                return false;
        return true;
    }
    return read_pods(reader, root,
                     arena_printf(reader->arena, "%s/%s", kind, name != NULL ? name : "-"));
}

/* --- Kustomize -------------------------------------------------------------------------------- */

static bool is_kustomization(const struct document *document, const struct node *root)
{
    const char *kind = member(root, "kind"), *slash = strrchr(document->name, '/');
    const char *name = slash != NULL ? slash + 1 : document->name;

    if (kind != NULL)
        return strcmp(kind, "Kustomization") == 0 || strcmp(kind, "Component") == 0;
    return strncmp(name, "kustomization.y", 15) == 0 || strcmp(name, "Kustomization") == 0;
}

/* images: [{name, newName, newTag, digest}] replaces what manifests name so. */
static bool read_kustomization(struct reader *reader, const struct node *root)
{
    const struct node *images = node_get(root, "images");

    for (size_t i = 0; images != NULL && images->kind == NODE_LIST && i < images->count; i++) {
        const struct node *entry = images->children[i];
        const char *name = member(entry, "name"), *other = member(entry, "newName");
        const char *tag = member(entry, "newTag"), *digest = member(entry, "digest");
        struct image_use use = { .kind = IMAGE_USE_KUSTOMIZE };
        struct error why = { 0 };

        if (name == NULL || (other == NULL && tag == NULL && digest == NULL))
            continue;
        use.place = arena_printf(reader->arena, "images.%s", name);
        other = other != NULL ? other : name;
        use.text = arena_printf(reader->arena, "%s%s%s%s%s", other, tag != NULL ? ":" : "",
                                tag != NULL ? tag : "", digest != NULL ? "@" : "",
                                digest != NULL ? digest : "");
        use.open_tag = tag == NULL && digest == NULL;
        if (!image_reference_from_parts(reader->arena, NULL, other, tag, digest, &use.reference,
                                        &why))
            use.why = arena_text(reader->arena, why.message);
        if (!add(reader, &use, entry))
            return false;
    }
    return true;
}

/* --- Helm values ------------------------------------------------------------------------------ */

static bool ends_with_image(const char *key)
{
    size_t length = strlen(key);

    return length >= 5 && strcasecmp(key + length - 5, "image") == 0;
}

static const char *first_member(const struct node *map, const char *one, const char *other)
{
    const char *value = member(map, one);

    return value != NULL ? value : member(map, other);
}

/* A map that describes an image: it has a repository, or a tag or digest for one that is elsewhere
 * (an overlay). */
static bool describes_image(const struct node *node)
{
    return member(node, "repository") != NULL || node_get(node, "tag") != NULL ||
           member(node, "digest") != NULL || member(node, "sha") != NULL ||
           (member(node, "name") != NULL && node_get(node, "pullPolicy") != NULL);
}

static bool read_image_map(struct reader *reader, const struct node *node, const char *place)
{
    struct arena *arena = reader->arena;
    const char *repository = first_member(node, "repository", "name");
    const char *tag = member(node, "tag"), *digest = first_member(node, "digest", "sha");
    const char *registry =
        reader->global_registry != NULL ? reader->global_registry : member(node, "registry");
    const struct node *at = node_get(node, "tag");
    struct image_use use = { .kind = IMAGE_USE_VALUES, .place = place };
    struct error why = { 0 };

    if (repository == NULL && tag == NULL && digest == NULL)
        return true;
    use.text = arena_printf(arena, "%s%s%s%s%s%s%s", registry != NULL ? registry : "",
                            registry != NULL ? "/" : "", repository != NULL ? repository : "",
                            tag != NULL ? ":" : "", tag != NULL ? tag : "",
                            digest != NULL ? "@" : "", digest != NULL ? digest : "");
    use.open_tag = tag == NULL && digest == NULL;
    if (repository == NULL) {
        use.why = "the repository is said elsewhere";
        use.reference.tag = arena_text(arena, tag);
        use.reference.digest = arena_text(arena, digest);
    } else if (template_in(use.text) != NULL) {
        use.why = template_in(use.text);
    } else if (!image_reference_from_parts(arena, registry, repository, tag, digest, &use.reference,
                                           &why)) {
        use.why = arena_text(arena, why.message);
    } else if (use.open_tag && use.reference.tag != NULL) {
        use.open_tag = false;
    }
    return add(reader, &use, at != NULL ? at : node);
}

/* "image: mb/auth" with "tag: v1" or "imageTag: v1" beside it, as many values have it. */
static bool read_image_text(struct reader *reader, const struct node *parent,
                            const struct node *node, const char *place)
{
    const char *tag = first_member(parent, "imageTag", "tag"), *text = text_of(node);
    size_t name = strlen(text);

    while (name > 0 && text[name - 1] != '/')
        name--;
    if (tag != NULL && strpbrk(text + name, ":@") == NULL)
        text = arena_printf(reader->arena, "%s:%s", text, tag);
    return add_text(reader, IMAGE_USE_VALUES, place, node, text);
}

/* A text under such a key is an image when it can be read as one with a tag, a digest, or a folder:
 * "image: logo.png" and "image: true" are something else. */
static bool is_image_text(const struct node *parent, const struct node *node)
{
    const char *text = text_of(node), *dot;
    struct image_reference reference;
    struct arena *arena;
    bool is;

    if (text == NULL || node->kind != NODE_STRING || strstr(text, "://") != NULL)
        return false;
    if (strchr(text, '$') != NULL || strstr(text, "{{") != NULL)
        return strchr(text, ':') != NULL || strchr(text, '/') != NULL;
    dot = strrchr(text, '.');
    if (dot != NULL && strchr(text, ':') == NULL &&
        (strcasecmp(dot, ".png") == 0 || strcasecmp(dot, ".svg") == 0 ||
         strcasecmp(dot, ".jpg") == 0 || strcasecmp(dot, ".iso") == 0))
        return false;
    arena = arena_new();
    is = image_reference_parse(arena, text, &reference, NULL) &&
         (strpbrk(text, ":@/") != NULL || first_member(parent, "imageTag", "tag") != NULL);
    arena_free(&arena);
    return is;
}

static const char *below(struct reader *reader, const char *path, const struct node *child,
                         size_t index)
{
    const char *name = child->key;

    /* Entries of lists are told apart by their names, which stay when another comes before. */
    if (name == NULL && child->kind == NODE_MAP)
        name = member(child, "name");
    if (name == NULL)
        name = arena_printf(reader->arena, "%zu", index);
    return *path != '\0' ? arena_printf(reader->arena, "%s.%s", path, name)
                         : arena_text(reader->arena, name);
}

static bool read_values(struct reader *reader, const struct node *node, const char *path)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct node *child = node->children[i];
        const char *place;
        bool image, ok = true;

        if (child->count == 0 && (child->key == NULL || !ends_with_image(child->key)))
            continue;
        place = below(reader, path, child, i);
        image = child->key != NULL && ends_with_image(child->key);
        if (image && child->kind == NODE_MAP && describes_image(child))
            ok = read_image_map(reader, child, place);
        else if (image && is_image_text(node, child))
            ok = read_image_text(reader, node, child, place);
        else if (child->count > 0)
            ok = read_values(reader, child, place);
        if (!ok)
            return false;
    }
    return true;
}

/* --- All of them ------------------------------------------------------------------------------ */

bool image_uses_in_document(struct arena *arena, const struct document *document,
                            struct vector *uses, struct error *error)
{
    struct reader reader = { arena, document, uses, error, NULL };

    for (size_t i = 0; i < document->count; i++) {
        const struct node *root = document->roots[i];
        bool ok;

        if (root == NULL || root->kind != NODE_MAP)
            continue;
        if (is_kustomization(document, root))
            ok = read_kustomization(&reader, root);
        else if (member(root, "apiVersion") != NULL && member(root, "kind") != NULL)
            ok = read_resource(&reader, root);
        else if (is_compose(root))
            ok = read_compose(&reader, root);
        else {
            reader.global_registry = member(node_get(root, "global"), "imageRegistry");
            ok = read_values(&reader, root, "");
        }
        if (!ok)
            return false;
    }
    return true;
}
