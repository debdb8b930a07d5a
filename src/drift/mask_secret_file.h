/*
 * Files that hold nothing but a secret, one word to a line, as they are mounted into containers:
 * "db_password", "config/api-token.txt", "secrets/smtp". Inside of the drift room.
 */
#ifndef PILAB_DRIFT_MASK_SECRET_FILE_H
#define PILAB_DRIFT_MASK_SECRET_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>

/* Whether the file's name, or that of the folder it lies in, says so and its text does not speak
 * against it; then its text is appended with each of its words masked, as many lines as before. */
bool mask_secret_file(struct strbuf *out, const char *path, const char *text, size_t length);

#endif
