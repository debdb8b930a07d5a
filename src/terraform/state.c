/*
 * States: as `show -json` writes them, and as they are kept (version 4).
 */
#include "parts.h"

#include <string.h>

/* ---- show -json ---- */

static bool read_instance(struct terraform_file *file, const struct node *resource,
                          struct vector *out, struct error *error)
{
    struct terraform_instance *instance = vector_add(out);
    const char *mode = member_text(resource, "mode");

    *instance = (struct terraform_instance){
        .address = member_text(resource, "address"),
        .type = member_text(resource, "type"),
        .name = member_text(resource, "name"),
        .provider = provider_name(file->arena, member_text(resource, "provider_name")),
        .deposed = member_text(resource, "deposed_key"),
        .data = mode && strcmp(mode, "data") == 0,
        .tainted = member_is_true(resource, "tainted"),
        .values = member_map(resource, "values"),
        .mask = member_map(resource, "sensitive_values"),
    };
    if (!instance->address || !instance->type || !instance->name)
        return fail_at_node(resource, error, "a resource has no address, type or name");
    instance->module = address_module(file->arena, instance->address);
    instance->id = member_scalar(instance->values, "id");
    return true;
}

/* Recursion ends: documents are no deeper than DOCUMENT_DEPTH_MAX. */
static bool read_module(struct terraform_file *file, const struct node *module, struct vector *out,
                        struct error *error)
{
    const struct node *resources = member_list(module, "resources");
    const struct node *children = member_list(module, "child_modules");

    for (size_t i = 0; resources && i < resources->count; i++) {
        if (!read_instance(file, resources->children[i], out, error))
            return false;
    }
    for (size_t i = 0; children && i < children->count; i++) {
        if (!read_module(file, children->children[i], out, error))
            return false;
    }
    return true;
}

static void take_instances(struct terraform_file *file, struct vector *instances)
{
    file->instance_count = instances->count;
    file->instances = vector_to_arena(instances, file->arena);
    vector_release(instances);
}

bool state_read(struct terraform_file *file, const struct node *root, struct error *error)
{
    const struct node *values = node_get(root, "values");
    struct vector instances;
    bool read;

    vector_init(&instances, sizeof(struct terraform_instance));
    file->outputs = member_map(values, "outputs");
    read = read_module(file, node_get(values, "root_module"), &instances, error);
    take_instances(file, &instances);
    return read;
}

/* ---- version 4 ---- */

static void add_index(struct strbuf *address, const struct node *index)
{
    if (!index || index->kind == NODE_NULL)
        return;
    strbuf_add_char(address, '[');
    node_write_json(address, index); /* "blue" in quotes, 0 without */
    strbuf_add_char(address, ']');
}

static const char *raw_address(struct terraform_file *file, const struct terraform_instance *parts,
                               const struct node *index)
{
    struct strbuf address = STRBUF_INIT;
    const char *text;

    if (parts->module)
        strbuf_printf(&address, "%s.", parts->module);
    strbuf_printf(&address, "%s%s.%s", parts->data ? "data." : "", parts->type, parts->name);
    add_index(&address, index);
    text = strbuf_to_arena(&address, file->arena);
    strbuf_release(&address);
    return text;
}

static void read_sensitive(struct terraform_file *file, const struct node *source,
                           struct terraform_instance *instance)
{
    const struct node *paths = member_list(source, "sensitive_attributes");
    struct strbuf pointer = STRBUF_INIT;

    if (!paths)
        return;
    instance->sensitive_pointers =
        arena_array(file->arena, paths->count, sizeof *instance->sensitive_pointers);
    for (size_t i = 0; i < paths->count; i++) {
        strbuf_clear(&pointer);
        /* What cannot be followed to its end still hides what it leads through. */
        steps_pointer(&pointer, paths->children[i]);
        instance->sensitive_pointers[instance->sensitive_count++] =
            strbuf_to_arena(&pointer, file->arena);
    }
    strbuf_release(&pointer);
}

static void read_raw_instance(struct terraform_file *file, const struct terraform_instance *common,
                              const struct node *source, struct vector *out)
{
    struct terraform_instance *instance = vector_add(out);
    const char *status = member_text(source, "status");

    *instance = *common;
    instance->address = raw_address(file, common, node_get(source, "index_key"));
    instance->deposed = member_text(source, "deposed");
    instance->tainted = status && strcmp(status, "tainted") == 0;
    instance->values = member_map(source, "attributes");
    if (!instance->values) {
        instance->values = member_map(source, "attributes_flat");
        instance->flat = instance->values != NULL;
    }
    instance->id = member_scalar(instance->values, "id");
    read_sensitive(file, source, instance);
}

static bool read_raw_resource(struct terraform_file *file, const struct node *resource,
                              struct vector *out, struct error *error)
{
    const struct node *instances = member_list(resource, "instances");
    const char *mode = member_text(resource, "mode");
    const struct terraform_instance common = {
        .module = member_text(resource, "module"),
        .type = member_text(resource, "type"),
        .name = member_text(resource, "name"),
        .provider = provider_name(file->arena, member_text(resource, "provider")),
        .data = mode && strcmp(mode, "data") == 0,
    };

    if (!common.type || !common.name)
        return fail_at_node(resource, error, "a resource has no type or no name");
    for (size_t i = 0; instances && i < instances->count; i++)
        read_raw_instance(file, &common, instances->children[i], out);
    return true;
}

static bool check_version(const struct terraform_file *file, const struct node *root,
                          struct error *error)
{
    const char *version = member_scalar(root, "version");

    if (version && strcmp(version, "4") == 0)
        return true;
    error_set(error, ERROR_UNSUPPORTED, "%s: a state of version %s", file->document->name,
              version ? version : "unknown");
    return error_hint(error,
                      "Version 4 can be read, which Terraform writes from 0.12 on; \"terraform "
                      "show -json\" of a newer Terraform reads older ones.");
}

bool raw_state_read(struct terraform_file *file, const struct node *root, struct error *error)
{
    const struct node *resources = node_get(root, "resources");
    struct vector instances;
    bool read = true;

    if (!check_version(file, root, error))
        return false;
    if (resources && resources->kind != NODE_LIST && resources->kind != NODE_NULL)
        return fail_at_node(resources, error, "the resources of the state are no list");
    file->lineage = member_text(root, "lineage");
    file->serial = member_scalar(root, "serial");
    file->outputs = member_map(root, "outputs");
    vector_init(&instances, sizeof(struct terraform_instance));
    for (size_t i = 0; read && resources && i < resources->count; i++)
        read = read_raw_resource(file, resources->children[i], &instances, error);
    take_instances(file, &instances);
    return read;
}
