/* What is read of a group: of a lock file and a manifest the lock file, on both sides alike. */
#include "dependency_files.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>

#define PROBLEMS_SHOWN 3 /* of one file */

/* One file of one side. */
struct dependency_file_read {
    const struct package_format *format; /* NULL: there is none */
    const char *path;
    struct package_list *list; /* NULL: it could not be read; a problem says why */
};

static const char *path_in(struct arena *arena, const char *folder, const char *name)
{
    return *folder != '\0' ? arena_printf(arena, "%s/%s", folder, name) : name;
}

/* --- Reading one file ------------------------------------------------------------------------ */

static bool read_sibling(void *context, const char *path, struct strbuf *out, struct error *error)
{
    return place_read(context, path, out, error);
}

static const char *labelled(struct dependency_work *work, int side, const char *path)
{
    const struct place *place = work->places[side];

    return place->single ? place->label
                         : arena_printf(work->reader->arena, "%s at %s", path, place->label);
}

static void report_unread(struct dependency_work *work, int side, const char *path,
                          const struct error *error)
{
    module_reader_problem(work->reader, DRIFT_DEPENDENCY, labelled(work, side, path), error, false);
    work->broken++;
}

/* A text that ends too early is no oddity: what it lacks is told as removed or added. */
static void report_one(struct dependency_work *work, const char *what,
                       const struct package_problem *problem)
{
    struct error error = { 0 };

    if (problem->line > 0)
        error_set(&error, ERROR_INVALID, "line %u: %s", problem->line, problem->message);
    else
        error_set(&error, ERROR_INVALID, "%s", problem->message);
    if (problem->cut) {
        error_hint(&error, "It was read up to there. What may have followed is missing in the "
                           "comparison: write the file again.");
        work->cut++;
    }
    module_reader_problem(work->reader, DRIFT_DEPENDENCY, what, &error, !problem->cut);
}

/* What was read all the same. */
static void report_oddities(struct dependency_work *work, int side, const struct package_list *list)
{
    const char *what = labelled(work, side, list->name);
    struct error error = { 0 };
    size_t left_out = 0;

    for (size_t i = 0; i < list->problem_count; i++) {
        if (i < PROBLEMS_SHOWN || list->problems[i].cut)
            report_one(work, what, &list->problems[i]);
        else
            left_out++;
    }
    if (left_out > 0) {
        error_set(&error, ERROR_INVALID, "%zu more like these", left_out);
        module_reader_problem(work->reader, DRIFT_DEPENDENCY, what, &error, true);
    }
}

/* False when there is no such file on that side. */
static bool read_one(struct dependency_work *work, int side, const struct package_format *format,
                     const char *path, struct dependency_file_read *out)
{
    const struct package_siblings siblings = { read_sibling,
                                               (void *)(uintptr_t)work->places[side] };
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };

    if (!place_read(work->places[side], path, &text, &error)) {
        strbuf_release(&text);
        if (error.code == ERROR_NOT_FOUND)
            return false;
        *out = (struct dependency_file_read){ .format = format, .path = path };
        report_unread(work, side, path, &error);
        return true;
    }
    *out = (struct dependency_file_read){
        .format = format,
        .path = path,
        .list = package_list_read(format, path, text.data, text.length, &siblings, &error),
    };
    strbuf_release(&text);
    if (out->list == NULL) {
        report_unread(work, side, path, &error);
    } else {
        struct arena *arena = out->list->arena;

        report_oddities(work, side, out->list);
        arena_adopt(work->reader->arena, &arena);
    }
    return true;
}

/* --- Which file of a family ------------------------------------------------------------------ */

/* The name of the files of a format; NULL: they have many. */
static const char *fixed_name(const struct package_format *format)
{
    const char *name = format->pattern + 3; /* behind the two stars and the slash */

    return strpbrk(name, "*?[{/") == NULL ? name : NULL;
}

