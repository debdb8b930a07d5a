#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>

#include "../../support/drift_fixture.h"

static int start(void **state)
{
    static struct drift_fixture fixture;

    drift_fixture_start(&fixture);
    *state = &fixture;
    return 0;
}

static int end(void **state)
{
    drift_fixture_end(*state);
    return 0;
}

static const struct drift_item *item(struct drift_fixture *fixture, const char *path)
{
    const struct drift_item *found = drift_fixture_item(fixture, path);

    if (!found)
        fail_msg("no item %s", path);
    return found;
}

static void assert_values(const struct drift_item *item, const char *previous, const char *current)
{
    assert_int_equal(item->previous.present, previous != NULL);
    assert_int_equal(item->current.present, current != NULL);
    if (previous)
        assert_string_equal(item->previous.text, previous);
    if (current)
        assert_string_equal(item->current.text, current);
}

static void a_variable_is_known_by_its_name(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_item *found;

    drift_fixture_yaml(fixture,
                       "env:\n"
                       "  service_auth:\n"
                       "    - {name: UPI_ENABLED, value: \"false\"}\n",
                       "env:\n"
                       "  service_auth:\n"
                       "    - {name: UPI_ENABLED, value: \"true\"}\n");
    assert_int_equal(fixture->report->item_count, 1);
    found = item(fixture, "env.service_auth.UPI_ENABLED");
    assert_string_equal(found->key, "UPI_ENABLED");
    assert_string_equal(found->category, "env");
    assert_string_equal(found->service, "service_auth");
    assert_string_equal(found->module, "shop");
    assert_int_equal(found->change_type, CHANGE_TYPE_MODIFIED);
    assert_values(found, "false", "true");
    assert_string_equal(found->previous_at.file, "values.yaml");
    assert_int_equal(found->previous_at.line, 3);
}

static void an_added_entry_is_one_item_with_its_value(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture, "env: {a: [{name: X, value: 1}]}",
                       "env: {a: [{name: X, value: 1}, {name: Z, value: two}]}");
    assert_int_equal(fixture->report->item_count, 1);
    assert_values(item(fixture, "env.a.Z"), NULL, "two");
    assert_string_equal(item(fixture, "env.a.Z")->key, "Z");
}

static void an_entry_that_holds_more_stays_whole(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture, "env: {a: [{name: X, value: 1}, {name: Z, valueFrom: {f: 1}}]}",
                       "env: {a: [{name: X, value: 1}]}");
    assert_values(item(fixture, "env.a.Z"), "{\"name\":\"Z\",\"valueFrom\":{\"f\":1}}", NULL);
}

static void what_is_outside_of_services_belongs_to_the_only_one(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture, "env: {auth: [{name: X, value: 1}]}\nimage: {tag: v1}\n",
                       "env: {auth: [{name: X, value: 1}]}\nimage: {tag: v2}\n");
    assert_string_equal(item(fixture, "image.tag")->service, "auth");
    assert_string_equal(item(fixture, "image.tag")->category, "image");
    assert_string_equal(item(fixture, "image.tag")->key, "tag");
    assert_string_equal(fixture->report->configs[0].service, "auth");
}

static void with_several_services_it_belongs_to_the_module(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture,
                       "env: {auth: [{name: X, value: 1}], pay: [{name: X, value: 1}]}\nn: 1\n",
                       "env: {auth: [{name: X, value: 2}], pay: [{name: X, value: 3}]}\nn: 2\n");
    assert_string_equal(item(fixture, "env.auth.X")->service, "auth");
    assert_string_equal(item(fixture, "env.pay.X")->service, "pay");
    assert_string_equal(item(fixture, "n")->service, "shop");
}

static void variables_without_services_name_none(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture, "env: {MODE: slow}", "env: {MODE: fast}");
    assert_string_equal(item(fixture, "env.MODE")->service, "shop");
    assert_string_equal(item(fixture, "env.MODE")->category, "env");
}

