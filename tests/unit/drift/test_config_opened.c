/*
 * What a change opens, switches off or loses is judged as gravely whichever format it stands in,
 * and also where something is left out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/strbuf.h>
#include <pilab/document/document.h>

#include "../../support/drift_fixture.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

struct opened {
    const char *before, *after, *path;
    enum severity severity;
    const char *rule; /* NULL: only the severity is looked at */
};

static void assert_opened(const struct opened *opened)
{
    struct drift_fixture fixture;
    const struct drift_item *item;

    drift_fixture_start(&fixture);
    drift_fixture_yaml(&fixture, opened->before, opened->after);
    item = drift_fixture_item(&fixture, opened->path);
    for (size_t i = 0; i < fixture.report->item_count && item != NULL; i++) {
        const struct drift_item *other = &fixture.report->items[i];

        /* of a list's entries that share a path the gravest */
        if (strcmp(other->path, opened->path) == 0 && other->severity > item->severity)
            item = other;
    }
    if (item == NULL)
        fail_msg("%s: no such item in %s", opened->path, opened->after);
    if (item->severity != opened->severity)
        fail_msg("%s: %s in %s", opened->path, severity_name(item->severity), opened->after);
    if (opened->rule != NULL && !drift_fixture_fired(item, opened->rule))
        fail_msg("%s: %s does not fire", opened->path, opened->rule);
    if (opened->severity >= SEVERITY_HIGH && item->attention == ATTENTION_NONE)
        fail_msg("%s: nobody need look", opened->path);
    drift_fixture_end(&fixture);
}

static void assert_all(const struct opened *opened, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_opened(&opened[i]);
}

#define OBJECT(kind, spec) "apiVersion: v1\nkind: " kind "\nmetadata: {name: a}\nspec: " spec "\n"
#define ONE_FROM           "{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {a: b}}}]}]}"
#define TLS                "tls: [{hosts: [a.example], secretName: s}]"

static void what_is_left_out_of_an_object_opens_it(void **state)
{
    static const char ranges[] = "spec.loadBalancerSourceRanges";
    static const struct opened opened[] = {
  /* clang-format off */
        { OBJECT("Service", "{type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]}"),
          OBJECT("Service", "{type: LoadBalancer}"), ranges, SEVERITY_HIGH, "config.opened" },
        { OBJECT("Service", "{type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]}"),
          OBJECT("Service", "{type: LoadBalancer, loadBalancerSourceRanges: []}"), ranges,
          SEVERITY_HIGH, "config.opened" },
        { OBJECT("Service", "{type: ClusterIP, loadBalancerSourceRanges: [10.0.0.0/8]}"),
          OBJECT("Service", "{type: ClusterIP}"), ranges, SEVERITY_LOW, NULL },
        { OBJECT("Service", "{type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8, 1.2.3.0/24]}"),
          OBJECT("Service", "{type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]}"), ranges,
          SEVERITY_LOW, NULL },
        { "service: {a: 1, loadBalancerSourceRanges: []}", "service: {a: 1}",
          "service.loadBalancerSourceRanges", SEVERITY_INFO, NULL },
        { OBJECT("NetworkPolicy", ONE_FROM), OBJECT("NetworkPolicy", "{podSelector: {}, ingress: [{}]}"),
          "spec.ingress.0.from", SEVERITY_HIGH, "config.opened" },
        { OBJECT("NetworkPolicy", ONE_FROM),
          OBJECT("NetworkPolicy", "{podSelector: {}, ingress: [{from: []}]}"),
          "spec.ingress.0.from", SEVERITY_HIGH, "config.opened" },
        { OBJECT("NetworkPolicy", "{podSelector: {}, ingress: []}"),
          OBJECT("NetworkPolicy", "{podSelector: {}, ingress: [{}]}"),
          "spec.ingress", SEVERITY_HIGH, "config.opened" },
        { OBJECT("NetworkPolicy", "{policyTypes: [Ingress, Egress]}"),
          OBJECT("NetworkPolicy", "{policyTypes: [Egress]}"),
          "spec.policyTypes", SEVERITY_HIGH, "config.opened" },
        { OBJECT("NetworkPolicy", ONE_FROM), OBJECT("NetworkPolicy", "{podSelector: {}}"),
          "spec.ingress", SEVERITY_LOW, NULL },
        { OBJECT("Ingress", "{" TLS ", rules: [{host: a.example}]}"),
          OBJECT("Ingress", "{rules: [{host: a.example}]}"), "spec.tls", SEVERITY_HIGH,
          "config.tls-gone" },
        { "ingress: {enabled: true, " TLS "}", "ingress: {enabled: true, tls: []}", "ingress.tls.s",
          SEVERITY_HIGH, "config.tls-gone" },
        { "ingress: {a: 1, tls: {enabled: false}}", "ingress: {a: 1}", "ingress.tls", SEVERITY_LOW,
          NULL },
        { "apiVersion: v1\nkind: Namespace\n"
          "metadata: {name: a, labels: {pod-security.kubernetes.io/enforce: restricted}}",
          "apiVersion: v1\nkind: Namespace\n"
          "metadata: {name: a, labels: {pod-security.kubernetes.io/enforce: privileged}}",
          "metadata.labels.\"pod-security.kubernetes.io/enforce\"", SEVERITY_HIGH,
          "config.pod-security" },
        { OBJECT("CronJob", "{suspend: false}"), OBJECT("CronJob", "{suspend: true}"),
          "spec.suspend", SEVERITY_MEDIUM, "config.suspended" },
        { OBJECT("PodDisruptionBudget", "{minAvailable: 2}"),
          OBJECT("PodDisruptionBudget", "{minAvailable: 0}"), "spec.minAvailable", SEVERITY_MEDIUM,
          "config.disruption" },
  /* clang-format on */
    };

    (void)state;
    assert_all(opened, LENGTH(opened));
}

