#include "http_exchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

#include <pilab/base/memory.h>

/* How late a cancel may be noticed. */
#define SLICE_MS 50

/* --- What comes ------------------------------------------------------------------------------- */

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct http_exchange *exchange = context;
    size_t length = size * count;

    exchange->moved_at = clock_monotonic();
    if (length > exchange->limits->body - exchange->body.length) {
        exchange->too_much = true;
        return 0;
    }
    strbuf_add_bytes(&exchange->body, bytes, length);
    return length;
}

static void drop_headers(struct http_exchange *exchange)
{
    struct http_header *headers = exchange->headers.items;

    for (size_t i = 0; i < exchange->headers.count; i++) {
        union {
            const char *borrowed;
            char *own;
        } name = { headers[i].name }, value = { headers[i].value };

        free(name.own);
        free(value.own);
    }
    vector_clear(&exchange->headers);
}

static void add_field(struct http_exchange *exchange, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    struct http_header *header;
    size_t from, end = length;

    if (colon == NULL || colon == line)
        return;
    from = (size_t)(colon - line) + 1;
    while (from < end && (line[from] == ' ' || line[from] == '\t'))
        from++;
    while (end > from && strchr("\r\n \t", line[end - 1]) != NULL)
        end--;
    header = vector_add(&exchange->headers);
    header->name = memory_copy_bytes(line, (size_t)(colon - line));
    header->value = memory_copy_bytes(line + from, end - from);
}

/* Line by line. An answer before the answer (100, 103) begins with a status line of its own. */
static size_t on_head(char *line, size_t size, size_t count, void *context)
{
    struct http_exchange *exchange = context;
    size_t length = size * count;

    exchange->moved_at = clock_monotonic();
    exchange->head_length += length;
    if (exchange->head_length > exchange->limits->head) {
        exchange->head_beyond = true;
        return 0;
    }
    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0)
        drop_headers(exchange);
    else
        add_field(exchange, line, length);
    return length;
}

static int on_move(void *context, curl_off_t total, curl_off_t came, curl_off_t to_go,
                   curl_off_t gone)
{
    struct http_exchange *exchange = context;

    (void)total, (void)to_go;
    if (came + gone != exchange->moved) {
        exchange->moved = came + gone;
        exchange->moved_at = clock_monotonic();
    }
    return 0;
}

/* --- What goes -------------------------------------------------------------------------------- */

static struct curl_slist *add_header(const struct curl_calls *curl, struct curl_slist *list,
                                     const char *name, const char *value)
{
    /* Without a value libcurl would leave the field out; so it says that it is empty. */
    char *line = *value != '\0' ? memory_printf("%s: %s", name, value) : memory_printf("%s;", name);
    struct curl_slist *longer = curl->list_append(list, line);

    if (longer == NULL)
        memory_exhausted();
    memory_wipe(line);
    return longer;
}

static bool is_for_everybody(const char *name)
{
    static const char *const names[] = { "Accept", "Accept-Language", "Range" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return false;
}

static struct curl_slist *headers_of(const struct http_exchange *exchange)
{
    const struct curl_calls *curl = &exchange->client->curl;
    const struct http_request *request = exchange->request;
    struct curl_slist *list = NULL;

    for (size_t i = 0; i < request->header_count; i++)
        if (!exchange->foreign || is_for_everybody(request->headers[i].name))
            list = add_header(curl, list, request->headers[i].name, request->headers[i].value);
    if (request->authorization != NULL && !exchange->foreign)
        list = add_header(curl, list, "Authorization", request->authorization);
    /* Without it libcurl would ask first whether a body is welcome, and wait a second for those who
     * never answer that. */
    list = curl->list_append(list, "Expect:");
    if (list == NULL)
        memory_exhausted();
    return list;
}

static void drop_list(const struct curl_calls *curl, struct curl_slist *list)
{
    for (struct curl_slist *item = list; item != NULL; item = item->next)
        sodium_memzero(item->data, strlen(item->data));
    curl->list_free(list);
}

static void set_body(const struct http_exchange *exchange)
{
    const struct http_request *request = exchange->request;
    const char *method = request->method != NULL ? request->method : "GET";
    bool bears = request->body != NULL && !exchange->foreign;
    __typeof__(curl_easy_setopt) *set = exchange->client->curl.set;
    CURL *easy = exchange->client->easy;

    if (strcmp(method, "HEAD") == 0)
        set(easy, CURLOPT_NOBODY, 1L);
    else if (bears) {
        set(easy, CURLOPT_POST, 1L);
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
        set(easy, CURLOPT_POSTFIELDS, request->body);
    }
    if (strcmp(method, "GET") != 0 || bears)
        set(easy, CURLOPT_CUSTOMREQUEST, method);
}

/* The proxy is never asked for this machine: what it calls so is another one. */
static void set_up(struct http_exchange *exchange, struct curl_slist *headers)
{
    struct http_client *client = exchange->client;
    __typeof__(curl_easy_setopt) *set = client->curl.set;
    CURL *easy = client->easy;

    client->curl.easy_reset(easy);
    set(easy, CURLOPT_URL, exchange->url->whole);
    set(easy, CURLOPT_PROTOCOLS_STR, exchange->url->secure ? "https" : "http");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_QUICK_EXIT, 1L); /* a name server that hangs is not waited for */
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (client->authority_file != NULL)
        set(easy, CURLOPT_CAINFO, client->authority_file);
    if (client->certificate_file != NULL && !exchange->foreign) {
        set(easy, CURLOPT_SSLCERT, client->certificate_file);
        set(easy, CURLOPT_SSLKEY, client->key_file);
    }
    if (exchange->url->loopback)
        set(easy, CURLOPT_PROXY, "");
    set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(easy, CURLOPT_ACCEPT_ENCODING, "");
    set(easy, CURLOPT_USERAGENT, client->agent);
    set(easy, CURLOPT_HTTPHEADER, headers);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)exchange->limits->connect);
    set(easy, CURLOPT_WRITEFUNCTION, on_body);
    set(easy, CURLOPT_WRITEDATA, exchange);
    set(easy, CURLOPT_HEADERFUNCTION, on_head);
    set(easy, CURLOPT_HEADERDATA, exchange);
    set(easy, CURLOPT_NOPROGRESS, 0L);
    set(easy, CURLOPT_XFERINFOFUNCTION, on_move);
    set(easy, CURLOPT_XFERINFODATA, exchange);
    set_body(exchange);
}

