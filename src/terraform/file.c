#include <pilab/terraform/file.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parts.h"

static const char *const kind_names[] = {
    [TERRAFORM_PLAN] = "plan",
    [TERRAFORM_STATE] = "state",
    [TERRAFORM_RAW_STATE] = "raw state",
    [TERRAFORM_VARIABLES] = "variables",
};

_Static_assert(sizeof kind_names / sizeof *kind_names == TERRAFORM_KIND_COUNT,
               "a kind of file without a name");

const char *terraform_kind_name(enum terraform_kind kind)
{
    return kind_names[kind];
}

static bool ends_with(const char *name, const char *suffix)
{
    size_t length = strlen(name), suffix_length = strlen(suffix);

    return length >= suffix_length && strcasecmp(name + length - suffix_length, suffix) == 0;
}

bool terraform_is_variables(const char *name)
{
    return ends_with(name, ".tfvars") || ends_with(name, ".tfvars.json");
}

/* ---- files that people take for one of ours ---- */

static bool refuse_binary(const char *name, struct error *error)
{
    error_set(error, ERROR_UNSUPPORTED, "%s: a saved plan in Terraform's own binary form", name);
    return error_hint(error,
                      "Run \"terraform show -json %s > plan.json\" where it was made, and "
                      "take that file.",
                      name);
}

static bool refuse_events(const char *name, struct error *error)
{
    error_set(error, ERROR_UNSUPPORTED,
              "%s: the event lines of \"plan -json\", which do not hold the plan itself", name);
    return error_hint(error, "Run \"terraform plan -out=tfplan\", then \"terraform show -json "
                             "tfplan > plan.json\", and take that file.");
}

/* The bytes of the first line, its newline left out, in whatever encoding. */
static size_t first_line(const char *text, size_t length)
{
    size_t unit =
        length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0) ? 2
                                                                                              : 1;
    size_t low = unit == 2 && text[0] == '\xFE' ? 1 : 0; /* of the two bytes, which is the lesser */

    for (size_t at = 0; at + unit <= length; at += unit) {
        if (text[at + low] == '\n' && (unit == 1 || text[at + 1 - low] == '\0'))
            return at;
    }
    return length;
}

/* {"@level":"info","@message":"Terraform 1.9.5",…,"type":"version"} */
static bool is_event_line(const char *name, const char *text, size_t length)
{
    struct document *line =
        document_read(name, text, first_line(text, length), DOCUMENT_JSON, NULL, NULL);
    bool event = line && node_get(line->roots[0], "@level") && node_get(line->roots[0], "@message");

    document_free(&line);
    return event;
}

/* ---- what it is ---- */

static bool has(const struct node *root, const char *key)
{
    return node_get(root, key) != NULL;
}

static bool refuse_root(const char *name, const struct node *root, struct error *error)
{
    if (has(root, "encrypted_data")) {
        error_set(error, ERROR_UNSUPPORTED, "%s: an encrypted state or plan", name);
        return error_hint(error, "Run \"tofu show -json\" where the key is, and take what it "
                                 "writes.");
    }
    if (has(root, "@level"))
        return refuse_events(name, error);
    if (has(root, "provider_schemas"))
        error_set(error, ERROR_UNSUPPORTED, "%s: the schemas of providers, no plan or state", name);
    else
        error_set(error, ERROR_UNSUPPORTED,
                  "%s: neither a plan nor a state of Terraform or OpenTofu", name);
    return error_hint(error, "\"terraform show -json\" writes both; a state is also the .tfstate "
                             "file itself.");
}

static bool find_kind(struct terraform_file *file, const struct node *root, struct error *error)
{
    const char *name = file->document->name;

    if (root->kind != NODE_MAP)
        return refuse_root(name, NULL, error);
    if (has(root, "resource_changes") || has(root, "planned_values") ||
        (has(root, "output_changes") && has(root, "format_version")))
        file->kind = TERRAFORM_PLAN;
    else if (has(root, "version") && (has(root, "serial") || has(root, "lineage")) &&
             !has(root, "encrypted_data"))
        file->kind = TERRAFORM_RAW_STATE;
    else if (has(root, "format_version") && !has(root, "provider_schemas") &&
             (has(root, "values") || root->count <= 2))
        file->kind = TERRAFORM_STATE; /* without values where nothing exists yet */
    else
        return refuse_root(name, root, error);
    return true;
}