static void a_document_is_found_wherever_it_stands(void **state)
{
    static const char other[] = "---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n";
    static const char format[] = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s%zu}\n"
                                 "spec: {type: LoadBalancer, loadBalancerSourceRanges: [%s]}\n";
    enum { COUNT = 4200 };
    struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
    struct drift_fixture fixture;

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        strbuf_printf(&before, format, i, "10.0.0.0/8, 192.0.2.0/24");
        strbuf_printf(&after, format, COUNT - 1 - i, "");
    }
    drift_fixture_start(&fixture);
    drift_fixture_yaml(&fixture, before.data, after.data);
    assert_int_equal(fixture.report->item_count, 2 * COUNT);
    for (size_t i = 0; i < fixture.report->item_count; i++)
        assert_int_equal(fixture.report->items[i].severity, SEVERITY_HIGH);
    drift_fixture_end(&fixture);

    /* what is no object, in front of one and behind it */
    strbuf_clear(&before);
    strbuf_clear(&after);
    strbuf_printf(&before, "service: {loadBalancerSourceRanges: [10.0.0.0/8, 192.0.2.0/24]}\n%s",
                  other);
    strbuf_printf(&after, "%s---\nservice: {loadBalancerSourceRanges: []}\n", other);
    assert_opened(&(struct opened){ before.data, after.data,
                                    "\"document 1\".service.loadBalancerSourceRanges",
                                    SEVERITY_HIGH, "config.opened" });
    strbuf_release(&before);
    strbuf_release(&after);
}

