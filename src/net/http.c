#include <pilab/net/http.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/net/http_fields.h>

#include "http_exchange.h"

#define CALL(member, function) LIBRARY_FUNCTION(struct curl_calls, member, function)

static const struct library_function curl_functions[] = {
    CALL(global_init, curl_global_init),
    CALL(global_cleanup, curl_global_cleanup),
    CALL(easy_init, curl_easy_init),
    CALL(easy_cleanup, curl_easy_cleanup),
    CALL(easy_reset, curl_easy_reset),
    CALL(set, curl_easy_setopt),
    CALL(get, curl_easy_getinfo),
    CALL(words, curl_easy_strerror),
    CALL(list_append, curl_slist_append),
    CALL(list_free, curl_slist_free_all),
    CALL(multi_init, curl_multi_init),
    CALL(multi_cleanup, curl_multi_cleanup),
    CALL(multi_add, curl_multi_add_handle),
    CALL(multi_remove, curl_multi_remove_handle),
    CALL(multi_perform, curl_multi_perform),
    CALL(multi_poll, curl_multi_poll),
    CALL(multi_read, curl_multi_info_read),
    CALL(multi_words, curl_multi_strerror),
};

static const struct library_plan curl_plan = {
    .file = "libcurl.so.4",
    .package = "libcurl4",
    .purpose = "web services",
    .functions = curl_functions,
    .count = sizeof curl_functions / sizeof *curl_functions,
    .stays = true, /* a look-up that nobody waits for any more runs in it to its end */
};

/* --- The client ------------------------------------------------------------------------------- */

static bool choose_authority(struct http_client *client, const struct http_options *options,
                             struct error *error)
{
    const char *file = options->authority_file, *variable = getenv("SSL_CERT_FILE");

    if (file == NULL && variable != NULL && *variable != '\0')
        file = variable;
    if (file == NULL)
        return true;
    if (!file_exists(file)) {
        error_set(error, ERROR_NOT_FOUND, "the file of trusted certificates is not there: %s",
                  file);
        return error_hint(error, "mend the setting, or SSL_CERT_FILE");
    }
    client->authority_file = memory_copy_text(file);
    return true;
}

struct http_client *http_client_new(const struct http_options *options, struct error *error)
{
    struct http_client *client = memory_new(sizeof *client);

    client->agent = memory_copy_text(options->agent != NULL ? options->agent : "pilab");
    if (options->certificate_file != NULL && options->key_file != NULL) {
        client->certificate_file = memory_copy_text(options->certificate_file);
        client->key_file = memory_copy_text(options->key_file);
    }
    client->clock = options->clock;
    client->random = random_system();
    client->retry_unit = options->retry_unit > 0 ? options->retry_unit : 500;
    if (!choose_authority(client, options, error) ||
        !library_open(&curl_plan, &client->library, &client->curl, error)) {
        http_client_free(&client);
        return NULL;
    }
    if (client->curl.global_init(CURL_GLOBAL_ALL) != CURLE_OK ||
        (client->multi = client->curl.multi_init()) == NULL ||
        (client->easy = client->curl.easy_init()) == NULL)
        memory_exhausted();
    return client;
}

void http_client_free(struct http_client **out)
{
    struct http_client *client = *out;

    if (client == NULL)
        return;
    *out = NULL;
    if (client->library != NULL) {
        client->curl.easy_cleanup(client->easy);
        client->curl.multi_cleanup(client->multi);
        client->curl.global_cleanup();
        library_close(&client->library);
    }
    free(client->agent);
    free(client->authority_file);
    free(client->certificate_file);
    free(client->key_file);
    free(client);
}

/* --- The request ------------------------------------------------------------------------------ */

static bool is_token(const char *text)
{
    size_t length = http_token_length(text);

    return length > 0 && text[length] == '\0';
}

/* libcurl sends a line break in a value as one, and what follows as another field. */
static bool is_value(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++)
        if ((*c < 0x20 && *c != '\t') || *c == 0x7f)
            return false;
    return true;
}

static bool check_request(const struct http_request *request, struct error *error)
{
    if (request->method != NULL && !is_token(request->method))
        return error_set(error, ERROR_INVALID, "a request with a method that is none");
    for (size_t i = 0; i < request->header_count; i++) {
        if (!is_token(request->headers[i].name))
            return error_set(error, ERROR_INVALID, "the name of a header is none");
        if (!is_value(request->headers[i].value))
            return error_set(error, ERROR_INVALID, "the header %s holds a line break or a control",
                             request->headers[i].name);
    }
    if (request->authorization != NULL && !is_value(request->authorization)) {
        error_set(error, ERROR_INVALID, "a password or token holds a line break or a control");
        return error_hint(error, "give it again, without what may have been copied with it");
    }
    return true;
}

