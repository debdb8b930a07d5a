#include <pilab/source/kubeconfig.h>

#include <sodium.h>
#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/document/document.h>

#define SIZE_LIMIT (4u << 20)

static const char *text_at(const struct node *map, const char *key, struct arena *arena)
{
    const struct node *node = node_get(map, key);

    if (node == NULL || node->kind == NODE_NULL || node->text == NULL || node->length == 0 ||
        strlen(node->text) != node->length)
        return NULL;
    return arena_text(arena, node->text);
}

/* The entry of a list that is called so: its member `what`. */
static const struct node *named(const struct node *root, const char *list, const char *what,
                                const char *name)
{
    const struct node *entries = node_get(root, list);

    for (size_t i = 0; name != NULL && entries != NULL && i < entries->count; i++) {
        const struct node *called = node_get(entries->children[i], "name");

        if (called != NULL && called->text != NULL && strcmp(called->text, name) == 0)
            return node_get(entries->children[i], what);
    }
    return NULL;
}

static bool missing_context(const char *name, const struct node *root, const char *context,
                            struct error *error)
{
    const struct node *entries = node_get(root, "contexts");
    struct strbuf names = STRBUF_INIT;

    for (size_t i = 0; entries != NULL && i < entries->count; i++) {
        const struct node *called = node_get(entries->children[i], "name");

        if (called != NULL && called->text != NULL)
            strbuf_printf(&names, "%s%s", names.length > 0 ? ", " : "", called->text);
    }
    if (context == NULL)
        error_set(error, ERROR_NOT_FOUND, "%s: it has no current context", name);
    else
        error_set(error, ERROR_NOT_FOUND, "%s: it has no context '%s'", name, context);
    error_hint(error, "it has: %s", names.length > 0 ? names.data : "none");
    strbuf_release(&names);
    return false;
}

/* In the user's part, and in the cluster's, what stands for a way that we do not go. */
static bool check_ways(const char *name, const struct node *user, const struct node *cluster,
                       struct error *error)
{
    static const struct {
        const char *key, *why;
    } ways[] = {
        {"exec",           "a program makes its token (exec), and programs that a file names are not run"},
        { "auth-provider", "a program makes its token (auth-provider), which is not known here"          },
        { "username",      "it comes in by a password, which clusters no longer take"                    },
    };
    const struct node *unchecked = node_get(cluster, "insecure-skip-tls-verify");

    if (unchecked != NULL && unchecked->value != NULL && strcmp(unchecked->value, "true") == 0) {
        error_set(error, ERROR_UNSUPPORTED,
                  "%s: the server is not to be checked (insecure-skip-tls-verify)", name);
        return error_hint(error, "name the authority of its certificate: ca");
    }
    if (node_get(user, "token") != NULL || node_get(user, "tokenFile") != NULL)
        return true;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (node_get(user, ways[i].key) == NULL)
            continue;
        error_set(error, ERROR_UNSUPPORTED, "%s: the user is not let in like that: %s", name,
                  ways[i].why);
        return error_hint(error, "`kubectl create token ACCOUNT --duration=720h` makes a token for "
                                 "a service account: give it by token_file or login");
    }
    return true;
}

/* What kubectl writes as base64 under `key`. `*out` is NULL when there is none. */
static bool decode(const char *name, const struct node *map, const char *key, const char *mark,
                   struct arena *arena, char **out, struct error *error)
{
    const struct node *node = node_get(map, key);
    size_t length;

    *out = NULL;
    if (node == NULL || node->text == NULL || node->length == 0)
        return true;
    *out = arena_room(arena, node->length);
    if (sodium_base642bin((unsigned char *)*out, node->length, node->text, node->length, "\r\n ",
                          &length, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
        return error_set(error, ERROR_INVALID, "%s: %s is no base64", name, key);
    (*out)[length] = '\0';
    if (strlen(*out) != length || strstr(*out, mark) == NULL)
        return error_set(error, ERROR_INVALID, "%s: %s is no %s (PEM)", name, key,
                         strstr(mark, "KEY") != NULL ? "key" : "certificate");
    return true;
}

static bool read_certificates(const char *name, const struct node *user, const struct node *cluster,
                              struct arena *arena, struct kubeconfig *out, struct error *error)
{
    static const char certificate[] = "-----BEGIN CERTIFICATE-----";
    char *authority, *own;

    if (!decode(name, cluster, "certificate-authority-data", certificate, arena, &authority,
                error) ||
        !decode(name, user, "client-certificate-data", certificate, arena, &own, error) ||
        !decode(name, user, "client-key-data", "PRIVATE KEY-----", arena, &out->key_data, error))
        return false;
    out->ca_data = authority;
    out->certificate_data = own;
    if ((own != NULL || out->certificate_file != NULL) ==
        (out->key_data != NULL || out->key_file != NULL))
        return true;
    error_set(error, ERROR_INVALID,
              "%s: the user has a certificate without its key, or a key "
              "without its certificate",
              name);
    return error_hint(error, "client-certificate and client-key go together");
}

static bool read_root(const char *name, const struct node *root, const char *wanted,
                      struct arena *arena, struct kubeconfig *out, struct error *error)
{
    const char *context = wanted != NULL ? wanted : text_at(root, "current-context", arena);
    const struct node *chosen = named(root, "contexts", "context", context), *cluster, *user;

    if (chosen == NULL)
        return missing_context(name, root, context, error);
    cluster = named(root, "clusters", "cluster", text_at(chosen, "cluster", arena));
    user = named(root, "users", "user", text_at(chosen, "user", arena));
    *out = (struct kubeconfig){ .server = text_at(cluster, "server", arena),
                                .namespace_name = text_at(chosen, "namespace", arena),
                                .ca_file = text_at(cluster, "certificate-authority", arena),
                                .token = text_at(user, "token", arena),
                                .token_file = text_at(user, "tokenFile", arena),
                                .certificate_file = text_at(user, "client-certificate", arena),
                                .key_file = text_at(user, "client-key", arena) };
    if (out->server == NULL)
        return error_set(error, ERROR_INVALID, "%s: the cluster of %s has no server", name,
                         context);
    return check_ways(name, user, cluster, error) &&
           read_certificates(name, user, cluster, arena, out, error);
}

bool kubeconfig_read(const char *name, const char *text, size_t length, const char *context,
                     struct arena *arena, struct kubeconfig *out, struct error *error)
{
    const struct document_options options = { .schema = YAML_1_2, .limit = SIZE_LIMIT };
    struct document *document = document_read(name, text, length, DOCUMENT_YAML, &options, error);
    struct kubeconfig read;
    bool ok = document != NULL;

    if (ok && (document->count != 1 || document->roots[0]->kind != NODE_MAP))
        ok = error_set(error, ERROR_INVALID, "%s: it is no kubeconfig", name);
    ok = ok && read_root(name, document->roots[0], context, arena, &read, error);
    document_free(&document);
    if (ok)
        *out = read;
    return ok;
}