static void values_whose_meaning_is_plain_are_grave(void **state)
{
    static const struct opened opened[] = {
  /* clang-format off */
        { "mongo: {tlsAllowInvalidCertificates: false}", "mongo: {tlsAllowInvalidCertificates: true}",
          "mongo.tlsAllowInvalidCertificates", SEVERITY_CRITICAL, "config.verify-skipped" },
        { "mongo: {tlsAllowInvalidHostnames: false}", "mongo: {tlsAllowInvalidHostnames: true}",
          "mongo.tlsAllowInvalidHostnames", SEVERITY_CRITICAL, "config.verify-skipped" },
        { "mongo: {tlsInsecure: false}", "mongo: {tlsInsecure: true}", "mongo.tlsInsecure",
          SEVERITY_CRITICAL, "config.verify-skipped" },
        { "h: {verify_peer: true}", "h: {verify_peer: false}", "h.verify_peer", SEVERITY_CRITICAL,
          "config.verify-off" },
        { "db: {sslmode: verify-full}", "db: {sslmode: require}", "db.sslmode", SEVERITY_CRITICAL,
          "config.verify-less" },
        { "db: {sslmode: verify-full}", "db: {sslmode: prefer}", "db.sslmode", SEVERITY_CRITICAL,
          "config.verify-less" },
        { "db: {sslmode: require}", "db: {sslmode: disable}", "db.sslmode", SEVERITY_HIGH,
          "config.encryption-off" },
        { "db: {sslmode: disable}", "db: {sslmode: verify-full}", "db.sslmode", SEVERITY_LOW, NULL },
        { "db: {url: 'postgresql://db/x?sslmode=verify-full'}",
          "db: {url: 'postgresql://db/x?sslmode=disable'}", "db.url", SEVERITY_CRITICAL,
          "config.verify-less-address" },
        { "kafka: {security.protocol: SASL_SSL}", "kafka: {security.protocol: PLAINTEXT}",
          "kafka.\"security.protocol\"", SEVERITY_CRITICAL, "config.protocol-plain" },
        { "kafka: {security.protocol: SASL_SSL}", "kafka: {security.protocol: SASL_PLAINTEXT}",
          "kafka.\"security.protocol\"", SEVERITY_HIGH, "config.protocol-plain" },
        { "kafka: {securityProtocol: SSL}", "kafka: {securityProtocol: PLAINTEXT}",
          "kafka.securityProtocol", SEVERITY_HIGH, "config.protocol-plain" },
        { "jwt: {algorithm: RS256}", "jwt: {algorithm: none}", "jwt.algorithm", SEVERITY_CRITICAL,
          "config.signature-none" },
        { "jwt: {algorithm: RS256}", "jwt: {algorithm: ES256}", "jwt.algorithm", SEVERITY_LOW, NULL },
        { "cookie: {secure: true}", "cookie: {secure: false}", "cookie.secure", SEVERITY_HIGH,
          "config.cookie" },
        { "cookie: {http_only: true}", "cookie: {http_only: false}", "cookie.http_only",
          SEVERITY_HIGH, "config.cookie" },
        { "cookie: {sameSite: Strict}", "cookie: {sameSite: None}", "cookie.sameSite",
          SEVERITY_HIGH, "config.cookie-site" },
        { "cookie: {secure: false}", "cookie: {secure: true}", "cookie.secure", SEVERITY_LOW, NULL },
        { "jpa: {hibernate: {ddl-auto: validate}}", "jpa: {hibernate: {ddl-auto: create-drop}}",
          "jpa.hibernate.ddl-auto", SEVERITY_CRITICAL, "config.tables-made-anew" },
        { "jpa: {hibernate: {ddl-auto: create}}", "jpa: {hibernate: {ddl-auto: validate}}",
          "jpa.hibernate.ddl-auto", SEVERITY_LOW, NULL },
        { "management: {security: {enabled: true}}", "management: {security: {enabled: false}}",
          "management.security.enabled", SEVERITY_HIGH, "config.protection-off" },
        { "endpoints: {web: {exposure: {include: health}}}",
          "endpoints: {web: {exposure: {include: '*'}}}", "endpoints.web.exposure.include",
          SEVERITY_HIGH, "config.endpoints-all" },
        { "backup: {enabled: true}", "backup: {enabled: false}", "backup.enabled", SEVERITY_HIGH,
          "config.backup-off" },
        { "a: {ALLOW_FROM: 10.0.0.0/8}", "a: {ALLOW_FROM: 0.0.0.0/0}", "a.ALLOW_FROM",
          SEVERITY_HIGH, "config.everybody" },
        { "a: {office: 10.0.0.0/8}", "a: {office: 0.0.0.0/0}", "a.office", SEVERITY_HIGH,
          "config.everybody-instead" },
        { "a: {route: 10.0.0.0/8}", "a: {route: 0.0.0.0/0}", "a.route", SEVERITY_LOW, NULL },
        /* dots within a key are steps as well */
        { "server.ssl.enabled: true\nx: 1", "server.ssl.enabled: false\nx: 1",
          "\"server.ssl.enabled\"", SEVERITY_HIGH, "config.tls-off" },
        { "x: {acme.part.enabled: true}", "x: {acme.part.enabled: false}",
          "x.\"acme.part.enabled\"", SEVERITY_MEDIUM, "config.part" },
  /* clang-format on */
    };

    (void)state;
    assert_all(opened, LENGTH(opened));
}

