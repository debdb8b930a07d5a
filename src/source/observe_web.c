#include "observe_web.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/source/kubernetes_list.h>

#define BODY_LIMIT (16u << 20) /* a page of 500 workloads with all their fields */

bool observe_web_open(struct observe_web *web, const struct observe_identity *identity,
                      struct error *error)
{
    const struct http_options options = { .authority_file = identity->authority,
                                          .certificate_file = identity->certificate,
                                          .key_file = identity->key,
                                          .clock = web->observing->request->clock };

    web->client = http_client_new(&options, error);
    web->authorization =
        identity->token != NULL ? memory_printf("Bearer %s", identity->token) : NULL;
    web->until = clock_monotonic() + web->observing->milliseconds;
    return web->client != NULL;
}

void observe_web_close(struct observe_web *web)
{
    http_client_free(&web->client);
    memory_wipe(web->authorization);
    web->authorization = NULL;
}

/* All requests of an observer share its time. */
static int time_left(const struct observe_web *web)
{
    int64_t left = web->until - clock_monotonic();

    return left > 1 ? (int)left : 1;
}

/* Who was asked is said with every answer of an observer, and a second time is noise. */
static void drop_address(struct error *error)
{
    char *rest = error != NULL ? strstr(error->message, ": ") : NULL;

    if (rest != NULL && strncmp(error->message, "http", 4) == 0)
        memmove(error->message, rest + 2, strlen(rest + 2) + 1);
}

bool observe_web_get(struct observe_web *web, const char *url, struct http_response **response,
                     struct error *error)
{
    static const struct http_header accept = { "Accept",
                                               "application/json, text/plain;q=0.9, */*;q=0.1" };
    int left = time_left(web);
    const struct http_request request = {
        .url = url,
        .headers = &accept,
        .header_count = 1,
        .authorization = web->authorization,
        .limits = {.connect = left < 10000 ? left : 10000,
                   .silence = left,
                   .whole = left,
                   .body = BODY_LIMIT},
    };

    if (http_send(web->client, &request, response, web->observing->progress, error))
        return true;
    drop_address(error);
    return false;
}

bool observe_web_refused(const struct observe_web *web, const struct http_response *response,
                         struct error *error)
{
    const char *said =
        kubernetes_status_message(response->body, response->length, web->observing->arena);
    const char *between = said != NULL ? ": " : "";

    said = said != NULL ? said : "";
    switch (response->status) {
    case 401:
        error_set(error, ERROR_DENIED, "it does not let us in (401)%s%s", between, said);
        return error_hint(error, web->authorization != NULL
                                     ? "the token is not taken: it may have ended"
                                     : "it wants a token: token_file or login");
    case 403:
        error_set(error, ERROR_DENIED, "it does not let us look (403)%s%s", between, said);
        return error_hint(error, "whose token it is needs the right to get and list");
    case 404:
        return error_set(error, ERROR_NOT_FOUND, "there is nothing at this address (404)%s%s",
                         between, said);
    default:
        return error_set(error, ERROR_NETWORK, "it answered with status %d%s%s", response->status,
                         between, said);
    }
}
