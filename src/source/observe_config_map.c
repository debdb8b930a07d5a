#include "observe_web.h"

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/net/http_url.h>

/* How modules are configured in a cluster: the data of ConfigMaps. Secrets are never asked for: the
 * right to read ConfigMaps is enough, and there is nothing to be kept. */

static void write_address(const char *server, const char *namespace_name, const char *name,
                          struct strbuf *out)
{
    size_t length = strlen(server);

    while (length > 0 && server[length - 1] == '/')
        length--;
    strbuf_add_bytes(out, server, length);
    strbuf_add(out, "/api/v1/namespaces/");
    http_url_escape(out, namespace_name);
    strbuf_add(out, "/configmaps/");
    http_url_escape(out, name);
}

/* "auth-config": all of its keys; "auth-config/application.yaml": the document under one. */
static void take_data(struct observing *observing, const char *module, const char *place,
                      const char *key, const json_t *data)
{
    const json_t *text = key != NULL ? json_object_get(data, key) : NULL;
    enum document_format format;
    struct strbuf all = STRBUF_INIT;

    if (key == NULL) {
        json_write_canonical(&all, json_is_object(data) ? data : json_object());
        observing_add_file(observing, module, place, DOCUMENT_JSON, all.data, all.length);
    } else if (!json_is_string(text)) {
        observing_unconfigured(observing, module, place, "the ConfigMap has no such key");
    } else if (!document_format_of(key, &format)) {
        observing_unconfigured(observing, module, place,
                               "the key does not say which format it has");
    } else {
        observing_add_file(observing, module, place, format, json_string_value(text),
                           json_string_length(text));
    }
    strbuf_release(&all);
}

static void take_answer(struct observing *observing, const struct observer_module *wanted,
                        const char *place, const struct http_response *response)
{
    const char *slash = strchr(wanted->place, '/');
    struct error why = { 0 };
    json_t *root = json_read("the answer", response->body, response->length, &why);
    const char *kind = json_member_text(root, "kind");

    if (root == NULL)
        observing_unconfigured(observing, wanted->module, place, why.message);
    else if (kind == NULL || strcmp(kind, "ConfigMap") != 0)
        observing_unconfigured(observing, wanted->module, place, "it is no ConfigMap");
    else
        take_data(observing, wanted->module, place, slash != NULL ? slash + 1 : NULL,
                  json_object_get(root, "data"));
    json_decref(root);
}

/* One that is not there, or that may not be read, says nothing of the others. */
static bool read_map(struct observe_web *web, const char *server, const char *namespace_name,
                     const struct observer_module *wanted, struct error *error)
{
    struct observing *observing = web->observing;
    const char *name = arena_bytes(observing->arena, wanted->place, strcspn(wanted->place, "/"));
    const char *place = arena_printf(observing->arena, "configmap/%s", wanted->place);
    struct strbuf address = STRBUF_INIT;
    struct http_response *response = NULL;
    struct error refused = { 0 };
    bool ok;

    write_address(server, namespace_name, name, &address);
    ok = observe_web_get(web, address.data, &response, error);
    if (ok && response->status == 404) {
        observing_unconfigured(observing, wanted->module, place, "there is no such ConfigMap");
    } else if (ok && response->status != 200) {
        observe_web_refused(web, response, &refused);
        observing_unconfigured(observing, wanted->module, place, refused.message);
    } else if (ok) {
        take_answer(observing, wanted, place, response);
    }
    http_response_free(&response);
    strbuf_release(&address);
    return ok;
}

bool observe_config_maps(struct observe_web *web, const char *server, const char *namespace_name,
                         struct error *error)
{
    const struct observer_settings *observer = web->observing->observer;

    for (size_t i = 0; i < observer->config_map_count; i++) {
        if (!read_map(web, server, namespace_name, &observer->config_maps[i], error))
            return false;
    }
    return true;
}