/* What no number and no path alone can be: another service. */
static void numbers_and_bare_paths_lead_to_no_other_service(void **state)
{
    static const char *const plain[] = { "CACHE_TTL", "REDIS_TIMEOUT_MS", "CACHE_SIZE",
                                         "HEALTH_ENDPOINT", "CACHE_DIR" };
    static const char *const leading[] = { "REDIS_PORT",   "REDIS_DB",     "REDIS_SOCKET",
                                           "CACHE_HOST",   "PAY_ENDPOINT", "CDN_ENDPOINT",
                                           "OLD_ENDPOINT", "REDIS_TLS" };
    struct drift_fixture *fixture = *state;
    char path[64];

    drift_fixture_yaml(fixture,
                       "env: {CACHE_TTL: '300', REDIS_TIMEOUT_MS: 200, CACHE_SIZE: 64Mi, "
                       "HEALTH_ENDPOINT: /health, REDIS_PORT: 6379, REDIS_DB: '0', REDIS_SOCKET: "
                       "/run/a, CACHE_HOST: a, PAY_ENDPOINT: 'https://a/v1', CDN_ENDPOINT: "
                       "//a/x, OLD_ENDPOINT: 'https://o', REDIS_TLS: true}",
                       "env: {CACHE_TTL: '600', REDIS_TIMEOUT_MS: 250, CACHE_SIZE: 128Mi, "
                       "HEALTH_ENDPOINT: /healthz, REDIS_PORT: 6380, REDIS_DB: '1', REDIS_SOCKET: "
                       "/run/b, CACHE_HOST: b, PAY_ENDPOINT: /v2, CDN_ENDPOINT: //b/x, CACHE_DIR: "
                       "/var/a, REDIS_TLS: false}");
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        snprintf(path, sizeof path, "env.%s", plain[i]);
        if (item(fixture, path)->severity > SEVERITY_MEDIUM)
            fail_msg("%s is grave", plain[i]);
    }
    for (size_t i = 0; i < sizeof leading / sizeof *leading; i++) {
        snprintf(path, sizeof path, "env.%s", leading[i]);
        assert_int_equal(item(fixture, path)->severity, SEVERITY_HIGH);
        assert_string_equal(item(fixture, path)->rules[0].rule, "config.address");
    }
}

static void compose_files_name_their_services(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture,
                       "services:\n"
                       "  web: {image: shop/web:1, environment: [MODE=slow, LEVEL=1, OLD=x]}\n"
                       "  db: {image: postgres:15}\n",
                       "services:\n"
                       "  web: {image: shop/web:2, environment: [LEVEL=1, MODE=fast, NEW=y]}\n"
                       "  db: {image: postgres:15}\n");
    assert_string_equal(item(fixture, "services.web.image")->service, "web");
    assert_string_equal(item(fixture, "services.web.image")->category, "image");
    assert_values(item(fixture, "services.web.environment.MODE"), "slow", "fast");
    assert_int_equal(item(fixture, "services.web.environment.MODE")->change_type,
                     CHANGE_TYPE_MODIFIED);
    assert_values(item(fixture, "services.web.environment.OLD"), "x", NULL);
    assert_values(item(fixture, "services.web.environment.NEW"), NULL, "y");
    assert_int_equal(fixture->report->item_count, 4);
}

static void a_changed_type_is_told(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_item *found;

    drift_fixture_yaml(fixture, "port: 8080", "port: \"8080\"");
    found = item(fixture, "port");
    assert_int_equal(found->detail, DETAIL_TYPE_CHANGED);
    assert_int_equal(found->previous.kind, NODE_INTEGER);
    assert_int_equal(found->current.kind, NODE_STRING);
    assert_true(drift_fixture_fired(found, "config.type"));
    assert_int_equal(found->severity, SEVERITY_MEDIUM);
}

static void another_order_is_information(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_item *found;

    drift_fixture_yaml(fixture, "hosts: [a, b, c]", "hosts: [c, a, b]");
    found = item(fixture, "hosts");
    assert_int_equal(found->detail, DETAIL_REORDERED);
    assert_int_equal(found->severity, SEVERITY_INFO);
    assert_values(found, "[\"a\",\"b\",\"c\"]", "[\"c\",\"a\",\"b\"]");
}

static void an_added_map_is_one_item_as_json(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture, "a: 1", "a: 1\ningress: {enabled: false, hosts: [x.example.org]}");
    assert_values(item(fixture, "ingress"), NULL,
                  "{\"enabled\":false,\"hosts\":[\"x.example.org\"]}");
    assert_int_equal(item(fixture, "ingress")->current.kind, NODE_MAP);
}