/* --- Waiting ---------------------------------------------------------------------------------- */

static bool still_worth_it(struct http_exchange *exchange, struct error *error)
{
    int64_t now = clock_monotonic();

    if (!progress_wait(exchange->progress, error))
        return false;
    if (now >= exchange->until) {
        error_set(error, ERROR_NETWORK, "%s: no whole answer within %d s", exchange->url->shown,
                  (exchange->limits->whole + 999) / 1000);
        return error_hint(error, "the server or the line is slow: try again later");
    }
    if (now - exchange->moved_at >= exchange->limits->silence) {
        error_set(error, ERROR_NETWORK, "%s: nothing has come for %d s", exchange->url->shown,
                  (exchange->limits->silence + 999) / 1000);
        return error_hint(error, "the server hangs, or something between swallows its answer");
    }
    return true;
}

static int wait_slice(const struct http_exchange *exchange)
{
    int64_t left = exchange->until - clock_monotonic();

    return left < 0 ? 0 : left < SLICE_MS ? (int)left : SLICE_MS;
}

static bool refuse_to_go_on(const struct http_exchange *exchange, CURLMcode code,
                            struct error *error)
{
    return error_set(error, ERROR_INTERNAL, "%s: libcurl cannot go on with the request: %s",
                     exchange->url->shown, exchange->client->curl.multi_words(code));
}