static void compose_is_judged_as_kubernetes_is(void **state)
{
    static const struct opened opened[] = {
  /* clang-format off */
        { "services: {a: {image: x, user: '1000'}}", "services: {a: {image: x, user: '0'}}",
          "services.a.user", SEVERITY_HIGH, "config.service-root" },
        { "services: {a: {image: x, user: '1000'}}", "services: {a: {image: x, user: root}}",
          "services.a.user", SEVERITY_HIGH, "config.service-root" },
        { "services: {a: {image: x, user: '1000'}}", "services: {a: {image: x, user: '1001'}}",
          "services.a.user", SEVERITY_LOW, NULL },
        { "services: {a: {image: x, user: '1000'}}", "services: {a: {image: x}}",
          "services.a.user", SEVERITY_MEDIUM, "config.service-user-gone" },
        { "services: {a: {user: '1000'}}", "services: {a: {user: root}}", "services.a.user",
          SEVERITY_HIGH, "config.service-root" },
        { "services: {a: {image: x, user: app, url: u}}", "services: {a: {image: x, user: root, url: u}}",
          "services.a.user", SEVERITY_HIGH, "config.service-root" },
        { "services: {b: 1}", "services: {b: 1, a: {image: x, user: root}}", "services.a",
          SEVERITY_HIGH, "config.service-root" },
        { "services: {db: {host: h, user: app}}", "services: {db: {host: h, user: root}}",
          "services.db.user", SEVERITY_LOW, NULL },
        { "services: {db: {dbPassword: '${P}', user: app}}", "services: {db: {dbPassword: '${P}'}}",
          "services.db.user", SEVERITY_LOW, NULL },
        { "services: {b: 1}", "services: {b: 1, db: {host: h, user: root}}", "services.db",
          SEVERITY_LOW, NULL },
        { "db: {user: app}", "db: {user: root}", "db.user", SEVERITY_LOW, NULL },
        { "services: {a: {image: x, read_only: true}}", "services: {a: {image: x, read_only: false}}",
          "services.a.read_only", SEVERITY_HIGH, "config.service-hardening-off" },
        { "services: {a: {image: x, ports: ['127.0.0.1:5432:5432']}}",
          "services: {a: {image: x, ports: ['5432:5432']}}", "services.a.ports.0", SEVERITY_HIGH,
          "config.opened" },
        { "services: {a: {image: x, ports: ['127.0.0.1:5432:5432', '127.0.0.1:80:80']}}",
          "services: {a: {image: x, ports: ['0.0.0.0:15432:5432', '127.0.0.1:80:80']}}",
          "services.a.ports", SEVERITY_HIGH, "config.opened" },
        { "services: {a: {image: x, ports: ['127.0.0.1:5432:5432', '80:80']}}",
          "services: {a: {image: x, ports: ['127.0.0.1:5433:5432', '81:80']}}",
          "services.a.ports", SEVERITY_LOW, NULL },
        { "networks: {n: {internal: true}}", "networks: {n: {internal: false}}",
          "networks.n.internal", SEVERITY_HIGH, "config.network-open" },
        { "services: {a: {image: x, volumes: ['./d:/d:ro', 'b:/b']}}",
          "services: {a: {image: x, volumes: ['./d:/d', 'b:/b']}}", "services.a.volumes",
          SEVERITY_MEDIUM, "config.writable" },
        { "services: {a: {image: x, volumes: ['./d:/d', 'b:/b']}}",
          "services: {a: {image: x, volumes: ['./d:/d:ro', 'b:/b']}}", "services.a.volumes",
          SEVERITY_LOW, NULL },
        { "services: {a: {image: x, network_mode: bridge}}",
          "services: {a: {image: x, network_mode: host}}", "services.a.network_mode", SEVERITY_HIGH,
          "config.service-host" },
  /* clang-format on */
    };

    (void)state;
    assert_all(opened, LENGTH(opened));
}

