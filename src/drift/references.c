#include "references.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/document/document.h>

#include "ascii.h"

struct references {
    struct map *users;   /* name -> key of the first value that refers to it */
    struct map *defined; /* names that have a value */
};

static bool is_name_character(char c)
{
    return ascii_is_alnum(c) || c == '_' || c == '.' || c == '-';
}

const char *reference_next(const char **cursor, size_t *length)
{
    for (const char *at = *cursor; *at; at++) {
        char close = at[1] == '{' ? '}' : ')';
        size_t size = 0;

        if (*at != '$')
            continue;
        if (at[1] == '$') {
            at++;
            continue;
        }
        if ((at[1] != '{' && at[1] != '(') || ascii_is_digit(at[2]))
            continue;
        while (is_name_character(at[2 + size]))
            size++;
        if (size > 0 && at[2 + size] == close) {
            *cursor = at + 3 + size;
            *length = size;
            return at + 2;
        }
    }
    return NULL;
}

static void note_users(struct references *references, const char *text, const char *key)
{
    size_t length;
    const char *name;

    while ((name = reference_next(&text, &length))) {
        if (!map_has_bytes(references->users, name, length))
            map_put_bytes(references->users, name, length, (void *)key);
    }
}

static void note_defined(struct references *references, const char *name)
{
    map_put(references->defined, name, references);
}

/* `key`: by which people know the value. */
static void visit(struct references *references, const struct node *node, const char *key)
{
    const struct node *name = node_get(node, "name");

    if (node->kind == NODE_STRING)
        note_users(references, node->text, key);
    if (name && name->kind == NODE_STRING) {
        note_defined(references, name->text);
        key = name->text;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct node *child = node->children[i];

        if (child->key)
            note_defined(references, child->key);
        visit(references, child, child->key && strcmp(child->key, "value") != 0 ? child->key : key);
    }
}

static bool concerns(const struct kept_variable *variable, const struct module_input *module)
{
    return variable->module == NULL || strcmp(variable->module, module->name) == 0;
}

struct references *references_new(const struct drift_input *input,
                                  const struct module_input *module)
{
    struct references *references = memory_new(sizeof *references);

    references->users = map_new();
    references->defined = map_new();
    for (size_t i = 0; i < module->config_count; i++) {
        const struct document *document = module->configs[i].current;

        for (size_t k = 0; document && k < document->count; k++)
            visit(references, document->roots[k], "");
    }
    for (size_t i = 0; i < input->variable_count; i++) {
        if (input->variables[i].previous.present && concerns(&input->variables[i], module))
            note_defined(references, input->variables[i].name);
    }
    return references;
}

void references_free(struct references **references)
{
    if (!*references)
        return;
    map_free(&(*references)->users);
    map_free(&(*references)->defined);
    free(*references);
    *references = NULL;
}

const char *references_user(const struct references *references, const char *name)
{
    return map_get(references->users, name);
}

bool references_defined(const struct references *references, const char *name, size_t length)
{
    return map_has_bytes(references->defined, name, length);
}
