/* Trees from their raw bytes, and the files in them. */
#include "internal.h"
#include "header.h"
#include "paths.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

bool tree_open(struct repository *repository, const struct object_id *id, struct tree_view *view,
               struct error *error)
{
    view->cursor = view->end = NULL;
    if (!id || object_id_is_zero(id)) {
        view->object = (struct object){ .data = NULL };
        return true;
    }
    if (!object_read(repository, id, GIT_OBJECT_TREE, &view->object, error))
        return false;
    view->id = *id;
    view->cursor = view->object.data;
    view->end = view->cursor + view->object.size;
    return true;
}

void tree_close(struct tree_view *view)
{
    object_release(&view->object);
    view->cursor = view->end = NULL;
}

static bool tree_malformed(const struct tree_view *view, struct error *error)
{
    char hex[OBJECT_ID_HEX_SIZE];
    return error_set(error, ERROR_CORRUPT, "tree %s is malformed", object_id_hex(&view->id, hex));
}

/* As git reads them (canon_mode): trees of old have files that their group may write, and what has
 * none of the kinds is a submodule. */
static uint32_t canonical_mode(uint32_t mode)
{
    switch (mode & MODE_KIND) {
    case MODE_FILE:
        return MODE_FILE | (mode & 0100 ? 0755 : 0644);
    case MODE_TREE:
    case MODE_LINK:
        return mode & MODE_KIND;
    default:
        return MODE_SUBMODULE;
    }
}

bool tree_peek(const struct tree_view *view, struct tree_item *item, struct error *error)
{
    const char *p = view->cursor;
    item->mode = 0;
    if (p == view->end)
        return true;
    uint32_t mode = 0;
    while (p < view->end && *p >= '0' && *p <= '7' && mode <= MODE_KIND)
        mode = mode << 3 | (uint32_t)(*p++ - '0');
    if (p == view->end || *p != ' ' || mode == 0)
        return tree_malformed(view, error);
    item->name = ++p;
    p = memchr(p, '\0', (size_t)(view->end - p));
    if (!p || p == item->name || view->end - p <= OBJECT_ID_SIZE)
        return tree_malformed(view, error);
    item->mode = canonical_mode(mode);
    item->name_length = (size_t)(p - item->name);
    memcpy(item->id.bytes, p + 1, OBJECT_ID_SIZE);
    item->size = (size_t)(p + 1 + OBJECT_ID_SIZE - view->cursor);
    return true;
}

void tree_skip(struct tree_view *view, const struct tree_item *item)
{
    view->cursor += item->size;
}

int tree_item_compare(const struct tree_item *a, const struct tree_item *b)
{
    size_t shared = a->name_length < b->name_length ? a->name_length : b->name_length;
    int order = memcmp(a->name, b->name, shared);
    if (order)
        return order;
    bool a_is_tree = (a->mode & MODE_KIND) == MODE_TREE;
    bool b_is_tree = (b->mode & MODE_KIND) == MODE_TREE;
    int after_a = a->name_length > shared ? (unsigned char)a->name[shared] : a_is_tree ? '/' : 0;
    int after_b = b->name_length > shared ? (unsigned char)b->name[shared] : b_is_tree ? '/' : 0;
    return after_a - after_b;
}

static bool find_in_tree(struct repository *repository, const struct object_id *tree,
                         const char *name, size_t length, struct tree_item *found,
                         struct error *error)
{
    struct tree_view view;
    bool ok = tree_open(repository, tree, &view, error);
    found->mode = 0;
    while (ok) {
        struct tree_item item;
        ok = tree_peek(&view, &item, error);
        if (!ok || item.mode == 0)
            break;
        if (item.name_length == length && memcmp(item.name, name, length) == 0) {
            *found = item;
            break;
        }
        tree_skip(&view, &item);
    }
    found->name = NULL;
    tree_close(&view);
    return ok;
}

bool tree_find(struct repository *repository, const struct object_id *tree, const char *path,
               struct tree_item *item, struct error *error)
{
    *item = (struct tree_item){ .mode = MODE_TREE, .id = *tree };
    while (*path) {
        size_t length = strcspn(path, "/");
        struct object_id inside = item->id;
        if ((item->mode & MODE_KIND) != MODE_TREE) {
            item->mode = 0;
            return true;
        }
        if (!find_in_tree(repository, &inside, path, length, item, error))
            return false;
        if (item->mode == 0)
            return true;
        path += length + (path[length] == '/');
    }
    return true;
}

static bool not_a_file(const struct object_id *commit, const char *path, uint32_t mode,
                       struct error *error)
{
    char hex[OBJECT_ID_HEX_SIZE];
    object_id_hex(commit, hex);
    const char *what = (mode & MODE_KIND) == MODE_TREE   ? "is a directory"
                       : (mode & MODE_KIND) == MODE_LINK ? "is a symbolic link"
                       : mode                            ? "is a submodule"
                                                         : "is not there";
    return error_set(error, ERROR_NOT_FOUND, "%s in commit %.12s %s", path, hex, what);
}