/* The first of a family that is there. Files without a fixed name are those that changed. */
static bool read_family(struct dependency_work *work, const struct dependency_group *group,
                        int side, enum package_file kind, struct dependency_file_read *out)
{
    size_t count;
    const struct package_format *formats = package_formats(&count);

    *out = (struct dependency_file_read){ 0 };
    for (size_t i = 0; i < count; i++) {
        const char *name = fixed_name(&formats[i]);

        if (formats[i].family == NULL || strcmp(formats[i].family, group->family) != 0 ||
            formats[i].kind != kind)
            continue;
        if (name == NULL && group->format == &formats[i])
            name = group->names[side];
        if (name != NULL && read_one(work, side, &formats[i],
                                     path_in(work->reader->arena, group->folders[side], name), out))
            return true;
    }
    return false;
}

/* --- Workspaces ------------------------------------------------------------------------------ */

static const struct workspace_mark {
    const char *family, *file, *text; /* text NULL: that the file is there says enough */
} workspace_marks[] = {
    {"npm",     "pnpm-workspace.yaml", NULL                },
    { "npm",    "package.json",        "\"workspaces\""    },
    { "cargo",  "Cargo.toml",          "[workspace"        },
    { "python", "pyproject.toml",      "[tool.uv.workspace"},
};

static bool is_workspace(struct dependency_work *work, const char *folder, const char *family)
{
    for (size_t i = 0; i < sizeof workspace_marks / sizeof *workspace_marks; i++) {
        const struct workspace_mark *mark = &workspace_marks[i];
        struct strbuf text = STRBUF_INIT;
        bool found;

        if (strcmp(mark->family, family) != 0)
            continue;
        found = place_read(work->places[DEPENDENCY_CURRENT],
                           path_in(work->reader->arena, folder, mark->file), &text, NULL) &&
                (mark->text == NULL || strstr(text.data, mark->text) != NULL);
        strbuf_release(&text);
        if (found)
            return true;
    }
    return false;
}

/* A member of a workspace has its lock file further up, where its packages are told. */
static bool belongs_to_workspace(struct dependency_work *work, const struct dependency_group *group)
{
    struct arena *arena = work->reader->arena;
    char *folder = arena_text(arena, group->folders[DEPENDENCY_CURRENT]);

    while (*folder != '\0') {
        char *slash = strrchr(folder, '/');

        *(slash != NULL ? slash : folder) = '\0';
        if (is_workspace(work, folder, group->family)) {
            const char *above = arena_text(arena, folder);

            dependency_add_group(work, &(struct dependency_group){
                                           .folders = {above, above},
                                           .family = group->family,
                                           .format = group->format
            });
            return true;
        }
    }
    return false;
}

/* --- A pair ---------------------------------------------------------------------------------- */

/* What the paths of its items begin with: the folder below the module's home, and the file where
 * several of one folder speak of different packages. */
static const char *prefix_of(struct dependency_work *work, const struct dependency_file_read *file)
{
    const struct module_reader *reader = work->reader;
    const char *path = file->path, *slash;
    size_t home = reader->home != NULL ? strlen(reader->home) : 0;

    if (home > 0 && strncmp(path, reader->home, home) == 0 && path[home] == '/')
        path += home + 1;
    if (fixed_name(file->format) == NULL)
        return arena_printf(reader->arena, "%s/", path);
    slash = strrchr(path, '/');
    return slash != NULL ? arena_bytes(reader->arena, path, (size_t)(slash + 1 - path)) : "";
}

/* A file without packages may be right, but also one that was emptied by mistake. */
static void report_emptied(struct dependency_work *work, const struct dependency_file_read *before,
                           const struct dependency_file_read *after)
{
    struct error error = { 0 };

    if (before->list == NULL || after->list == NULL || before->list->count == 0 ||
        after->list->count > 0)
        return;
    error_set(&error, ERROR_INVALID, "it names no package, and had %zu", before->list->count);
    module_reader_problem(work->reader, DRIFT_DEPENDENCY,
                          labelled(work, DEPENDENCY_CURRENT, after->path), &error, true);
}

