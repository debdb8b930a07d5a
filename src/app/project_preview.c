#include <pilab/app/project.h>

#include <string.h>
#include <strings.h>

#include <pilab/base/vector.h>
#include <pilab/document/diff.h>
#include <pilab/document/document.h>

#include "variable_file.h"

#define VALUE_COLUMNS 60

/* The project that the file is about, as it stands; *found is false when there is none. */
static bool load_now(struct call *call, const char *code, struct project_settings *settings,
                     bool *found, struct error *error)
{
    struct error missing = { 0 };

    *found = false;
    if (call->store == NULL && !call_open_store(call, false, &missing)) {
        if (missing.code == ERROR_NOT_FOUND)
            return true;
        *error = missing;
        return false;
    }
    call->project = NULL;
    if (!call_choose_project(call, code, &missing)) {
        if (missing.code == ERROR_NOT_FOUND)
            return true;
        *error = missing;
        return false;
    }
    /* One that only bears the code as its name is another project. */
    if (strcasecmp(call->project->code, code) != 0)
        return true;
    *found = true;
    return call_check(call, PERMISSION_READ, error) && project_load(call, settings, error) &&
           variables_load(call, settings, error);
}

static bool names_variable(const struct project_settings *settings,
                           const struct variable_settings *wanted)
{
    for (size_t i = 0; i < settings->variable_count; i++) {
        const struct variable_settings *variable = &settings->variables[i];

        if (strcmp(variable->name, wanted->name) == 0 &&
            strcmp(variable->environment, wanted->environment) == 0 &&
            strcmp(variable->module != NULL ? variable->module : "",
                   wanted->module != NULL ? wanted->module : "") == 0)
            return true;
    }
    return false;
}

/* What an import leaves as it is, though the file does not say it: variables of a file without any,
 * and secrets, whose values nothing could bring back. */
static void keep_variables(struct call *call, const struct project_settings *now,
                           struct project_settings *then)
{
    struct vector kept;

    vector_init(&kept, sizeof *then->variables);
    for (size_t i = 0; then->variables_given && i < then->variable_count; i++)
        vector_push(&kept, &then->variables[i]);
    for (size_t i = 0; i < now->variable_count; i++) {
        if (!then->variables_given ||
            (now->variables[i].secret && !names_variable(then, &now->variables[i])))
            vector_push(&kept, &now->variables[i]);
    }
    then->variable_count = kept.count;
    then->variables = vector_to_arena(&kept, call->arena);
    then->variables_given = kept.count > 0;
    vector_release(&kept);
}

/* A scalar as it stands; of a list or map, how much is in it. */
static void add_value(struct strbuf *line, const struct node *node)
{
    size_t count = node->kind == NODE_LIST || node->kind == NODE_MAP ? node->count : 0;

    if (node->kind == NODE_LIST && count > 0 && node->children[0]->text != NULL) {
        for (size_t i = 0; i < count; i++)
            strbuf_printf(line, "%s%s", i > 0 ? ", " : "",
                          node->children[i]->text != NULL ? node->children[i]->text : "...");
    } else if (node->text == NULL) {
        strbuf_printf(line, "%zu entr%s", count, count == 1 ? "y" : "ies");
    } else {
        strbuf_add_cut_middle(line, node->text, node->length, VALUE_COLUMNS, "~");
    }
}

static const char *change_line(const struct tree_change *change, struct arena *arena)
{
    struct strbuf line = STRBUF_INIT;
    const char *text;

    strbuf_add(&line, change->kind == CHANGE_ADDED     ? "+ "
                      : change->kind == CHANGE_REMOVED ? "- "
                                                       : "~ ");
    tree_change_path(&line, change);
    if (change->kind == CHANGE_ORDER) {
        strbuf_add(&line, ": another order");
    } else {
        strbuf_add(&line, ": ");
        if (change->previous != NULL)
            add_value(&line, change->previous);
        if (change->previous != NULL && change->current != NULL)
            strbuf_add(&line, " -> ");
        if (change->current != NULL)
            add_value(&line, change->current);
    }
    text = strbuf_to_arena(&line, arena);
    strbuf_release(&line);
    return text;
}

static bool compare(struct arena *arena, struct project_preview *preview, struct error *error)
{
    struct document *now = document_read("the project", preview->yaml_now,
                                         strlen(preview->yaml_now), DOCUMENT_YAML, NULL, error);
    struct document *then =
        now == NULL ? NULL
                    : document_read("the file", preview->yaml_then, strlen(preview->yaml_then),
                                    DOCUMENT_YAML, NULL, error);
    bool ok = then != NULL;

    if (ok) {
        struct tree_diff *diff = tree_diff_documents(now, then, NULL);

        preview->lines = arena_array(arena, diff->count, sizeof *preview->lines);
        for (size_t i = 0; i < diff->count; i++)
            preview->lines[preview->count++] = change_line(&diff->changes[i], arena);
        tree_diff_free(&diff);
    }
    document_free(&now);
    document_free(&then);
    return ok;
}

static const char *as_yaml(const struct project_settings *settings, struct arena *arena)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    project_file_write(&text, settings);
    copy = strbuf_to_arena(&text, arena);
    strbuf_release(&text);
    return copy;
}

bool project_preview(struct call *call, const char *path, struct arena *arena,
                     struct project_preview *preview, struct error *error)
{
    struct project_settings now = { 0 }, then = { 0 };
    bool found = false;

    *preview = (struct project_preview){ .yaml_now = "" };
    if (!project_read_file(call, path, &then, error) ||
        !load_now(call, then.code, &now, &found, error))
        return false;
    preview->name = arena_text(arena, then.name);
    preview->code = arena_text(arena, then.code);
    preview->created = !found;
    keep_variables(call, &now, &then);
    preview->yaml_then = as_yaml(&then, arena);
    if (!found)
        return true;
    preview->yaml_now = as_yaml(&now, arena);
    preview->stays = strcmp(preview->yaml_now, preview->yaml_then) == 0;
    return preview->stays || compare(arena, preview, error);
}
