/*
 * Any bytes as an address, and as a reference from one: what is accepted is normal (it reads the
 * same again), leads to its origin, and says nothing of a query; what is refused is not repeated
 * where it may hold a password. libcurl, which is given what was accepted, reads the same server
 * from it.
 */
#include <config.h> /* RTLD_NODELETE is a system extension */

#include <curl/curl.h>
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/net/http_url.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char planted[] = "hunter2correcthorse";

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* --- libcurl's reading ------------------------------------------------------------------------ */

static struct {
    CURLU *(*make)(void);
    void (*clean)(CURLU *);
    CURLUcode (*set)(CURLU *, CURLUPart, const char *, unsigned);
    CURLUcode (*get)(const CURLU *, CURLUPart, char **, unsigned);
    void (*free)(void *);
} curl;

static void open_curl(void)
{
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

    must(library != NULL);
    *(void **)&curl.make = dlsym(library, "curl_url");
    *(void **)&curl.clean = dlsym(library, "curl_url_cleanup");
    *(void **)&curl.set = dlsym(library, "curl_url_set");
    *(void **)&curl.get = dlsym(library, "curl_url_get");
    *(void **)&curl.free = dlsym(library, "curl_free");
    must(curl.make && curl.clean && curl.set && curl.get && curl.free);
}

/* Numbers are written in their usual form there: "127.1" is 127.0.0.1. */
static void check_host(const struct http_url *url, const char *host)
{
    if (strchr("[0123456789", *url->host) == NULL)
        must(strcmp(host, url->host) == 0);
    else if (strspn(url->host, "0123456789.") < strlen(url->host) || strncmp(host, "127.", 4) != 0)
        must(!url->loopback || strcmp(host, "[::1]") == 0);
}

static void check_server(struct arena *arena, const struct http_url *url)
{
    const char *usual = url->secure ? "443" : "80", *named = strrchr(url->origin, ':') + 1;
    char *host = NULL, *port = NULL;
    CURLU *theirs;

    if (curl.make == NULL)
        open_curl();
    theirs = curl.make();
    /* What it does not take is not asked. */
    if (curl.set(theirs, CURLUPART_URL, url->whole, 0) == CURLUE_OK) {
        must(curl.get(theirs, CURLUPART_HOST, &host, 0) == CURLUE_OK);
        must(curl.get(theirs, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK);
        check_host(url, host);
        must(strcmp(url->origin,
                    arena_printf(arena, "%s://%s", url->secure ? "https" : "http", url->host)) == 0
                 ? strcmp(port, usual) == 0
                 : strcmp(port, named) == 0);
        curl.free(host);
        curl.free(port);
    }
    curl.clean(theirs);
}

/* --- Ours ------------------------------------------------------------------------------------- */

static void check(struct arena *arena, const struct http_url *url)
{
    const char *scheme = url->secure ? "https://" : "http://";
    struct http_url again;

    must(begins_with(url->origin, scheme) && begins_with(url->origin + strlen(scheme), url->host));
    must(begins_with(url->whole, url->origin) && url->whole[strlen(url->origin)] == '/');
    must(begins_with(url->shown, url->origin) && strpbrk(url->whole, "# \\") == NULL);
    must(strpbrk(url->host, "@/?#") == NULL && strchr(url->origin, '@') == NULL);
    must(strchr(url->shown, '?') == NULL || strcmp(strchr(url->shown, '?'), "?…") == 0);
    must(http_url_parse(url->whole, &again, NULL));
    must(strcmp(again.whole, url->whole) == 0 && strcmp(again.shown, url->shown) == 0);
    must(http_url_same_origin(&again, url) && again.loopback == url->loopback);
    http_url_release(&again);
    check_server(arena, url);
}

/* An address, or what was said instead of it. */
static void parse(struct arena *arena, const char *text)
{
    struct http_url url;
    struct error error = { 0 };

    if (http_url_parse(text, &url, &error))
        check(arena, &url);
    else
        must(error.code != ERROR_NONE && url.whole == NULL);
    must(strstr(error.message, planted) == NULL && strstr(error.hint, planted) == NULL);
    http_url_release(&url);
}

/* A reference stays with its scheme and server, unless it names others. */
static void resolve(struct arena *arena, const char *reference)
{
    struct http_url base, url;

    must(http_url_parse("https://registry.example:5000/v2/a/tags?n=1", &base, NULL));
    if (http_url_resolve(&base, reference, &url, NULL)) {
        check(arena, &url);
        must(strchr(reference, ':') != NULL || begins_with(reference, "//") ||
             http_url_same_origin(&base, &url));
        must(strstr(url.whole, "/../") == NULL || strchr(reference, ':') != NULL ||
             begins_with(reference, "//") || strchr(reference, '?') != NULL);
    }
    http_url_release(&url);
    http_url_release(&base);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = arena_bytes(arena, (const char *)data, size);

    if (strstr(text, planted) == NULL) {
        parse(arena, text);
        resolve(arena, text);
        parse(arena, arena_printf(arena, "https://%s:%s@host/", text, planted));
        parse(arena, arena_printf(arena, "%s:%s@host", text, planted));
        parse(arena, arena_printf(arena, "https://host/%s?token=%s", text, planted));
    }
    arena_free(&arena);
    return 0;
}
