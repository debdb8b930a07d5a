/*
 * What reads the types of drift other than code and configuration, as a table of rows. Inside of
 * the source room.
 */
#ifndef PILAB_SOURCE_TYPE_SOURCE_H
#define PILAB_SOURCE_TYPE_SOURCE_H

#include <pilab/source/place.h>
#include <pilab/source/reader.h>

struct type_source {
    enum drift_type type;
    const char *what; /* "lock files": what could not be read, when it fails as a whole */
    /* Whether a file of this name is read here, and is no configuration. */
    bool (*claims)(const char *path);
    /* Reads both sides, hangs the input of its type into reader->input, and says what became of it
     * (module_reader_source). What cannot be understood is a problem. False with an error when
     * nothing can be said at all, or when it was cancelled. */
    bool (*read)(struct module_reader *reader, const struct place *previous,
                 const struct place *current, struct error *error);
};

/* The row of a type; NULL: it has none. */
const struct type_source *type_source(enum drift_type type);
bool type_sources_claim(const char *path);
/* Every type that was asked for. False only when cancelled. */
bool type_sources_read(struct module_reader *reader, const struct place *previous,
                       const struct place *current, struct error *error);

#endif
