/*
 * Files: reading what a person or a repository names, writing so that nothing is ever half there.
 */
#ifndef PILAB_BASE_FILE_H
#define PILAB_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

/* Appends a regular file's content. Opens with O_NONBLOCK and O_CLOEXEC and decides by fstat on the
 * opened descriptor: a FIFO, device, socket or directory is refused, and so is more than `limit`
 * bytes (also when the file grows meanwhile). A last component that is a symbolic link is followed
 * only when `follow`. A failure leaves `out` as it was. ERROR_NOT_FOUND, ERROR_INVALID (not a
 * regular file), ERROR_LIMIT, ERROR_IO. */
bool file_read(const char *path, size_t limit, bool follow, struct strbuf *out,
               struct error *error);

/* Writes beside the target (same directory, 0600 until the end), sets `mode` whatever the umask,
 * fsyncs, renames over it and fsyncs the directory: a reader sees the old content or the new, and a
 * full disk leaves the old and nothing beside it. The file is a new one: it belongs to who writes
 * it, and other names of the old one keep the old content. Refuses a target that is a symbolic link
 * or not a regular file. ERROR_INVALID, ERROR_NOT_FOUND (no such directory), ERROR_IO. */
bool file_write_atomic(const char *path, const void *data, size_t length, mode_t mode,
                       struct error *error);

/* Both for a name in a directory that is open already, so that nothing on the way can be swapped
 * meanwhile: the name has no slash, and a symbolic link is refused. `path` is what messages call
 * the file. */
bool file_read_in(int directory, const char *name, const char *path, size_t limit,
                  struct strbuf *out, struct error *error);
bool file_write_in(int directory, const char *name, const char *path, const void *data,
                   size_t length, mode_t mode, struct error *error);

/* mkdir -p; new directories get `mode`, less the umask. ERROR_EXISTS when a file is in the way. */
bool file_make_directories(const char *path, mode_t mode, struct error *error);

/* Of what a symbolic link leads to. */
bool file_exists(const char *path);
bool file_is_directory(const char *path);

/* "a/b" from "a" and "b"; an absolute second part wins. The caller frees. */
char *path_join(const char *directory, const char *name);
/* "~/x" is in the home directory, as a shell has it, when there is one; others stay as they are.
 * The caller frees. */
char *path_from_home(const char *typed);
/* What follows the last slash, "" when nothing does; points into path. */
const char *path_base_name(const char *path);

/* XDG base directories (freedesktop.org, version 0.8) with "/pilab" appended: the variable when it
 * is absolute, else $HOME's default. The caller frees. NULL with ERROR_IO when HOME is unset. */
char *path_data_home(struct error *error);
char *path_cache_home(struct error *error);
char *path_config_home(struct error *error);
char *path_state_home(struct error *error);

#endif
