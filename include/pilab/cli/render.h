/*
 * Results as the command line shows them.
 */
#ifndef PILAB_CLI_RENDER_H
#define PILAB_CLI_RENDER_H

#include <stdbool.h>

#include <pilab/app/result.h>
#include <pilab/cli/output.h>

/* Prints a result: JSON when `json` (or its format says so), else text, Markdown or raw bytes. */
bool render_result(const struct output *output, const struct result *result, bool json,
                   struct error *error);

/* Why a gate that found nothing does not open. */
void render_incomplete(const struct output *errors);

/* What a list's command says of what went wrong or is new, whole, where its columns would cut it:
 * on standard error, so that who reads the table gets the table. */
void render_said(const struct output *errors, const struct result *result);

/* An error on standard error: two lines for people, or pilab.error/1. */
void render_error(const struct output *output, const struct error *error, bool json);

#endif
