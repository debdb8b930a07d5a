/*
 * Finding the git repositories below a folder. Read only, and bounded in depth, in folders and in
 * time: a home directory may hold anything.
 */
#ifndef PILAB_SOURCE_REPOSITORY_SCAN_H
#define PILAB_SOURCE_REPOSITORY_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>

struct scan_limits {
    unsigned depth;   /* 0: as usual; 1 looks at the folder itself only */
    unsigned folders; /* that are opened at most; 0: as usual */
    int milliseconds; /* 0: no limit */
};

struct scanned_repository {
    const char *path; /* absolute: the work tree, or the bare repository */
    const char *name; /* of its folder, or of its remote where the folder says nothing ("src") */
    bool bare;
};

struct repository_scan {
    struct scanned_repository *repositories; /* by path */
    size_t count;
    bool complete; /* false: a limit ended it */
    size_t closed; /* folders that could not be read */
};

/* Everything lives in `arena`. Symbolic links are not followed; a second work tree of a repository
 * that is there, and submodules, are left out; so is what lies in hidden folders and where packages
 * are kept. ERROR_NOT_FOUND or ERROR_INVALID when the folder itself cannot be read. */
bool repository_scan(const char *folder, const struct scan_limits *limits, struct arena *arena,
                     struct repository_scan *scan, const struct progress *progress,
                     struct error *error);

#endif