static void secrets_are_masked_and_their_change_is_seen(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_item *found;

    drift_fixture_yaml(fixture,
                       "env: {a: [{name: DB_PASSWORD, value: hunter1}]}\nauth: {token: t1}\n",
                       "env: {a: [{name: DB_PASSWORD, value: hunter2}]}\nauth: {token: t2}\n");
    found = item(fixture, "env.a.DB_PASSWORD");
    assert_values(found, "••••", "••••");
    assert_true(found->previous.masked && found->current.masked);
    assert_int_equal(found->change_type, CHANGE_TYPE_MODIFIED);
    assert_true(drift_fixture_fired(found, "config.secret-changed"));
    assert_true(found->security);
    assert_values(item(fixture, "auth.token"), "••••", "••••");
}

static void a_secret_that_replaces_a_reference_leaves_the_reference_readable(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture, "password: ${DB_PASSWORD}", "password: hunter2");
    assert_values(item(fixture, "password"), "${DB_PASSWORD}", "••••");
}

static void secrets_within_an_added_map_are_masked(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_item *found;

    drift_fixture_yaml(fixture, "a: 1",
                       "a: 1\n"
                       "db: {user: app, password: hunter2, env: [{name: API_KEY, value: k1}],"
                       " url: \"postgres://app:hunter3@db/x\", existingSecret: db-secret}\n");
    found = item(fixture, "db");
    assert_true(found->current.masked);
    assert_string_equal(found->current.text,
                        "{\"user\":\"app\",\"password\":\"••••\",\"env\":[{\"name\":\"API_KEY\","
                        "\"value\":\"••••\"}],\"url\":\"postgres://app:••••@db/x\","
                        "\"existingSecret\":\"db-secret\"}");
}

static void an_argument_or_a_literal_that_changes_is_one_difference(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture,
                       "args: [\"--smtp-password=a1\", \"--port=80\", --token, t1, --level, one]\n"
                       "secretGenerator: [{name: s, literals: [note=a1, dash-ed.key=b1, keep=1]}]\n"
                       "configMapGenerator: [{name: c, literals: [mode=slow, gone=1]}]\n",
                       "args: [\"--smtp-password=a2\", \"--port=81\", --token, t2, --level, two]\n"
                       "secretGenerator: [{name: s, literals: [note=a2, dash-ed.key=b2, keep=1]}]\n"
                       "configMapGenerator: [{name: c, literals: [mode=fast, come=1]}]\n");
    assert_values(item(fixture, "args.--smtp-password"), "••••", "••••");
    assert_true(
        drift_fixture_fired(item(fixture, "args.--smtp-password"), "config.secret-changed"));
    assert_values(item(fixture, "args.--port"), "80", "81");
    assert_values(item(fixture, "args"), "••••", "••••");
    assert_int_equal(item(fixture, "args")->change_type, CHANGE_TYPE_MODIFIED);
    assert_values(item(fixture, "secretGenerator.s.literals.note"), "••••", "••••");
    assert_values(item(fixture, "secretGenerator.s.literals.dash-ed.key"), "••••", "••••");
    assert_values(item(fixture, "configMapGenerator.c.literals.mode"), "slow", "fast");
    /* Two words of the arguments, and two literals of names of their own. */
    assert_int_equal(fixture->report->item_count, 10);
}

static void arguments_of_one_name_are_paired_in_their_order(void **state)
{
    static const char *const values[][2] = {
        {"1",  "4" },
        { "2", "5" },
        { "3", NULL}
    };
    struct drift_fixture *fixture = *state;
    size_t found = 0;

    drift_fixture_yaml(fixture, "args: [--x=1, --y=7, --x=2, --x=3]\n",
                       "args: [--x=4, --x=5, --y=8]\n");
    for (size_t i = 0; i < fixture->report->item_count; i++) {
        const struct drift_item *at = &fixture->report->items[i];

        if (strcmp(at->path, "args.--x") == 0) {
            assert_in_range(found, 0, 1);
            assert_values(at, values[found][0], values[found][1]);
            found++;
        }
    }
    assert_int_equal(found, 2);
    assert_values(item(fixture, "args.--y"), "7", "8");
    /* alone it is an entry of the list */
    assert_values(item(fixture, "args"), "--x=3", NULL);
    assert_int_equal(fixture->report->item_count, 4);
}

