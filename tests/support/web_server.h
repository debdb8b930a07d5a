/*
 * A web server on 127.0.0.1 that says what a test has written down for it, byte by byte where it
 * must, and keeps what it was asked. It speaks HTTP/1.1 and closes each connection after an answer.
 */
#ifndef TESTS_SUPPORT_WEB_SERVER_H
#define TESTS_SUPPORT_WEB_SERVER_H

#include <stddef.h>

struct web_server;

/* What it does once the bytes of an answer are out. */
enum web_end {
    WEB_CLOSE,
    WEB_STALL, /* keeps the connection and says nothing more */
    WEB_DRIP   /* one byte each 20 ms, without end */
};

/* The kernel chooses the port. */
struct web_server *web_server_start(void);
void web_server_stop(struct web_server **server);
unsigned short web_server_port(const struct web_server *server);
/* "http://127.0.0.1:PORT" and the path; the caller frees. */
char *web_server_url(const struct web_server *server, const char *path);

/* Answers a request that begins with `line` ("GET /v2/") with a status, further header lines (each
 * with its \r\n; may be "") and a body, whose length is told. Several for one line are given one
 * after the other, the last for ever; the longest line that fits counts. */
void web_server_say(struct web_server *server, const char *line, const char *status,
                    const char *headers, const char *body);
/* The same with bytes as they are. */
void web_server_bytes(struct web_server *server, const char *line, const char *bytes, size_t length,
                      enum web_end end);

/* All that was asked so far, heads and bodies; the caller frees. */
char *web_server_asked(struct web_server *server);
/* How many requests began with `line`. */
size_t web_server_count(struct web_server *server, const char *line);
void web_server_forget(struct web_server *server);

#endif