static size_t count_rule(const struct drift_report *report, const char *rule)
{
    size_t count = 0;

    for (size_t i = 0; i < report->item_count; i++)
        count += drift_fixture_fired(&report->items[i], rule) ? 1 : 0;
    return count;
}

static void each_entry_of_a_long_list_is_judged(void **state)
{
    enum { COUNT = 3000 };
    struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
    struct drift_fixture fixture;

    (void)state;
    strbuf_add(&before, "services:\n  a:\n    ports:\n");
    strbuf_add(&after, before.data);
    for (int i = 1; i <= COUNT; i++) {
        strbuf_printf(&before, "      - '127.0.0.1:%d:%d'\n", i, i);
        strbuf_printf(&after, "      - '%d:%d'\n", i, i);
    }
    strbuf_add(&before, "    volumes:\n");
    strbuf_add(&after, "    volumes:\n");
    for (int i = 1; i <= COUNT; i++) {
        strbuf_printf(&before, "      - '/d%d:/d:ro'\n", i);
        strbuf_printf(&after, "      - '/d%d:/d%s'\n", i, i % 2 == 0 ? ":rw" : "");
    }
    drift_fixture_start(&fixture);
    drift_fixture_yaml(&fixture, before.data, after.data);
    assert_int_equal(count_rule(fixture.report, "config.opened"), COUNT);
    assert_int_equal(count_rule(fixture.report, "config.writable"), COUNT);
    drift_fixture_end(&fixture);
    strbuf_release(&before);
    strbuf_release(&after);
}

#define FILE_IN(name, text) "kind: ConfigMap\ndata:\n  " name ": |\n    " text "\n"

static void a_text_that_is_a_document_is_judged_by_its_values(void **state)
{
    static const char in_yaml[] = "data.\"application.yaml\"";
    static const struct opened opened[] = {
  /* clang-format off */
        { FILE_IN("application.yaml", "server: {ssl: {enabled: true}}"),
          FILE_IN("application.yaml", "server: {ssl: {enabled: false}}"), in_yaml, SEVERITY_HIGH,
          "config.tls-off" },
        { FILE_IN("application.yaml", "{a: 1, b: {c: d}}"),
          FILE_IN("application.yaml", "{a: 1, side: {privileged: true}}"), in_yaml, SEVERITY_HIGH,
          "config.privilege" },
        { FILE_IN("application.yaml", "server: {port: 1}"),
          FILE_IN("application.yaml", "server: {port: 2}"), in_yaml, SEVERITY_LOW, "config.value" },
        { FILE_IN("application.yaml", "server: {ssl: {enabled: true}}"),
          FILE_IN("application.yaml", "server: {ssl: {enabled: false}"), in_yaml, SEVERITY_LOW,
          "config.value" },
        { FILE_IN("application.properties", "server.ssl.enabled=true\n    auth.enabled=true"),
          FILE_IN("application.properties", "server.ssl.enabled=false\n    auth.enabled=false"),
          "data.\"application.properties\"", SEVERITY_CRITICAL, "config.tls-off" },
        { FILE_IN("app.json", "{\"auth\": {\"enabled\": true}}"),
          FILE_IN("app.json", "{\"auth\": {\"enabled\": false}}"), "data.\"app.json\"",
          SEVERITY_CRITICAL, "config.access-off" },
        { FILE_IN("notes.txt", "auth.enabled=true"), FILE_IN("notes.txt", "auth.enabled=false"),
          "data.\"notes.txt\"", SEVERITY_LOW, "config.value" },
  /* clang-format on */
    };
    struct drift_fixture fixture;
    const struct drift_item *item;

    (void)state;
    assert_all(opened, LENGTH(opened));
    drift_fixture_start(&fixture);
    drift_fixture_yaml(&fixture, opened[4].before, opened[4].after);
    item = drift_fixture_item(&fixture, opened[4].path);
    assert_string_equal(item->attention_reason, "auth.enabled: who calls need not say any more who "
                                                "it is, or say it once less");
    drift_fixture_end(&fixture);
}