static bool may_ask(const struct http_request *request, const struct http_url *url,
                    struct error *error)
{
    if (url->secure || url->loopback || request->plain)
        return true;
    error_set(error, ERROR_UNTRUSTED, "%s is not asked: http:// is open to everybody on the way",
              url->shown);
    return error_hint(error, "use https://, or say in the settings that this server has nothing "
                             "else");
}

static int or_else(int value, int usual)
{
    return value > 0 ? value : usual;
}

static struct http_limits limits_of(const struct http_request *request)
{
    struct http_limits limits = request->limits;

    limits.connect = or_else(limits.connect, 10000);
    limits.silence = or_else(limits.silence, 30000);
    limits.whole = or_else(limits.whole, 300000);
    limits.longest_wait = or_else(limits.longest_wait, 60000);
    if (limits.body == 0)
        limits.body = (size_t)16 << 20;
    if (limits.head == 0)
        limits.head = (size_t)256 << 10;
    if (limits.tries == 0)
        limits.tries = 3;
    if (limits.redirects == 0)
        limits.redirects = 5;
    return limits;
}

static bool is_harmless(const struct http_request *request)
{
    return request->method == NULL || strcmp(request->method, "GET") == 0 ||
           strcmp(request->method, "HEAD") == 0;
}

/* --- Once more -------------------------------------------------------------------------------- */

static const char *field_of(const struct vector *headers, const char *name)
{
    const struct http_header *items = headers->items;

    for (size_t i = 0; i < headers->count; i++)
        if (strcasecmp(items[i].name, name) == 0)
            return items[i].value;
    return NULL;
}

/* Doubles, and spreads between a half and the whole, so that many who were sent away do not come
 * back all at once. */
static int64_t back_off(struct http_client *client, unsigned tries)
{
    int64_t longest = (int64_t)client->retry_unit << (tries < 8 ? tries - 1 : 7);
    uint32_t chance = 0;

    random_bytes(&client->random, &chance, sizeof chance);
    return longest / 2 + (int64_t)(chance % (uint32_t)(longest / 2 + 1));
}

static bool pause_for(struct http_exchange *exchange, int64_t milliseconds, struct error *error)
{
    int64_t until = clock_monotonic() + milliseconds, left;

    while ((left = until - clock_monotonic()) > 0) {
        if (!progress_wait(exchange->progress, error))
            return false;
        exchange->client->curl.multi_poll(exchange->client->multi, NULL, 0,
                                          left < 50 ? (int)left : 50, NULL);
    }
    return true;
}

/* Whether the server has said that it does nothing with it now. */
static bool is_sent_away(const struct http_exchange *exchange)
{
    int status = exchange->status;

    return status == 429 || status == 503 || status == 502 || status == 504;
}

/* How long to wait before the next try; -1: there is none. */
static int64_t next_try(struct http_exchange *exchange, bool answered, unsigned tries)
{
    bool harmless = is_harmless(exchange->request) || exchange->request->repeatable;
    const char *field = answered ? field_of(&exchange->headers, "Retry-After") : NULL;
    int64_t wait = back_off(exchange->client, tries), said;

    if (tries >= exchange->limits->tries || (answered && !is_sent_away(exchange)))
        return -1;
    /* What never reached the server may be sent again whatever it is. */
    if (!harmless && (answered || exchange->connected))
        return -1;
    if (field != NULL && http_retry_after_read(field, clock_now(&exchange->client->clock), &said)) {
        if (said > exchange->limits->longest_wait)
            return -1;
        wait = said > wait ? said : wait;
    }
    return wait < exchange->until - clock_monotonic() ? wait : -1;
}

/* Until an answer, an error that will not go away, or the last try. */
static bool try_exchange(struct http_exchange *exchange, unsigned *tries, struct error *error)
{
    for (unsigned here = 1;; here++) {
        bool ok = http_exchange_run(exchange, error);
        int64_t wait;

        ++*tries;
        if (!ok && (error->code != ERROR_NETWORK || exchange->given_up))
            return false;
        wait = next_try(exchange, ok, here);
        if (wait < 0)
            return ok;
        http_exchange_clear(exchange);
        error_clear(error);
        if (!pause_for(exchange, wait, error))
            return false;
    }
}

/* --- Elsewhere -------------------------------------------------------------------------------- */

static bool is_redirection(const struct http_exchange *exchange)
{
    int status = exchange->status;

    return (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) &&
           is_harmless(exchange->request) && !exchange->request->stay &&
           field_of(&exchange->headers, "Location") != NULL;
}

