/*
 * Where the things that a type reads begin in their files, so that a difference is followed to the
 * end of its lines. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_ITEM_LINES_H
#define PILAB_DRIFT_ITEM_LINES_H

#include "file_commits.h"

struct item_lines;

/* Of the differences of one type in one module that begin at `first` of the builder's items. */
struct item_lines *item_lines_new(const struct report_builder *builder, enum drift_type type,
                                  const struct module_input *module, size_t first);
void item_lines_free(struct item_lines **lines);
struct file_lines item_lines_of(const struct item_lines *lines, const struct drift_item *item);

#endif
