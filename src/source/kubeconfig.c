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
    static const char *const ways[] = { "client-certificate", "client-certificate-data",
                                        "client-key",         "client-key-data",
                                        "username",           "exec",
                                        "auth-provider" };
    const struct node *unchecked = node_get(cluster, "insecure-skip-tls-verify");

    if (unchecked != NULL && unchecked->value != NULL && strcmp(unchecked->value, "true") == 0) {
        error_set(error, ERROR_UNSUPPORTED,
                  "%s: the server is not to be checked (insecure-skip-tls-verify)", name);
        return error_hint(error, "name the authority of its certificate: ca");
    }
    if (node_get(user, "token") != NULL || node_get(user, "tokenFile") != NULL)
        return true;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (node_get(user, ways[i]) == NULL)
            continue;
        error_set(error, ERROR_UNSUPPORTED,
                  "%s: the user comes in by %s, and only tokens are known", name, ways[i]);
        return error_hint(error, "`kubectl create token ACCOUNT --duration=720h` makes one for a "
                                 "service account: give it by token_file or login");
    }
    return true;
}

/* What kubectl writes as base64; only certificates, which are no secret. */
static bool decode_authority(const char *name, const struct node *cluster, struct arena *arena,
                             const char **out, struct error *error)
{
    const char *data = text_at(cluster, "certificate-authority-data", arena);
    size_t length;
    char *pem;

    if (data == NULL)
        return true;
    pem = arena_room(arena, strlen(data));
    if (sodium_base642bin((unsigned char *)pem, strlen(data), data, strlen(data), "\r\n ", &length,
                          NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
        return error_set(error, ERROR_INVALID, "%s: certificate-authority-data is no base64", name);
    pem[length] = '\0';
    if (strlen(pem) != length || strstr(pem, "-----BEGIN CERTIFICATE-----") == NULL)
        return error_set(error, ERROR_INVALID,
                         "%s: certificate-authority-data holds no certificate (PEM)", name);
    *out = pem;
    return true;
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
                                .token_file = text_at(user, "tokenFile", arena) };
    if (out->server == NULL)
        return error_set(error, ERROR_INVALID, "%s: the cluster of %s has no server", name,
                         context);
    return check_ways(name, user, cluster, error) &&
           decode_authority(name, cluster, arena, &out->ca_data, error);
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