bool repository_read_file(struct repository *repository, const struct object_id *commit,
                          const char *path, size_t limit, struct strbuf *out, struct error *error)
{
    struct object_id tree;
    struct tree_item item;
    char *clean = path_clean(path);
    bool ok = commit_tree(repository, commit, &tree, error) &&
              tree_find(repository, &tree, clean, &item, error);
    if (ok && (item.mode & MODE_KIND) != MODE_FILE)
        ok = not_a_file(commit, path, item.mode, error);
    else if (ok && !repository_read_blob(repository, &item.id, limit, out, error))
        ok = error_prefix(error, "%s", path);
    free(clean);
    return ok;
}

struct lister {
    struct repository *repository;
    bool (*wanted)(const char *path, void *context);
    void *context;
    struct arena *arena;
    struct vector files;
    struct strbuf path;
    size_t seen, path_bytes;
};

static bool list_tree(struct lister *lister, const struct object_id *tree, unsigned depth,
                      struct error *error);

static bool list_item(struct lister *lister, const struct tree_item *item, unsigned depth,
                      struct error *error)
{
    uint32_t kind = item->mode & MODE_KIND;
    lister->path_bytes += lister->path.length;
    if (++lister->seen > TREE_WALK_LIMIT)
        return error_set(error, ERROR_LIMIT, "more than %d files and directories", TREE_WALK_LIMIT);
    if (lister->path_bytes > TREE_PATHS_LIMIT)
        return error_set(error, ERROR_LIMIT, "the paths of all files take more than %zu bytes",
                         TREE_PATHS_LIMIT);
    if (kind == MODE_SUBMODULE)
        return true;
    if (kind == MODE_TREE) {
        if (lister->path.length)
            strbuf_add_char(&lister->path, '/');
        return list_tree(lister, &item->id, depth + 1, error);
    }
    if (lister->wanted && !lister->wanted(lister->path.data, lister->context))
        return true;
    struct tree_file *file = vector_add(&lister->files);
    file->path = strbuf_to_arena(&lister->path, lister->arena);
    file->blob = item->id;
    file->mode = item->mode;
    return true;
}

/* lister->path is "" or ends in a slash; it is left as it was found. */
static bool list_tree(struct lister *lister, const struct object_id *tree, unsigned depth,
                      struct error *error)
{
    struct tree_view view;
    size_t length = lister->path.length;
    if (depth > TREE_DEPTH_LIMIT)
        return error_set(error, ERROR_LIMIT, "directories are nested deeper than %d at %.200s…",
                         TREE_DEPTH_LIMIT, lister->path.data);
    bool ok = tree_open(lister->repository, tree, &view, error);
    while (ok) {
        struct tree_item item;
        ok = tree_peek(&view, &item, error);
        if (!ok || item.mode == 0)
            break;
        strbuf_add_bytes(&lister->path, item.name, item.name_length);
        ok = list_item(lister, &item, depth, error);
        strbuf_truncate(&lister->path, length);
        tree_skip(&view, &item);
    }
    tree_close(&view);
    return ok;
}

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct tree_file *)left)->path, ((const struct tree_file *)right)->path);
}

struct tree_file_list *repository_list_files(struct repository *repository,
                                             const struct object_id *commit, const char *directory,
                                             bool (*wanted)(const char *path, void *context),
                                             void *context, struct error *error)
{
    struct lister lister = { .repository = repository,
                             .wanted = wanted,
                             .context = context,
                             .arena = arena_new(),
                             .path = STRBUF_INIT };
    struct tree_file_list *list = NULL;
    struct object_id tree;
    struct tree_item top;
    struct strbuf path = STRBUF_INIT;
    char *clean = paths_clean(directory);
    const char *cursor = clean;
    vector_init(&lister.files, sizeof(struct tree_file));
    if (!commit_tree(repository, commit, &tree, error))
        goto out;
    while (paths_next(&cursor, &path)) {
        if (!tree_find(repository, &tree, path.data, &top, error))
            goto out;
        strbuf_clear(&lister.path);
        strbuf_add(&lister.path, path.data);
        if (top.mode && path.length > 0 && !list_item(&lister, &top, 0, error))
            goto out;
        if (top.mode && path.length == 0 && !list_tree(&lister, &top.id, 0, error))
            goto out;
    }
    if (paths_are_several(clean))
        vector_sort(&lister.files, by_path);
    list = arena_alloc(lister.arena, sizeof(*list));
    list->arena = lister.arena;
    list->files = vector_to_arena(&lister.files, lister.arena);
    list->count = lister.files.count;
out:
    if (!list)
        arena_free(&lister.arena);
    vector_release(&lister.files);
    strbuf_release(&lister.path);
    strbuf_release(&path);
    free(clean);
    return list;
}

void tree_file_list_free(struct tree_file_list **list)
{
    if (!*list)
        return;
    struct arena *arena = (*list)->arena;
    *list = NULL;
    arena_free(&arena);
}