static void add_pair(struct dependency_work *work, const struct dependency_group *group,
                     const struct dependency_file_read *before,
                     const struct dependency_file_read *after)
{
    const struct dependency_file_read *shown = after->format != NULL ? after : before;

    if (shown->format == NULL || (before->format != NULL && before->list == NULL) ||
        (after->format != NULL && after->list == NULL))
        return;
    report_emptied(work, before, after);
    vector_push(&work->pairs, &(struct dependency_pair){ .prefix = prefix_of(work, shown),
                                                         .previous_file = before->path,
                                                         .current_file = after->path,
                                                         .title = shown->format->title,
                                                         .previous = before->list,
                                                         .current = after->list,
                                                         .inherits = group->inherits });
}

static void read_alone(struct dependency_work *work, const struct dependency_group *group)
{
    struct arena *arena = work->reader->arena;
    struct dependency_file_read sides[2] = { { 0 }, { 0 } };

    for (int side = 0; side < 2; side++) {
        if (group->names[side] != NULL)
            read_one(work, side, group->format,
                     path_in(arena, group->folders[side], group->names[side]), &sides[side]);
    }
    add_pair(work, group, &sides[DEPENDENCY_PREVIOUS], &sides[DEPENDENCY_CURRENT]);
}

void dependency_read_named(struct dependency_work *work, const struct package_format *previous,
                           const struct package_format *current)
{
    const struct package_format *formats[2] = { previous, current };
    struct dependency_file_read sides[2] = { { 0 }, { 0 } };

    for (int side = 0; side < 2; side++)
        read_one(work, side, formats[side], path_base_name(work->places[side]->root), &sides[side]);
    add_pair(work, &(struct dependency_group){ 0 }, &sides[DEPENDENCY_PREVIOUS],
             &sides[DEPENDENCY_CURRENT]);
}

/* Manifests stand in where only one side has a lock file: half of the truth would look like
 * hundreds of packages that came or went. */
static void report_half_locked(struct dependency_work *work,
                               const struct dependency_file_read *lock, int side)
{
    struct error error = { 0 };

    error_set(&error, ERROR_NOT_FOUND, "only one side has a lock file: manifests are compared");
    module_reader_problem(work->reader, DRIFT_DEPENDENCY, labelled(work, side, lock->path), &error,
                          true);
}

static void read_together(struct dependency_work *work, const struct dependency_group *group)
{
    struct dependency_file_read locks[2], manifests[2];
    bool locked[2], asked[2];

    for (int side = 0; side < 2; side++)
        locked[side] = read_family(work, group, side, PACKAGE_FILE_LOCK, &locks[side]);
    if (locked[DEPENDENCY_PREVIOUS] && locked[DEPENDENCY_CURRENT]) {
        add_pair(work, group, &locks[DEPENDENCY_PREVIOUS], &locks[DEPENDENCY_CURRENT]);
        return;
    }
    if (!locked[DEPENDENCY_PREVIOUS] && !locked[DEPENDENCY_CURRENT] &&
        belongs_to_workspace(work, group))
        return;
    for (int side = 0; side < 2; side++)
        asked[side] = read_family(work, group, side, PACKAGE_FILE_MANIFEST, &manifests[side]);
    for (int side = 0; side < 2; side++) {
        if (!locked[side])
            continue;
        if (!asked[1 - side]) { /* all of it came or went */
            add_pair(work, group, side == DEPENDENCY_PREVIOUS ? &locks[side] : &manifests[0],
                     side == DEPENDENCY_CURRENT ? &locks[side] : &manifests[1]);
            return;
        }
        report_half_locked(work, &locks[side], side);
    }
    add_pair(work, group, &manifests[DEPENDENCY_PREVIOUS], &manifests[DEPENDENCY_CURRENT]);
}

void dependency_read_group(struct dependency_work *work, size_t index)
{
    /* A copy: groups may be added meanwhile. */
    const struct dependency_group group =
        *(const struct dependency_group *)vector_at(&work->groups, index);

    if (group.family == NULL)
        read_alone(work, &group);
    else
        read_together(work, &group);
}
