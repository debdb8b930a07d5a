/*
 * One module's code on its way into a report: commits first (code.c), then the files, which are
 * judged by them (code_files.c). Inside of the drift room.
 */
#ifndef PILAB_SRC_DRIFT_CODE_COLLECTOR_H
#define PILAB_SRC_DRIFT_CODE_COLLECTOR_H

#include <pilab/base/arena.h>
#include <pilab/base/map.h>
#include <pilab/drift/builder.h>
#include <pilab/drift/code_reading.h>

/* Digits of a commit's id in what is said of it. */
enum { SHORT_ID = 7 };

struct collector {
    struct report_builder *builder;
    const struct module_input *module;
    const struct code_input *input;
    struct arena *arena; /* the report's */
    struct drift_code *code;
    struct code_reading *reading;
    struct commit_reading behind;
    struct map *told; /* paths of files whose content is told by its own type; NULL: none */
};

const char *code_full_id(struct arena *arena, const struct object_id *id);
/* What the previous side is called: its version, else its label. */
const char *code_previous_name(const struct collector *collector);

/* The files that differ, as lists and as items; the commits must have their dispositions. */
void code_add_files(struct collector *collector);

#endif