/* Each that went is looked for once, and nothing is kept of the search. */
static void many_arguments_without_a_partner_cost_no_more_each_than_few(void **state)
{
    enum { COUNT = 4000, EACH = 4096 };
    struct drift_fixture *fixture = *state;
    struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;

    strbuf_add(&before, "args:\n");
    strbuf_add(&after, "args:\n");
    for (int i = 0; i < COUNT; i++) {
        strbuf_printf(&before, "  - --a%d=1\n", i);
        strbuf_printf(&after, "  - --b%d=1\n", i);
    }
    drift_fixture_yaml(fixture, before.data, after.data);
    strbuf_release(&before);
    strbuf_release(&after);
    assert_int_equal(fixture->report->item_count, 2 * COUNT);
    assert_true(arena_used(fixture->report->arena) < (size_t)2 * COUNT * EACH);
}

static void a_credential_in_the_clear_is_told_only_while_it_is_there(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture,
                       "in: postgres://db/x\nout: postgres://app:hunter2@db/x\n"
                       "gone: postgres://app:hunter2@db/x\n",
                       "in: postgres://app:hunter2@db/x\nout: postgres://db/x\n");
    assert_true(drift_fixture_fired(item(fixture, "in"), "config.credential"));
    assert_int_equal(item(fixture, "in")->severity, SEVERITY_CRITICAL);
    assert_values(item(fixture, "in"), "postgres://db/x", "postgres://app:••••@db/x");
    assert_false(drift_fixture_fired(item(fixture, "out"), "config.credential"));
    assert_true(drift_fixture_fired(item(fixture, "out"), "config.secret-changed"));
    assert_true(drift_fixture_fired(item(fixture, "gone"), "config.secret-gone"));
}

static void the_data_of_a_kubernetes_secret_is_masked(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture,
                       "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {user: YXBw}\n"
                       "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\n"
                       "data: {user: app}\n",
                       "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {user: YXBx}\n"
                       "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\n"
                       "data: {user: apq}\n");
    assert_values(item(fixture, "Secret/db.data.user"), "••••", "••••");
    assert_values(item(fixture, "ConfigMap/db.data.user"), "app", "apq");
}

static void a_map_called_secrets_is_masked_but_for_what_names_them(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture, "s: &s a\nsecrets: {smtp: *s, secretName: one, enabled: true}",
                       "s: &s b\nsecrets: {smtp: *s, secretName: two, enabled: false}");
    assert_values(item(fixture, "s"), "••••", "••••"); /* where the alias has its value */
    assert_values(item(fixture, "secrets.smtp"), "••••", "••••");
    assert_values(item(fixture, "secrets.secretName"), "one", "two");
    assert_values(item(fixture, "secrets.enabled"), "true", "false");
}

static void every_value_of_a_file_for_secrets_is_masked(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_module(fixture, "shop");
    drift_fixture_secrets(fixture, "secrets.yaml", "user: a\nlist: [x]", "user: b\nlist: [z]");
    drift_fixture_detect(fixture);
    assert_values(item(fixture, "user"), "••••", "••••");
    assert_values(item(fixture, "list.0"), "••••", "••••");
}

static void fingerprint(void *context, const char *value, size_t length, char out[9])
{
    (void)context;
    memset(out, value[length - 1], 8);
    out[8] = '\0';
}

static void stored_reports_tell_secrets_apart_by_fingerprint(void **state)
{
    struct drift_fixture *fixture = *state;

    fixture->input.fingerprint = fingerprint;
    drift_fixture_yaml(fixture, "password: hunter1\nurl: a://u:p1@h/1",
                       "password: hunter2\nurl: a://u:p2@h/2");
    assert_values(item(fixture, "password"), "•••• (11111111)", "•••• (22222222)");
    assert_values(item(fixture, "url"), "a://u:••••@h/1 (11111111)", "a://u:••••@h/2 (22222222)");
}

static void dotenv_names_are_paths(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_module(fixture, "shop");
    drift_fixture_config(fixture, ".env", "MODE=slow\nAPI_KEY=a\n", "MODE=fast\nAPI_KEY=b\n");
    drift_fixture_detect(fixture);
    assert_string_equal(item(fixture, "MODE")->category, "env");
    assert_values(item(fixture, "MODE"), "slow", "fast");
    assert_values(item(fixture, "API_KEY"), "••••", "••••");
}

