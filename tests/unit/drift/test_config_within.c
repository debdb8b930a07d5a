/*
 * A map, a list or a file that comes, goes or changes as a whole is judged by what stands in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/drift_fixture.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

#define POD "spec:\n  containers:\n    - name: a\n      command: [a]\n"

struct whole {
    const char *before, *after, *path;
    enum severity severity;
    const char *reason; /* NULL: nobody need look */
};

static void assert_whole(const struct whole *whole)
{
    struct drift_fixture fixture;
    const struct drift_item *item;

    drift_fixture_start(&fixture);
    drift_fixture_module(&fixture, "shop");
    drift_fixture_config(&fixture, "values.yaml", whole->before, whole->after);
    drift_fixture_detect(&fixture);
    item = drift_fixture_item(&fixture, whole->path);
    if (item == NULL)
        fail_msg("no item %s", whole->path);
    if (item->severity != whole->severity)
        fail_msg("%s %s: %s", whole->path, whole->after, severity_name(item->severity));
    if (whole->reason == NULL) {
        assert_int_equal(item->attention, ATTENTION_NONE);
        assert_false(item->security);
    } else {
        assert_int_equal(item->attention, ATTENTION_REVIEW);
        assert_true(item->security);
        assert_string_equal(item->attention_reason, whole->reason);
    }
    drift_fixture_end(&fixture);
}

static void assert_all(const struct whole *wholes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_whole(&wholes[i]);
}

static void what_comes_is_judged_by_its_values(void **state)
{
    static const char rights[] = "securityContext.privileged: the container may do more on its "
                                 "host";
    const struct whole wholes[] = {
        {"x: 1",     "{x: 1, side: {securityContext: {privileged: true}}}",                      "side",        SEVERITY_HIGH,
         rights                                                                                                                          },
        { "x: 1",    "{x: 1, service: {type: LoadBalancer}}",                                    "service",     SEVERITY_HIGH,
         "type: it can be reached from outside of the cluster"                                                                           },
        { "x: 1",    "{x: 1, cors: {allowedOrigins: ['*']}}",                                    "cors",        SEVERITY_HIGH,
         "allowedOrigins: pages of any site may call it"                                                                                 },
        { POD,       POD "    - {name: b, command: [b], securityContext: {privileged: true}}\n",
         "spec.containers.b",                                                                                   SEVERITY_HIGH,     rights},
        { POD,       POD "  volumes: [{name: d, hostPath: {path: /var/run/docker.sock}}]\n",
         "spec.volumes",                                                                                        SEVERITY_HIGH,
         "d.hostPath.path: it gets at files, or at the containers, of its host"                                                          },
        { "kind: A",
         "kind: A\n---\nkind: ClusterRoleBinding\nroleRef: {name: cluster-admin}\n"
          "subjects: [{kind: Group, name: 'system:unauthenticated'}]",                           "document 2",  SEVERITY_CRITICAL,
         "subjects.system:unauthenticated.name: a right is given to everybody"                                                           },
        { NULL,      POD "  hostNetwork: true\n",                                                "values.yaml", SEVERITY_HIGH,
         "spec.hostNetwork: the container may do more on its host"                                                                       },
        { "",        "hostNetwork: true",                                                        "values.yaml", SEVERITY_HIGH,
         "hostNetwork: the container may do more on its host"                                                                            },
    };

    (void)state;
    assert_all(wholes, LENGTH(wholes));
}

static void what_goes_or_gives_way_takes_its_guards_along(void **state)
{
    static const char gone[] =
        "enabled: a protection that was switched on is not set any more: its default counts";
    static const char access[] = "who calls need not say any more who it is, or say it once less";
    static const char enabled[] =
        "enabled: who calls need not say any more who it is, or say it once less";
    const struct whole wholes[] = {
        {"{x: 1, auth: {enabled: true}}",           "{x: 1, auth: null}",            "auth",          SEVERITY_CRITICAL,
         enabled                                                                                                                                   },
        { "{x: 1, auth: {enabled: true}}",          "{x: 1, auth: false}",           "auth",          SEVERITY_CRITICAL,
         enabled                                                                                                                                   },
        { "{x: 1, auth: {enabled: true}}",          "{x: 1, auth: {enabled: null}}", "auth.enabled",
         SEVERITY_CRITICAL,                                                                                              access                    },
        { "{x: 1, tls: {enabled: true}}",           "{x: 1}",                        "tls",           SEVERITY_MEDIUM,   gone                      },
        { "{x: 1, tls: {enabled: true, a: 1}}",     "{x: 1, tls: {a: 1}}",           "tls.enabled",
         SEVERITY_MEDIUM,                                                                                                gone + strlen("enabled: ")},
        { "{x: 1, networkPolicy: {enabled: true}}", "{x: 1}",                        "networkPolicy", SEVERITY_MEDIUM,
         gone                                                                                                                                      },
        { "kind: A\n---\nkind: NetworkPolicy\n",    "kind: A",                       "document 2",    SEVERITY_HIGH,
         "kind: an object that keeps others out goes away"                                                                                         },
    };

    (void)state;
    assert_all(wholes, LENGTH(wholes));
}