static struct document *layer(const char *name, const char *text)
{
    struct document_options options = { .schema = YAML_HELM, .allow_duplicate_keys = true };
    enum document_format format = DOCUMENT_YAML;
    struct error error;
    struct document *document;

    document_format_of(name, &format);
    document = document_read(name, text, strlen(text), format, &options, &error);
    if (document == NULL)
        fail_msg("%s: %s", name, error.message);
    return document;
}

/* A file of properties and one of values as one document, in either order. */
static struct document *layered(bool properties_first, const char *properties)
{
    struct document *first = layer("c/application.properties", properties);
    struct document *second = layer("c/values.yaml", "features: {a.b: true}\n");
    struct document *layers[] = { properties_first ? first : second,
                                  properties_first ? second : first };
    struct error error;
    struct document *document = document_layer(layers, 2, &error);

    assert_non_null(document);
    document_free(&first);
    document_free(&second);
    return document;
}

static void a_layer_of_another_format_changes_no_judgement(void **state)
{
    static const struct {
        const char *path;
        enum severity severity;
    } expected[] = {
        {"server.ssl.enabled",           SEVERITY_HIGH    },
        { "auth.mode",                   SEVERITY_CRITICAL},
        { "management.security.enabled", SEVERITY_HIGH    },
    };

    (void)state;
    for (int first = 0; first < 2; first++) {
        struct document *previous = layered(first == 1, "server.ssl.enabled=true\nauth.mode=basic\n"
                                                        "management.security.enabled=true\n");
        struct document *current = layered(first == 1, "server.ssl.enabled=false\nauth.mode=none\n"
                                                       "management.security.enabled=false\n");
        const struct config_input config = {
            .name = "shop", .previous = previous, .current = current, .typing = "YAML 1.1 (Helm)"
        };
        struct module_input module = { .name = "shop",
                                       .in_previous = true,
                                       .in_current = true,
                                       .configs = &config,
                                       .config_count = 1 };
        struct drift_fixture fixture;

        drift_fixture_start(&fixture);
        fixture.input.modules = &module;
        fixture.input.module_count = 1;
        fixture.report = drift_detect(&fixture.input);
        for (size_t i = 0; i < LENGTH(expected); i++) {
            const struct drift_item *item = drift_fixture_item(&fixture, expected[i].path);

            if (item == NULL)
                fail_msg("no item %s", expected[i].path);
            assert_int_equal(item->severity, expected[i].severity);
        }
        assert_string_equal(fixture.report->items[0].category, "server");
        drift_fixture_end(&fixture);
        document_free(&previous);
        document_free(&current);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_layer_of_another_format_changes_no_judgement),
        cmocka_unit_test(what_is_left_out_of_an_object_opens_it),
        cmocka_unit_test(a_document_is_found_wherever_it_stands),
        cmocka_unit_test(values_whose_meaning_is_plain_are_grave),
        cmocka_unit_test(a_text_that_is_a_document_is_judged_by_its_values),
        cmocka_unit_test(compose_is_judged_as_kubernetes_is),
        cmocka_unit_test(each_entry_of_a_long_list_is_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
