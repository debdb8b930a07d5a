/*
 * A program that runs beside us and is talked to through pipes: no shell, a session of its own so
 * that it neither writes to our terminal nor gets the keys that are meant for us, and nothing of it
 * left when we are done, nor of what it started in turn.
 *
 * Nothing here waits without a limit.
 */
#ifndef PILAB_NET_CHILD_H
#define PILAB_NET_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include <pilab/base/error.h>

struct child {
    pid_t process;             /* leads its session and its group; 0: none */
    int status;                /* once it has ended: what it gave, or 128 + signal */
    int input, output, errors; /* our ends, non-blocking; -1: closed; `input` is a
                                  socket, to be written to by send(2) with MSG_NOSIGNAL */
};

#define CHILD_NONE                                                                                 \
    {                                                                                              \
        .input = -1, .output = -1, .errors = -1                                                    \
    }

/* Starts the program words[0], found along PATH. `settings` ("NAME=VALUE", NULL-terminated, may be
 * NULL) are added to our environment and win over it. ERROR_NOT_FOUND when there is no such
 * program, else ERROR_IO. */
bool child_start(struct child *child, const char *const words[], const char *const settings[],
                 struct error *error);

/* Waits at most so long for its end. True when it has ended. */
bool child_wait(struct child *child, int milliseconds);

/* Closes the pipes: most programs end then. */
void child_close(struct child *child);

/* Closes the pipes and waits `patience` milliseconds for its end; then it and all that it has
 * started is told to end, and a little later made to. Afterwards none of them is left. */
void child_end(struct child *child, int patience);

/* Of one that has ended by itself (child_wait): closes the pipes and leaves what it has started,
 * such as a daemon that shall live on. One that has not ended is ended as above. */
void child_leave(struct child *child);

#endif
