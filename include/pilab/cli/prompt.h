/*
 * What a running command says to, and asks of, the person at the terminal: a progress line on
 * standard error, and questions. Without a terminal it says nothing and asks nothing.
 */
#ifndef PILAB_CLI_PROMPT_H
#define PILAB_CLI_PROMPT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <pilab/app/call.h>
#include <pilab/cli/output.h>

struct prompt {
    const struct output *output; /* standard error */
    pthread_mutex_t drawing;     /* several workers may report at once */
    int64_t started;             /* monotonic */
    int64_t drawn_at;
    bool drawn;
    bool asking; /* nothing is drawn meanwhile */
};

/* Makes `prompt` the one that the call reports to and asks; it must outlive the call. */
void prompt_attach(struct prompt *prompt, const struct output *output, struct call *call);
/* Wipes the progress line off. */
void prompt_end(struct prompt *prompt);

#endif
