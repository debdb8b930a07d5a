/*
 * A wire that breaks when the test wants: what comes to one port of 127.0.0.1 is passed on to
 * another, and after so many bytes of answers the line is cut or falls silent.
 */
#ifndef TESTS_SUPPORT_RELAY_H
#define TESTS_SUPPORT_RELAY_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* A socket that listens on 127.0.0.1, close-on-exec; the kernel chooses the port. */
int loopback_listen(unsigned short *port);
/* A close-on-exec copy of a descriptor whose number is not below `least`. */
int dup_above(int descriptor, int least);

enum relay_fault {
    RELAY_NONE,
    RELAY_CUT,   /* the connections end */
    RELAY_RESET, /* they break: TCP's reset */
    RELAY_STALL  /* nothing comes any more */
};

struct relay;

/* Passes everything on to `port`, until relay_break. */
struct relay *relay_start(unsigned short port);
unsigned short relay_port(const struct relay *relay);
/* After so many bytes of answers from now on the fault happens, and `happened`, when not NULL,
 * becomes true. RELAY_NONE mends the wire for connections to come. */
void relay_break(struct relay *relay, enum relay_fault fault, size_t after, atomic_bool *happened);
/* From now on answers come in drops: so many bytes every 20 ms; 0: as fast as they can. */
void relay_slow(struct relay *relay, size_t bytes);
/* How many bytes of answers have passed since it was started. */
uint64_t relay_passed(struct relay *relay);
/* Waits until it has happened; fails the test when that takes too long. */
void relay_wait(struct relay *relay);
/* Ends all connections. */
void relay_stop(struct relay **relay);

#endif
