/*
 * The instructions of a Dockerfile, one after the other (docs.docker.com/reference/dockerfile):
 * lines that go on are one, comments and empty lines are none.
 */
#ifndef PILAB_IMAGES_DOCKERFILE_H
#define PILAB_IMAGES_DOCKERFILE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>

/* Borrows the text, which may hold anything. */
struct dockerfile_scan {
    const char *at, *end;
    unsigned line; /* of `at`, from 1 */
    char escape;   /* what joins lines: a backslash, or ` where a directive says so */
};

void dockerfile_scan_start(struct dockerfile_scan *scan, const char *text, size_t length);
/* The next one, without blanks at its ends, and the line where it begins; false at the end. */
bool dockerfile_scan_next(struct dockerfile_scan *scan, struct strbuf *instruction, unsigned *line);
/* Of RUN, COPY and ADD with here-documents ("RUN <<EOF"): goes behind them. Their lines are added
 * to `body`, which may be NULL. */
void dockerfile_scan_here(struct dockerfile_scan *scan, const char *instruction,
                          struct strbuf *body);

#endif
