#include "observe_parts.h"

#include <stdlib.h>

#include <pilab/account/secret.h>

#include "observe_web.h"

bool observe_http(struct observing *observing, struct error *error)
{
    struct observe_web web = { .observing = observing };
    struct http_response *response = NULL;
    struct strbuf token = STRBUF_INIT;
    char *ca =
        observing->observer->ca != NULL ? observing_path(observing, observing->observer->ca) : NULL;
    bool ok = observing_token(observing, &token, error) &&
              observe_web_open(&web,
                               &(struct observe_identity){
                                   .authority = ca, .token = token.length > 0 ? token.data : NULL },
                               error) &&
              observe_web_get(&web, observing->observer->url, &response, error);

    if (ok && response->status != 200)
        ok = observe_web_refused(&web, response, error);
    ok = ok && observing_document(observing, "the answer", response->body, response->length, error);
    http_response_free(&response);
    observe_web_close(&web);
    secret_wipe(&token);
    free(ca);
    return ok;
}