/* CURLE_OK with *ended false: it was given up, and the error says why. */
static CURLcode transfer(struct http_exchange *exchange, bool *ended, struct error *error)
{
    struct http_client *client = exchange->client;
    CURLMcode code = CURLM_OK;
    CURLcode result = CURLE_OK;
    CURLMsg *message;
    int running = 1, left;

    *ended = false;
    while (code == CURLM_OK && !exchange->given_up) {
        code = client->curl.multi_perform(client->multi, &running);
        if (code != CURLM_OK || running == 0)
            break;
        exchange->given_up = !still_worth_it(exchange, error);
        if (!exchange->given_up)
            code = client->curl.multi_poll(client->multi, NULL, 0, wait_slice(exchange), NULL);
    }
    while ((message = client->curl.multi_read(client->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *ended = true;
            result = message->data.result;
        }
    }
    if (!*ended && !exchange->given_up)
        refuse_to_go_on(exchange, code, error);
    return result;
}

/* --- Why not ---------------------------------------------------------------------------------- */

static const struct {
    CURLcode code;
    enum error_code kind;
    const char *words, *hint;
} failures[] = {
    {CURLE_COULDNT_RESOLVE_HOST,      ERROR_NETWORK,   "the name of the server is not known",
     "look at the name, and at the network"                                                                             },
    { CURLE_COULDNT_RESOLVE_PROXY,    ERROR_NETWORK,   "the name of the proxy is not known",
     "look at https_proxy, and at the network"                                                                          },
    { CURLE_COULDNT_CONNECT,          ERROR_NETWORK,   "nobody answers there",
     "look at the address and its port, and whether the server runs"                                                    },
    { CURLE_OPERATION_TIMEDOUT,       ERROR_NETWORK,   "no connection in time",
     "look at the address, the network and the proxy"                                                                   },
    { CURLE_PROXY,                    ERROR_NETWORK,   "the proxy does not let it through",
     "look at https_proxy and what it may reach"                                                                        },
    { CURLE_PEER_FAILED_VERIFICATION, ERROR_UNTRUSTED,
     "the server's certificate is not to be trusted",                                                 "it may be self-signed, expired or of another host; an authority of your own belongs into a "
      "file that SSL_CERT_FILE or the setting for the server names"},
    { CURLE_SSL_CACERT_BADFILE,       ERROR_UNTRUSTED, "the file of trusted certificates is none",
     "it has to hold certificates in PEM"                                                                               },
    { CURLE_SSL_CONNECT_ERROR,        ERROR_NETWORK,   "the talk about TLS fails",
     "the port may not be one for https://, or the server offers nothing newer than TLS 1.1"                            },
    { CURLE_GOT_NOTHING,              ERROR_NETWORK,   "the server hangs up without an answer",
     "try again later; the port may not be one for http"                                                                },
    { CURLE_RECV_ERROR,               ERROR_NETWORK,   "the connection breaks",                       "try again later" },
    { CURLE_SEND_ERROR,               ERROR_NETWORK,   "the connection breaks",                       "try again later" },
    { CURLE_PARTIAL_FILE,             ERROR_NETWORK,   "the answer is cut off",                       "try again later" },
    { CURLE_BAD_CONTENT_ENCODING,     ERROR_NETWORK,   "the answer is packed in a way that is wrong",
     "something between may have changed it"                                                                            },
    { CURLE_WEIRD_SERVER_REPLY,       ERROR_NETWORK,   "what answers there speaks no HTTP",
     "look at the port"                                                                                                 },
    { CURLE_UNSUPPORTED_PROTOCOL,     ERROR_NETWORK,   "what answers there speaks no HTTP",
     "look at the port"                                                                                                 },
};

static bool fail(struct http_exchange *exchange, CURLcode code, struct error *error)
{
    const char *where = exchange->url->shown;

    if (exchange->too_much) {
        return error_set(error, ERROR_LIMIT, "%s: the answer is larger than %zu bytes", where,
                         exchange->limits->body);
    }
    if (exchange->head_beyond) {
        return error_set(error, ERROR_LIMIT, "%s: the head of the answer is larger than %zu bytes",
                         where, exchange->limits->head);
    }
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        if (failures[i].code != code)
            continue;
        error_set(error, failures[i].kind, "%s: %s", where, failures[i].words);
        return error_hint(error, "%s", failures[i].hint);
    }
    return error_set(error, ERROR_NETWORK, "%s: %s", where, exchange->client->curl.words(code));
}

/* --- All of it -------------------------------------------------------------------------------- */

static bool finish(struct http_exchange *exchange, CURLcode code, struct error *error)
{
    struct http_client *client = exchange->client;
    long status = 0;
    curl_off_t sent = 0;

    client->curl.get(client->easy, CURLINFO_RESPONSE_CODE, &status);
    client->curl.get(client->easy, CURLINFO_PRETRANSFER_TIME_T, &sent);
    exchange->status = (int)status;
    exchange->connected = sent > 0;
    return code == CURLE_OK || fail(exchange, code, error);
}

bool http_exchange_run(struct http_exchange *exchange, struct error *error)
{
    struct http_client *client = exchange->client;
    struct curl_slist *headers = headers_of(exchange);
    bool ended = false, ok;
    CURLcode code;

    vector_init(&exchange->headers, sizeof(struct http_header));
    exchange->moved_at = clock_monotonic();
    set_up(exchange, headers);
    if (client->curl.multi_add(client->multi, client->easy) != CURLM_OK)
        memory_exhausted();
    code = transfer(exchange, &ended, error);
    ok = ended && finish(exchange, code, error);
    client->curl.multi_remove(client->multi, client->easy);
    client->curl.easy_reset(client->easy);
    drop_list(&client->curl, headers);
    return ok;
}

void http_exchange_clear(struct http_exchange *exchange)
{
    drop_headers(exchange);
    vector_release(&exchange->headers);
    strbuf_release(&exchange->body);
    exchange->body = (struct strbuf)STRBUF_INIT;
    exchange->head_length = 0;
    exchange->moved = 0;
    exchange->status = 0;
    exchange->connected = exchange->given_up = false;
    exchange->too_much = exchange->head_beyond = false;
}