/* What looks like KEY=VALUE is a value all the same where it stands under a key of its own. */
static void a_value_with_an_equals_sign_stays_whole(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_module(fixture, "shop");
    drift_fixture_config(fixture, ".env", "COOKIE=session=abc\nLDAP_BASE=dc=example,dc=org\n",
                         "COOKIE=plain\nLDAP_BASE=dc=example,dc=com\nNEW=x=y\n");
    drift_fixture_config(fixture, "env.properties", "env=a=b\n", "env=a=c\n");
    drift_fixture_config(fixture, "compose.yaml",
                         "services: {a: {environment: {OPTS: v=1}}, b: {environment: [OPTS=v=1]},"
                         " c: {environment: [OPTS=v=1, ONE=1]}}",
                         "services: {a: {environment: {OPTS: v=2}}, b: {environment: [OPTS=v=2]},"
                         " c: {environment: [OPTS=v=2, ONE=1]}}");
    drift_fixture_detect(fixture);
    assert_int_equal(fixture->report->item_count, 7);
    assert_values(item(fixture, "COOKIE"), "session=abc", "plain");
    assert_values(item(fixture, "LDAP_BASE"), "dc=example,dc=org", "dc=example,dc=com");
    assert_string_equal(item(fixture, "LDAP_BASE")->key, "LDAP_BASE");
    assert_values(item(fixture, "NEW"), NULL, "x=y");
    assert_values(item(fixture, "env"), "a=b", "a=c");
    assert_values(item(fixture, "services.a.environment.OPTS"), "v=1", "v=2");
    assert_values(item(fixture, "services.b.environment.0.OPTS"), "v=1", "v=2");
    assert_values(item(fixture, "services.c.environment.OPTS"), "v=1", "v=2");
}

static void properties_keep_their_dotted_names(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_item *found;

    drift_fixture_module(fixture, "shop");
    drift_fixture_config(fixture, "application.properties",
                         "spring.datasource.url=jdbc:a\nserver.port=80\n",
                         "spring.datasource.url=jdbc:b\nserver.port=81\n");
    drift_fixture_detect(fixture);
    found = item(fixture, "spring.datasource.url");
    assert_string_equal(found->key, "spring.datasource.url");
    assert_string_equal(found->category, "spring");
    assert_true(drift_fixture_fired(found, "config.access"));
}

static void a_configuration_on_one_side_is_one_item(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_item *found;

    drift_fixture_module(fixture, "shop");
    drift_fixture_config(fixture, "deploy/values.yaml", NULL, "a: 1\npassword: x1\n");
    drift_fixture_config(fixture, "deploy/old.yaml", "b: 2\n", NULL);
    drift_fixture_detect(fixture);
    assert_int_equal(fixture->report->item_count, 2);
    found = item(fixture, "deploy/values.yaml");
    assert_string_equal(found->category, "document");
    assert_values(found, NULL, "{\"a\":1,\"password\":\"••••\"}");
    assert_values(item(fixture, "deploy/old.yaml"), "{\"b\":2}", NULL);
}

static void each_document_pair_knows_its_items(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_report *report;

    drift_fixture_module(fixture, "shop");
    drift_fixture_config(fixture, "one.yaml", "a: 1\nb: 1", "a: 2\nb: 2");
    drift_fixture_config(fixture, "same.yaml", "a: 1", "a: 1");
    drift_fixture_module(fixture, "pay");
    drift_fixture_config(fixture, "two.yaml", "a: 1", "a: 2");
    report = drift_fixture_detect(fixture);
    assert_int_equal(report->config_count, 3);
    assert_int_equal(report->configs[0].first_item, 0);
    assert_int_equal(report->configs[0].item_count, 2);
    assert_int_equal(report->configs[1].item_count, 0);
    assert_string_equal(report->configs[2].module, "pay");
    assert_int_equal(report->configs[2].first_item, 2);
    assert_int_equal(report->configs[2].item_count, 1);
}

static void an_empty_value_that_comes_is_information(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture, "a: 1", "a: 1\nlabels: {}\nresources: {}\nnote: \"\"\nx: null");
    assert_int_equal(fixture->report->item_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(fixture->report->items[i].severity, SEVERITY_INFO);
}