/* ">= 0.1, < 2.0", as Terraform's own readers have it. */
static bool check_format(const struct terraform_file *file, struct error *error)
{
    const char *version = file->format_version;
    char *end;

    if (!version)
        return error_set(error, ERROR_UNSUPPORTED, "%s: the %s has no format_version",
                         file->document->name, kind_names[file->kind]);
    unsigned long major = strtoul(version, &end, 10);
    if (end != version && *end == '.' && major < 2)
        return true;
    error_set(error, ERROR_UNSUPPORTED, "%s: the format %s of the %s is not known",
              file->document->name, version, kind_names[file->kind]);
    return error_hint(error, "0.1 to 1.x can be read.");
}

static bool read_json(struct terraform_file *file, struct error *error)
{
    const struct node *root = file->document->roots[0];
    const struct node *complete;

    if (!find_kind(file, root, error))
        return false;
    file->format_version = member_text(root, "format_version");
    file->terraform_version = member_text(root, "terraform_version");
    if (file->kind == TERRAFORM_RAW_STATE)
        return raw_state_read(file, root, error);
    if (!check_format(file, error))
        return false;
    if (file->kind == TERRAFORM_STATE)
        return state_read(file, root, error);
    complete = node_get(root, "complete");
    file->errored = member_is_true(root, "errored");
    file->incomplete = complete && complete->kind == NODE_BOOL && !member_is_true(root, "complete");
    return true;
}

static bool read_document(struct terraform_file *file, const char *name, const char *text,
                          size_t length, struct error *error)
{
    bool variables = terraform_is_variables(name);
    bool hcl = variables && !ends_with(name, ".json");

    if (length >= 4 && memcmp(text, "PK\x03\x04", 4) == 0)
        return refuse_binary(name, error);
    file->document =
        document_read(name, text, length, hcl ? DOCUMENT_TFVARS : DOCUMENT_JSON, NULL, error);
    if (!file->document) {
        if (!hcl && is_event_line(name, text, length))
            return refuse_events(name, error);
        return false;
    }
    if (!variables)
        return read_json(file, error);
    file->kind = TERRAFORM_VARIABLES;
    if (file->document->roots[0]->kind != NODE_MAP)
        return error_set(error, ERROR_INVALID, "%s: variables are a map of names to values", name);
    return true;
}

/* What a plan or a state looks like that `show -json` wrote. */
static bool is_shown(const struct node *root)
{
    const struct node *values = member_map(root, "values");
    const struct node *planned = member_map(root, "planned_values");

    return has(root, "format_version") &&
           (member_list(root, "resource_changes") || (values && has(values, "root_module")) ||
            (planned && has(planned, "root_module")) ||
            (has(root, "terraform_version") && (values || planned)));
}

/* What is kept as it is; the oldest have no lineage. */
static bool is_state(const struct node *root)
{
    return has(root, "version") && has(root, "serial") &&
           (has(root, "lineage") || has(root, "terraform_version")) &&
           (member_list(root, "resources") || member_list(root, "modules"));
}

/* Other documents have a version and resources, too, so one sign alone is none. */
bool terraform_is_document(const struct node *root)
{
    if (!root || root->kind != NODE_MAP)
        return false;
    if (has(root, "encrypted_data"))
        return has(root, "meta") || (has(root, "lineage") && has(root, "serial"));
    return is_shown(root) || is_state(root);
}

bool terraform_recognise(const char *text, size_t length)
{
    /* The archive that -out writes begins with its file "tfplan", behind 30 bytes. */
    static const char entry[] = "tfplan";
    const size_t behind = 30;
    struct document *document;
    bool ours;

    if (length >= 4 && memcmp(text, "PK\x03\x04", 4) == 0)
        return length >= behind + strlen(entry) && memcmp(text + behind, entry, strlen(entry)) == 0;
    document = document_read("", text, length, DOCUMENT_JSON, NULL, NULL);
    ours = document ? terraform_is_document(document->roots[0]) : is_event_line("", text, length);
    document_free(&document);
    return ours;
}

struct terraform_file *terraform_file_read(const char *name, const char *text, size_t length,
                                           struct error *error)
{
    struct arena *arena = arena_new();
    struct terraform_file *file = arena_alloc(arena, sizeof *file);

    file->arena = arena;
    if (!read_document(file, name, text, length, error))
        terraform_file_free(&file);
    return file;
}

void terraform_file_free(struct terraform_file **file)
{
    struct arena *arena;

    if (!*file)
        return;
    arena = (*file)->arena;
    document_free(&(*file)->document);
    *file = NULL;
    arena_free(&arena);
}

void terraform_file_adopt(struct arena *arena, struct terraform_file *file)
{
    struct arena *document = file->document->arena, *own = file->arena;

    arena_adopt(arena, &document);
    arena_adopt(arena, &own);
}