static bool follow(struct http_exchange *exchange, const struct http_url *first,
                   struct http_url *url, struct error *error)
{
    struct http_url next;
    bool ok = http_url_resolve(url, field_of(&exchange->headers, "Location"), &next, error);

    if (!ok)
        error_prefix(error, "%s sends on to another address", url->shown);
    else if (url->secure && !next.secure)
        ok = error_set(error, ERROR_UNTRUSTED, "%s sends on to http://, which is not followed",
                       url->shown);
    else if (next.loopback && !first->loopback)
        ok = error_set(error, ERROR_UNTRUSTED, "%s sends on to this machine, which is not followed",
                       url->shown);
    else
        ok = may_ask(exchange->request, &next, error);
    if (ok) {
        http_url_release(url);
        *url = next;
        exchange->foreign = exchange->foreign || !http_url_same_origin(first, url);
        http_exchange_clear(exchange);
    } else {
        http_url_release(&next);
    }
    return ok;
}

static struct http_response *response_of(struct http_exchange *exchange)
{
    struct arena *arena = arena_new();
    struct http_response *response = arena_alloc(arena, sizeof *response);
    const struct http_header *headers = exchange->headers.items;

    response->arena = arena;
    response->status = exchange->status;
    response->url = arena_text(arena, exchange->url->whole);
    response->header_count = exchange->headers.count;
    response->headers = arena_array(arena, response->header_count, sizeof *headers);
    for (size_t i = 0; i < response->header_count; i++) {
        response->headers[i].name = arena_text(arena, headers[i].name);
        response->headers[i].value = arena_text(arena, headers[i].value);
    }
    response->length = exchange->body.length;
    response->body = arena_bytes(arena, exchange->body.data, exchange->body.length);
    return response;
}

static bool send_on(struct http_exchange *exchange, const struct http_url *first,
                    struct http_url *url, struct http_response **response, struct error *error)
{
    unsigned tries = 0, redirects = 0;

    while (try_exchange(exchange, &tries, error)) {
        if (!is_redirection(exchange)) {
            *response = response_of(exchange);
            (*response)->tries = tries - redirects;
            (*response)->redirects = redirects;
            return true;
        }
        if (redirects++ == exchange->limits->redirects) {
            return error_set(error, ERROR_LIMIT, "%s sends on more than %u times", first->shown,
                             exchange->limits->redirects);
        }
        if (!follow(exchange, first, url, error))
            return false;
    }
    return false;
}

bool http_send(struct http_client *client, const struct http_request *request,
               struct http_response **response, const struct progress *progress,
               struct error *error)
{
    struct http_limits limits = limits_of(request);
    struct http_url first = { 0 }, url = { 0 };
    struct http_exchange exchange = { .client = client,
                                      .request = request,
                                      .url = &url,
                                      .limits = &limits,
                                      .until = clock_monotonic() + limits.whole,
                                      .progress = progress,
                                      .body = STRBUF_INIT };
    struct error why = { 0 };
    bool ok;

    *response = NULL;
    vector_init(&exchange.headers, sizeof(struct http_header));
    ok = check_request(request, &why) && http_url_parse(request->url, &first, &why) &&
         may_ask(request, &first, &why) && http_url_parse(request->url, &url, &why) &&
         send_on(&exchange, &first, &url, response, &why);
    if (!ok && error != NULL)
        *error = why;
    http_exchange_clear(&exchange);
    http_url_release(&first);
    http_url_release(&url);
    return ok;
}

/* --- The answer ------------------------------------------------------------------------------- */

void http_response_free(struct http_response **response)
{
    struct arena *arena;

    if (*response == NULL)
        return;
    arena = (*response)->arena;
    *response = NULL;
    arena_free(&arena);
}

const char *http_response_field_at(const struct http_response *response, const char *name,
                                   size_t index)
{
    for (size_t i = 0; i < response->header_count; i++)
        if (strcasecmp(response->headers[i].name, name) == 0 && index-- == 0)
            return response->headers[i].value;
    return NULL;
}

const char *http_response_field(const struct http_response *response, const char *name)
{
    return http_response_field_at(response, name, 0);
}

char *http_basic_authorization(const char *user, const char *password)
{
    char *pair = memory_printf("%s:%s", user, password), *encoded, *whole;
    size_t length = strlen(pair);
    size_t room = sodium_base64_encoded_len(length, sodium_base64_VARIANT_ORIGINAL);

    encoded = memory_new(room);
    sodium_bin2base64(encoded, room, (const unsigned char *)pair, length,
                      sodium_base64_VARIANT_ORIGINAL);
    whole = memory_printf("Basic %s", encoded);
    memory_wipe(pair);
    memory_wipe(encoded);
    return whole;
}
