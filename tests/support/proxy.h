/*
 * A proxy on 127.0.0.1 that is asked to CONNECT to servers (RFC 9110, section 9.3.6), and keeps
 * what it was asked with.
 */
#ifndef TESTS_SUPPORT_PROXY_H
#define TESTS_SUPPORT_PROXY_H

struct proxy;

/* Whoever asks has to send `credentials` ("name:password") when they are not NULL. The kernel
 * chooses the port. */
struct proxy *proxy_start(const char *credentials);
unsigned short proxy_port(const struct proxy *proxy);
/* All heads of requests so far; the caller frees. */
char *proxy_heads(struct proxy *proxy);
void proxy_stop(struct proxy **proxy);

#endif
