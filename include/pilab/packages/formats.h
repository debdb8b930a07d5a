/*
 * The files that say which packages a program is made of, by their names.
 *
 * Files of one folder and one family speak of the same packages: a lock file says what is there,
 * the manifest beside it what somebody asked for. So of a family one file is compared, the first of
 * the table that is there.
 */
#ifndef PILAB_PACKAGES_FORMATS_H
#define PILAB_PACKAGES_FORMATS_H

#include <stdbool.h>
#include <stddef.h>

enum package_file {
    PACKAGE_FILE_LOCK,     /* exact versions of all packages */
    PACKAGE_FILE_MANIFEST, /* what was asked for, mostly as ranges */
    PACKAGE_FILE_BILL      /* a bill of materials (SBOM) */
};

struct package_reader; /* src/packages/reader.h */

struct package_format {
    const char *pattern;   /* a glob over the path (base/glob.h), letters alike in either case */
    const char *title;     /* for people: "npm lock file" */
    const char *family;    /* "npm"; NULL: it stands alone */
    const char *ecosystem; /* NULL: any, as in bills of materials */
    enum package_file kind;
    bool (*read)(struct package_reader *reader); /* inside of the room */
};

/* The rows, the preferred ones of a family first. */
const struct package_format *package_formats(size_t *count);
/* The row for a path, by its last part and where needed its folder; NULL: none of these files. */
const struct package_format *package_format_of(const char *path);
/* The row for a file that a person named: by its name, else by what is in it, else by a name that
 * is nearly a known one ("go.mod-v1.7.1", "pom-1.xml"); NULL: none of these files. */
const struct package_format *package_format_recognise(const char *name, const char *text,
                                                      size_t length);

#endif
