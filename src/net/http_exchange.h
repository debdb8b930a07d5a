/*
 * One request to one server, and what came of it: no redirection, no second try. Inside of the net
 * room.
 */
#ifndef PILAB_SRC_NET_HTTP_EXCHANGE_H
#define PILAB_SRC_NET_HTTP_EXCHANGE_H

#include <curl/curl.h>

#include <pilab/base/library.h>
#include <pilab/base/vector.h>
#include <pilab/net/http.h>
#include <pilab/net/http_url.h>

struct curl_calls {
    __typeof__(curl_global_init) *global_init;
    __typeof__(curl_global_cleanup) *global_cleanup;
    __typeof__(curl_easy_init) *easy_init;
    __typeof__(curl_easy_cleanup) *easy_cleanup;
    __typeof__(curl_easy_reset) *easy_reset;
    __typeof__(curl_easy_setopt) *set;
    __typeof__(curl_easy_getinfo) *get;
    __typeof__(curl_easy_strerror) *words;
    __typeof__(curl_slist_append) *list_append;
    __typeof__(curl_slist_free_all) *list_free;
    __typeof__(curl_multi_init) *multi_init;
    __typeof__(curl_multi_cleanup) *multi_cleanup;
    __typeof__(curl_multi_add_handle) *multi_add;
    __typeof__(curl_multi_remove_handle) *multi_remove;
    __typeof__(curl_multi_perform) *multi_perform;
    __typeof__(curl_multi_poll) *multi_poll;
    __typeof__(curl_multi_info_read) *multi_read;
    __typeof__(curl_multi_strerror) *multi_words;
};

struct http_client {
    struct library *library;
    struct curl_calls curl;
    CURLM *multi;
    CURL *easy;
    char *agent, *authority_file;
    char *certificate_file, *key_file; /* NULL: none */
    struct clock clock;
    struct random random;
    int retry_unit;
};

struct http_exchange {
    struct http_client *client;
    const struct http_request *request;
    const struct http_url *url;
    const struct http_limits *limits; /* none is 0 */
    bool foreign;                     /* not the origin that was asked for */
    int64_t until;                    /* monotonic; the end of the whole */
    const struct progress *progress;
    /* What came. */
    int status;
    struct vector headers; /* struct http_header; owned texts */
    struct strbuf body;
    /* On the way. */
    size_t head_length;
    int64_t moved_at;
    curl_off_t moved;
    bool connected;   /* something was sent, or may have been */
    bool given_up;    /* nobody waited for its end any more */
    bool too_much;    /* the body is beyond its limit */
    bool head_beyond; /* the head is */
};

/* Fills status, headers and body. False with why; `connected` says whether the server may have
 * got the request. */
bool http_exchange_run(struct http_exchange *exchange, struct error *error);
void http_exchange_clear(struct http_exchange *exchange);

#endif
