/* What parsing a template hands to rendering it. */
#ifndef NOTES_TEMPLATE_INTERNAL_H
#define NOTES_TEMPLATE_INTERNAL_H

#include <pilab/base/arena.h>
#include <pilab/notes/template.h>

enum part_kind {
    PART_TEXT, /* as it stands */
    PART_VALUE,
    PART_SECTION,  /* {{#name}} */
    PART_INVERTED, /* {{^name}} */
    PART_END       /* {{/name}} */
};

enum part_filter { FILTER_TEXT, FILTER_CELL, FILTER_CODE, FILTER_CELL_CODE, FILTER_COUNT };

struct part {
    enum part_kind kind;
    enum part_filter filter;
    const char *text; /* of text: `length` bytes; otherwise the name */
    size_t length;
    unsigned line;
    size_t end; /* of a section: the part that ends it */
};

struct template
{
    struct arena *arena;
    const char *name;
    struct part *parts;
    size_t count;
};

#endif