static void a_variable_that_goes_though_it_is_needed_blocks(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_item *found;

    drift_fixture_module(fixture, "shop");
    drift_fixture_config(fixture, ".env", "HOST=db\nURL=pg://${HOST}/x\nOTHER=1\n",
                         "URL=pg://${HOST}/x\n");
    drift_fixture_detect(fixture);
    found = item(fixture, "HOST");
    assert_int_equal(found->attention, ATTENTION_BLOCKER);
    assert_string_equal(found->attention_reason, "URL still refers to HOST");
    assert_int_equal(item(fixture, "OTHER")->attention, ATTENTION_NONE);
}

static void a_reference_to_nothing_is_to_be_reviewed(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture, "env: {a: [{name: X, value: plain}, {name: Z, value: 1}]}",
                       "env: {a: [{name: X, value: $(GONE)/x}, {name: Z, value: $(X) $$(ESC)}]}");
    assert_int_equal(item(fixture, "env.a.X")->attention, ATTENTION_REVIEW);
    assert_string_equal(item(fixture, "env.a.X")->attention_reason,
                        "refers to GONE, which none of the documents read defines");
    assert_int_equal(item(fixture, "env.a.Z")->attention, ATTENTION_NONE);
}

static void production_must_not_get_a_lower_environments_host(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_item *found;

    drift_fixture_environments(fixture, "PROD", "UAT");
    drift_fixture_yaml(fixture,
                       "api: https://api.example.org\nmode: live\nnote: for all\nprofile: prod\n",
                       "api: https://api.uat.example.org\nmode: uat mode\nnote: see uat\n"
                       "profile: uat\n");
    found = item(fixture, "api");
    assert_int_equal(found->attention, ATTENTION_BLOCKER);
    assert_string_equal(found->attention_reason, "PROD would get a value that names UAT");
    assert_int_equal(item(fixture, "profile")->attention, ATTENTION_BLOCKER);
    assert_int_equal(item(fixture, "note")->attention, ATTENTION_NONE);
    assert_int_equal(item(fixture, "mode")->attention, ATTENTION_NONE);
}

static void between_versions_no_environment_is_foreign(void **state)
{
    struct drift_fixture *fixture = *state;

    drift_fixture_yaml(fixture, "api: https://api.example.org", "api: https://uat.example.org");
    assert_int_equal(item(fixture, "api")->attention, ATTENTION_NONE);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_variable_is_known_by_its_name),
        CASE(an_added_entry_is_one_item_with_its_value),
        CASE(an_entry_that_holds_more_stays_whole),
        CASE(what_is_outside_of_services_belongs_to_the_only_one),
        CASE(with_several_services_it_belongs_to_the_module),
        CASE(variables_without_services_name_none),
        CASE(numbers_and_bare_paths_lead_to_no_other_service),
        CASE(compose_files_name_their_services),
        CASE(a_changed_type_is_told),
        CASE(another_order_is_information),
        CASE(an_added_map_is_one_item_as_json),
        CASE(secrets_are_masked_and_their_change_is_seen),
        CASE(a_secret_that_replaces_a_reference_leaves_the_reference_readable),
        CASE(secrets_within_an_added_map_are_masked),
        CASE(an_argument_or_a_literal_that_changes_is_one_difference),
        CASE(arguments_of_one_name_are_paired_in_their_order),
        CASE(many_arguments_without_a_partner_cost_no_more_each_than_few),
        CASE(a_credential_in_the_clear_is_told_only_while_it_is_there),
        CASE(the_data_of_a_kubernetes_secret_is_masked),
        CASE(a_map_called_secrets_is_masked_but_for_what_names_them),
        CASE(every_value_of_a_file_for_secrets_is_masked),
        CASE(stored_reports_tell_secrets_apart_by_fingerprint),
        CASE(dotenv_names_are_paths),
        CASE(a_value_with_an_equals_sign_stays_whole),
        CASE(properties_keep_their_dotted_names),
        CASE(a_configuration_on_one_side_is_one_item),
        CASE(each_document_pair_knows_its_items),
        CASE(an_empty_value_that_comes_is_information),
        CASE(a_variable_that_goes_though_it_is_needed_blocks),
        CASE(a_reference_to_nothing_is_to_be_reviewed),
        CASE(production_must_not_get_a_lower_environments_host),
        CASE(between_versions_no_environment_is_foreign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
