/*
 * Configuration on disk: two files, or two folders whose files are paired by their relative paths.
 */
#ifndef PILAB_SOURCE_FILES_H
#define PILAB_SOURCE_FILES_H

#include <pilab/source/reader.h>

/* `module->previous` and `module->current` are the paths; the labels of the request's sides are
 * what the files are called (NULL: their paths). False with an error when one of them cannot be
 * read at all, is a file where the other is a folder, or when it was cancelled. */
bool files_module_read(struct module_reader *reader, struct error *error);

#endif