static void everyday_additions_stay_what_they_are(void **state)
{
    const struct whole wholes[] = {
        {"x: 1",                                                            "{x: 1, m: {a: 1, b: {c: d}}}",                                   "m",            SEVERITY_LOW,    NULL},
        { "x: 1",
         "{x: 1, web: {securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false}, "
          "replicas: 2, env: {REDIS_HOST: r, DEBUG: 'false'}, service: {type: ClusterIP}, "
          "tls: {enabled: false}, route: {httpsRedirect: false}, resources: {limits: {cpu: 1}}}}",                                            "web",          SEVERITY_LOW,    NULL},
        { NULL,                                                             POD,                                                              "values.yaml",  SEVERITY_MEDIUM, NULL},
        { "{x: 1, web: {image: a, securityContext: {runAsNonRoot: true}}}", "{x: 1}",                                                         "web",
         SEVERITY_LOW,                                                                                                                                                         NULL},
        { "{x: 1, r: {pspEnabled: false, rbac: {a: 1}}}",                   "{x: 1}",                                                         "r",            SEVERITY_LOW,    NULL},
        { POD,                                                              POD "  volumes: [{name: t, hostPath: {path: /etc/localtime}}]\n", "spec.volumes",
         SEVERITY_LOW,                                                                                                                                                         NULL},
    };

    (void)state;
    assert_all(wholes, LENGTH(wholes));
}

static const struct drift_item *entry(const struct drift_report *report, enum change_type type)
{
    for (size_t i = 0; i < report->item_count; i++) {
        if (report->items[i].change_type == type)
            return &report->items[i];
    }
    fail_msg("no such entry");
    return NULL;
}

/* Of a list whose entries have no names, one that is changed is one that goes and one that comes.
 */
static void an_entry_is_judged_by_what_is_new_in_it(void **state)
{
    struct drift_fixture fixture;
    const struct drift_report *report;

    (void)state;
    drift_fixture_start(&fixture);
    report = drift_fixture_yaml(&fixture, "l: [{auth: {enabled: true}, n: 1}, {x: 1}]",
                                "l: [{auth: {enabled: false}, n: 1}, {x: 1}]");
    assert_int_equal(entry(report, CHANGE_TYPE_ADDED)->severity, SEVERITY_CRITICAL);
    assert_string_equal(entry(report, CHANGE_TYPE_ADDED)->attention_reason,
                        "auth.enabled: who calls need not say any more who it is, or say it once "
                        "less");
    assert_int_equal(entry(report, CHANGE_TYPE_DELETED)->severity, SEVERITY_LOW);
    drift_fixture_end(&fixture);

    drift_fixture_start(&fixture);
    report = drift_fixture_yaml(&fixture, "l: [{privileged: true, n: 1}, {x: 1}]",
                                "l: [{privileged: true, n: 2}, {x: 1}]");
    assert_int_equal(entry(report, CHANGE_TYPE_ADDED)->severity, SEVERITY_LOW);
    drift_fixture_end(&fixture);
}

static void a_projects_rule_by_name_holds_within_as_well(void **state)
{
    const struct rule own = { .id = "own.pay",
                              .type = DRIFT_CONFIG,
                              .key = "payLimit",
                              .severity = SEVERITY_HIGH,
                              .sentence = "ask the treasurer" };
    struct drift_fixture fixture;
    const struct drift_item *item;

    (void)state;
    drift_fixture_start(&fixture);
    fixture.input.rules = &own;
    fixture.input.rule_count = 1;
    drift_fixture_yaml(&fixture, "x: 1", "{x: 1, pay: {a: {payLimit: 5}}}");
    item = drift_fixture_item(&fixture, "pay");
    assert_non_null(item);
    assert_int_equal(item->severity, SEVERITY_HIGH);
    assert_int_equal(item->rule_count, 1);
    assert_string_equal(item->rules[0].sentence, "a.payLimit: ask the treasurer");
    drift_fixture_end(&fixture);
}

static void what_a_secret_says_is_not_looked_at(void **state)
{
    struct drift_fixture fixture;
    const struct drift_item *item;

    (void)state;
    drift_fixture_start(&fixture);
    drift_fixture_module(&fixture, "shop");
    drift_fixture_secrets(&fixture, "secrets.yaml", NULL, "{a: {privileged: true}}");
    drift_fixture_detect(&fixture);
    item = drift_fixture_item(&fixture, "secrets.yaml");
    assert_non_null(item);
    assert_false(drift_fixture_fired(item, "config.privilege"));
    drift_fixture_end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_is_judged_by_its_values),
        cmocka_unit_test(what_goes_or_gives_way_takes_its_guards_along),
        cmocka_unit_test(everyday_additions_stay_what_they_are),
        cmocka_unit_test(an_entry_is_judged_by_what_is_new_in_it),
        cmocka_unit_test(a_projects_rule_by_name_holds_within_as_well),
        cmocka_unit_test(what_a_secret_says_is_not_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
