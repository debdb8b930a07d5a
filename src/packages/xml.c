/* XML by expat, as a tree that is just large enough for project files. */
#include "reader.h"

#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include <pilab/base/memory.h>

#define XML_DEPTH_MAX   100
#define XML_ELEMENT_MAX 1000000

struct open_element {
    struct xml_element *element;
    struct vector children; /* struct xml_element * */
    struct strbuf text;
};

struct xml_builder {
    XML_Parser parser;
    struct arena *arena;
    struct open_element open[XML_DEPTH_MAX];
    size_t depth, count;
    struct xml_element *root;
    const char *refused; /* why it was stopped; NULL: it was not */
};

static void stop(struct xml_builder *builder, const char *why)
{
    if (builder->refused == NULL)
        builder->refused = why;
    XML_StopParser(builder->parser, XML_FALSE);
}

static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');

    return colon != NULL ? colon + 1 : name;
}

static const char **copy_attributes(struct arena *arena, const XML_Char **attributes)
{
    size_t count = 0;
    const char **copy;

    while (attributes[count] != NULL)
        count++;
    copy = arena_array(arena, count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = arena_text(arena, i % 2 == 0 ? local_name(attributes[i]) : attributes[i]);
    return copy;
}

static void on_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct xml_builder *builder = context;
    struct open_element *open;

    if (builder->depth == XML_DEPTH_MAX) {
        stop(builder, "elements stand too deep within each other");
        return;
    }
    if (builder->count++ == XML_ELEMENT_MAX) {
        stop(builder, "it has too many elements");
        return;
    }
    open = &builder->open[builder->depth++];
    open->element = arena_alloc(builder->arena, sizeof *open->element);
    open->element->name = arena_text(builder->arena, local_name(name));
    open->element->attributes = copy_attributes(builder->arena, attributes);
    open->element->line = (unsigned)XML_GetCurrentLineNumber(builder->parser);
    vector_clear(&open->children);
    strbuf_clear(&open->text);
}

static const char *trimmed(struct arena *arena, const struct strbuf *text)
{
    const char *blanks = " \t\r\n";
    const char *start = text->data + strspn(text->data, blanks);
    size_t length = strlen(start);

    while (length > 0 && strchr(blanks, start[length - 1]) != NULL)
        length--;
    return arena_bytes(arena, start, length);
}

static void on_end(void *context, const XML_Char *name)
{
    struct xml_builder *builder = context;
    struct open_element *open = &builder->open[--builder->depth];
    struct xml_element *element = open->element;

    (void)name;
    element->text = trimmed(builder->arena, &open->text);
    element->children = vector_to_arena(&open->children, builder->arena);
    element->count = open->children.count;
    if (builder->depth == 0)
        builder->root = element;
    else
        vector_push(&builder->open[builder->depth - 1].children, &element);
}

static void on_text(void *context, const XML_Char *text, int length)
{
    struct xml_builder *builder = context;

    if (builder->depth > 0)
        strbuf_add_bytes(&builder->open[builder->depth - 1].text, text, (size_t)length);
}

static void on_entity(void *context, const XML_Char *name, int parameter, const XML_Char *value,
                      int length, const XML_Char *base, const XML_Char *system,
                      const XML_Char *public, const XML_Char *notation)
{
    (void)name, (void)parameter, (void)value, (void)length, (void)base, (void)system, (void)public,
        (void)notation;
    stop(context, "it declares entities, which are not read");
}

static void set_error(const struct xml_builder *builder, const char *name, struct error *error)
{
    enum XML_Error code = XML_GetErrorCode(builder->parser);
    unsigned line = (unsigned)XML_GetCurrentLineNumber(builder->parser);

    if (builder->refused != NULL)
        error_set(error, ERROR_LIMIT, "%s:%u: %s", name, line, builder->refused);
    else
        error_set(error, ERROR_INVALID, "%s:%u: %s", name, line, XML_ErrorString(code));
}

const struct xml_element *xml_read(struct arena *arena, const char *name, const char *text,
                                   size_t length, struct error *error)
{
    struct xml_builder *builder = memory_new(sizeof *builder);
    const struct xml_element *root = NULL;

    builder->arena = arena;
    builder->parser = XML_ParserCreate(NULL);
    if (builder->parser == NULL)
        memory_exhausted();
    for (size_t i = 0; i < XML_DEPTH_MAX; i++) {
        vector_init(&builder->open[i].children, sizeof(struct xml_element *));
        builder->open[i].text = (struct strbuf)STRBUF_INIT;
    }
    XML_SetUserData(builder->parser, builder);
    XML_SetElementHandler(builder->parser, on_start, on_end);
    XML_SetCharacterDataHandler(builder->parser, on_text);
    XML_SetEntityDeclHandler(builder->parser, on_entity);
    if (XML_Parse(builder->parser, text, (int)length, XML_TRUE) == XML_STATUS_OK)
        root = builder->root;
    else
        set_error(builder, name, error);
    XML_ParserFree(builder->parser);
    for (size_t i = 0; i < XML_DEPTH_MAX; i++) {
        vector_release(&builder->open[i].children);
        strbuf_release(&builder->open[i].text);
    }
    free(builder);
    return root;
}

const struct xml_element *xml_child(const struct xml_element *element, const char *name)
{
    for (size_t i = 0; element != NULL && i < element->count; i++) {
        if (strcmp(element->children[i]->name, name) == 0)
            return element->children[i];
    }
    return NULL;
}

const char *xml_text(const struct xml_element *element, const char *name)
{
    const struct xml_element *child = xml_child(element, name);

    return child != NULL && *child->text != '\0' ? child->text : NULL;
}

const char *xml_attribute(const struct xml_element *element, const char *name)
{
    for (const char **at = element->attributes; *at != NULL; at += 2) {
        if (strcmp(at[0], name) == 0)
            return at[1];
    }
    return NULL;
}
