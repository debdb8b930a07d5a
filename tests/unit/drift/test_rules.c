#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/glob.h>
#include <pilab/drift/rules.h>

static struct rule_subject config(const char *key)
{
    return (struct rule_subject){ .type = DRIFT_CONFIG,
                                  .category = "values",
                                  .path = key,
                                  .key = key,
                                  .change_type = CHANGE_TYPE_MODIFIED };
}

static struct rule_subject code(const char *path)
{
    const char *slash = strrchr(path, '/');

    return (struct rule_subject){ .type = DRIFT_CODE,
                                  .category = "file",
                                  .path = path,
                                  .key = slash ? slash + 1 : path,
                                  .change_type = CHANGE_TYPE_MODIFIED };
}

static bool fires_in(struct rule_set *set, const struct rule_subject *subject, const char *id)
{
    struct vector hits;
    bool found = false;

    vector_init(&hits, sizeof(const struct rule *));
    rule_set_match(set, subject, &hits);
    for (size_t i = 0; i < hits.count; i++) {
        const struct rule *rule = *(const struct rule *const *)vector_at(&hits, i);
        found = found || strcmp(rule->id, id) == 0;
    }
    vector_release(&hits);
    return found;
}

static bool fires(const struct rule_subject *subject, const char *id)
{
    struct rule_set *set = rule_set_new(NULL, 0);
    bool found = fires_in(set, subject, id);

    rule_set_free(&set);
    return found;
}

/* What the built-in rows find in a text. */
static const uint64_t *said_in(const char *text)
{
    struct rule_set *set = rule_set_new(NULL, 0);
    static uint64_t said[4];

    memset(said, 0, sizeof said);
    assert_in_range(word_lists_size(rule_set_words(set)), 1, sizeof said / sizeof *said);
    word_lists_find(rule_set_words(set), text, said);
    rule_set_free(&set);
    return said;
}

static enum severity severity_of(const struct rule_subject *subject)
{
    struct rule_set *set = rule_set_new(NULL, 0);
    enum severity severity = SEVERITY_INFO;
    struct vector hits;

    vector_init(&hits, sizeof(const struct rule *));
    rule_set_match(set, subject, &hits);
    assert_true(hits.count > 0);
    for (size_t i = 0; i < hits.count; i++) {
        const struct rule *rule = *(const struct rule *const *)vector_at(&hits, i);
        if (rule->severity > severity)
            severity = rule->severity;
    }
    vector_release(&hits);
    rule_set_free(&set);
    return severity;
}

static void assert_keys(const char *const *keys, size_t count, const char *rule, bool expected)
{
    for (size_t i = 0; i < count; i++) {
        const struct rule_subject subject = config(keys[i]);
        if (fires(&subject, rule) != expected)
            fail_msg("%s: %s %s", rule, keys[i], expected ? "does not fire" : "fires");
    }
}

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void keys_that_guard_access_are_critical(void **state)
{
    static const char *const yes[] = {
        "DATABASE_URL",      "SHOP_DATABASE_URL", "API_KEY",         "MAPS_API_KEY", "apiKey",
        "SECRET_KEY",        "AUTH_ISSUER",       "OIDC_AUTH_URL",   "databaseUrl",  "AUTH_MODE",
        "AUTH_MAX_ATTEMPTS", "AUTH_LOGIN_URL",    "AUTH_TIMEOUT_URL"
    };
    static const char *const no[] = { "author",
                                      "AUTHOR_NAME",
                                      "existingSecretKey",
                                      "API_KEY_FILE",
                                      "OAUTH",
                                      "authentication",
                                      "AUTH_LOG_LEVEL",
                                      "AUTH_TIMEOUT",
                                      "APP_AUTH_TIMEOUT_MS",
                                      "AUTH_CACHE_TTL",
                                      "AUTH_POOL_SIZE",
                                      "AUTH_PAGE_TITLE",
                                      "AUTH_SERVICE_HOST",
                                      "SHOP_AUTH_PORT" };

    (void)state;
    assert_keys(yes, COUNT(yes), "config.access", true);
    assert_keys(no, COUNT(no), "config.access", false);
}

static void keys_that_lead_to_other_services_are_high(void **state)
{
    static const char *const yes[] = { "REDIS_HOST",      "SESSION_REDIS_URL", "CACHE_SERVERS",
                                       "PAY_SERVICE_URL", "ENDPOINT",          "S3_ENDPOINT",
                                       "REDIS_MODE" };
    static const char *const no[] = { "redis",        "cacheSize",       "endpoints",
                                      "SERVICE_NAME", "REDIS_LOG_LEVEL", "CACHE_EVICTION_POLICY" };

    (void)state;
    assert_keys(yes, COUNT(yes), "config.address", true);
    assert_keys(no, COUNT(no), "config.address", false);
}

static void what_leads_nowhere_leads_to_no_other_service(void **state)
{
    struct rule_subject subject = config("HEALTH_ENDPOINT");

    (void)state;
    subject.previous = "/health";
    subject.current = "/healthz";
    assert_true(fires(&subject, "config.address"));
    subject.marks = MARK_NOWHERE;
    assert_false(fires(&subject, "config.address"));
    assert_int_equal(severity_of(&subject), SEVERITY_LOW);
}

static void the_life_of_a_session_is_a_matter_of_security(void **state)
{
    static const char *const yes[] = { "SESSION_TIMEOUT", "sessionTimeout", "JWT_EXPIRY",
                                       "REFRESH_TOKEN_TTL" };
    static const char *const no[] = { "READ_TIMEOUT", "sessionAffinity" };

    (void)state;
    assert_keys(yes, COUNT(yes), "config.session", true);
    assert_keys(no, COUNT(no), "config.session", false);
}

static void switching_verification_off_is_critical(void **state)
{
    struct rule_subject subject = config("TLS_VERIFY");

    (void)state;
    subject.previous = "true";
    subject.current = "false";
    assert_int_equal(severity_of(&subject), SEVERITY_CRITICAL);
    subject.previous = "false";
    subject.current = "true";
    assert_false(fires(&subject, "config.verify-off"));
    subject = config("insecureSkipVerify");
    subject.current = "true";
    assert_true(fires(&subject, "config.verify-skipped"));
}

/* Whether a built-in rule fires for a path whose value becomes another. */
static bool fires_at(const char *path, const char *previous, const char *current, const char *id)
{
    struct rule_set *set = rule_set_new(NULL, 0);
    const char *dot = strrchr(path, '.');
    struct rule_subject subject = config(dot ? dot + 1 : path);
    bool found;

    subject.path = path;
    subject.previous = previous;
    subject.current = current;
    found = fires_in(set, &subject, id);
    rule_set_free(&set);
    return found;
}

static void protections_are_known_by_what_they_stand_below(void **state)
{
    (void)state;
    assert_true(fires_at("auth.tls.verify", "true", "false", "config.tls-verify-off"));
    assert_false(fires_at("auth.tls.verify", "false", "true", "config.tls-verify-off"));
    assert_true(fires_at("auth.auth.enabled", "true", "false", "config.access-off"));
    assert_true(fires_at("mfa.required", "true", "false", "config.access-off"));
    assert_false(fires_at("mfa.required", "false", "true", "config.access-off"));
    assert_false(fires_at("author.enabled", "true", "false", "config.access-off"));
    assert_true(fires_at("MFA_REQUIRED", "true", "false", "config.access-off-key"));
    assert_true(fires_at("a.requireAuth", "true", "false", "config.access-off-key"));
    assert_true(fires_at("auth.skip", "false", "true", "config.access-disabled"));
    assert_true(fires_at("api.disableAuth", "false", "true", "config.access-disabled"));
    assert_false(fires_at("api.disableAuthors", "false", "true", "config.access-disabled"));
    assert_true(fires_at("db.encryption.enabled", "true", "false", "config.protection-off"));
    assert_true(fires_at("networkPolicy.enabled", "true", "false", "config.protection-off"));
    assert_false(fires_at("metrics.enabled", "true", "false", "config.protection-off"));
    assert_true(fires_at("CSRF_ENABLED", "true", "false", "config.protection-off-key"));
    assert_true(fires_at("api.rateLimit", "100", "0", "config.limit-off"));
    assert_true(fires_at("api.rateLimit.perMinute", "100", "-1", "config.limit-off"));
    assert_false(fires_at("api.rateLimit", "100", "50", "config.limit-off"));
    assert_false(fires_at("api.rateLimit", "0", "0", "config.limit-off"));
    assert_true(fires_at("auth.jwt.expiresIn", "15m", "30d", "config.session-below"));
    assert_false(fires_at("jobs.expiresIn", "15m", "30d", "config.session-below"));
}

static void certificates_are_told_by_what_the_key_stands_in(void **state)
{
    static const struct {
        const char *path, *key, *previous, *current, *rule;
    } rows[] = {
        {"a.tls.verify",        "verify",      "true",    "false",   "config.tls-verify-off"    },
        { "tls.client.verify",  "verify",      "true",    "false",   "config.tls-verify-off"    },
        { "ssl.skipChecks",     "skipChecks",  "false",   "true",    "config.tls-verify-skipped"},
        { "a.tls.insecure",     "insecure",    "false",   "true",    "config.tls-verify-skipped"},
        { "http.verify",        "verify",      "true",    "false",   "config.verify-word-off"   },
        { "a.ssl",              "ssl",         "true",    "false",   "config.encryption-off"    },
        { "db.sslmode",         "sslmode",     "require", "disable", "config.encryption-off"    },
        { "client.skip_verify", "skip_verify", "false",   "true",    "config.verify-skipped"    },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rule_subject subject = config(rows[i].key);

        subject.path = rows[i].path;
        subject.previous = rows[i].previous;
        subject.current = rows[i].current;
        assert_true(fires(&subject, rows[i].rule));
        assert_true(severity_of(&subject) >= SEVERITY_HIGH);
        subject.previous = rows[i].current;
        subject.current = rows[i].previous;
        assert_false(fires(&subject, rows[i].rule));
    }
}

static void encryption_is_switched_off_only_where_it_was_on(void **state)
{
    struct rule_subject subject = config("enabled");

    (void)state;
    subject.path = "ingress.tls.enabled";
    subject.current = "false";
    assert_true(fires(&subject, "config.tls-off"));
    subject.change_type = CHANGE_TYPE_ADDED;
    assert_false(fires(&subject, "config.tls-off"));
}

static void the_smallest_version_of_something_else_is_none_of_tls(void **state)
{
    struct rule_subject subject = config("minVersion");

    (void)state;
    subject.previous = "9";
    subject.current = "10";
    subject.path = "mobile.ios.minVersion";
    assert_false(fires(&subject, "config.tls-version"));
    subject.key = "adminTlsReplicas";
    subject.path = "adminTlsReplicas";
    assert_false(fires(&subject, "config.tls-version"));
}

/* Each of them alone; the other way round none is told. */
static void values_that_open_doors_are_told_by_themselves(void **state)
{
    static const struct {
        const char *path, *key, *previous, *current, *rule;
        enum severity severity;
    } rows[] = {
        {"tls.minVersion",                                            "minVersion",                               "1.2",               "1.0",                     "config.tls-version",         SEVERITY_HIGH    },
        { "tls.options.default.minVersion",                           "minVersion",                               "VersionTLS12",      "VersionTLS10",
         "config.tls-version",                                                                                                                                                                  SEVERITY_HIGH    },
        { "server.ssl.protocol",                                      "protocol",                                 "TLSv1.2",           "TLSv1",                   "config.tls-version",
         SEVERITY_HIGH                                                                                                                                                                                           },
        { "TLS_MIN",                                                  "TLS_MIN_VERSION",                          "TLSv1.2",           "TLSv1.1",                 "config.tls-version",         SEVERITY_HIGH    },
        { "auth.mode",                                                "mode",                                     "oidc",              "none",                    "config.access-none",         SEVERITY_CRITICAL},
        { "web.authType",                                             "authType",                                 "basic",             "off",                     "config.access-none",         SEVERITY_CRITICAL},
        { "a.reclaimPolicy",                                          "reclaimPolicy",                            "Retain",            "Delete",                  "config.reclaimed",
         SEVERITY_HIGH                                                                                                                                                                                           },
        { "up",                                                       "up",                                       "https://a.example", "http://a.example",        "config.unencrypted-address",
         SEVERITY_HIGH                                                                                                                                                                                           },
        { "i.ssl-redirect",                                           "nginx.ingress.kubernetes.io/ssl-redirect", "true",              "false",
         "config.redirect-off",                                                                                                                                                                 SEVERITY_MEDIUM  },
        { "i.\"nginx.ingress.kubernetes.io/whitelist-source-range\"", "x",                                        "10.0.0.0/8",
         "0.0.0.0/0",                                                                                                                                             "config.everybody",           SEVERITY_HIGH    },
        { "svc.loadBalancerSourceRanges.0",                           "loadBalancerSourceRanges",                 "10.0.0.0/8",        "0.0.0.0/0",
         "config.everybody",                                                                                                                                                                    SEVERITY_HIGH    },
        { "a.runAsUser",                                              "runAsUser",                                "1000",              "0",                       "config.root",                SEVERITY_HIGH    },
        { "a.capabilities.add.0",                                     "add",                                      "CHOWN",             "SYS_ADMIN",               "config.capability",          SEVERITY_HIGH    },
        { "r.rules.0.verbs.0",                                        "verbs",                                    "get",               "*",                       "config.rights-all",          SEVERITY_HIGH    },
        { "r.rules.resources",                                        "resources",                                "pods",              "*",                       "config.rights-all",          SEVERITY_HIGH    },
        { "roleRef.name",                                             "name",                                     "view",              "cluster-admin",           "config.rights-admin",        SEVERITY_HIGH    },
        { "subjects.a.name",                                          "name",                                     "a",                 "system:anonymous",        "config.rights-everybody",
         SEVERITY_CRITICAL                                                                                                                                                                                       },
        { "v.d.hostPath.path",                                        "path",                                     "/data",             "/run/docker.sock",        "config.host-path",
         SEVERITY_HIGH                                                                                                                                                                                           },
        { "s.volumes.0",                                              "volumes",                                  "/data:/data",       "/var/run/docker.sock:/x", "config.host-path",
         SEVERITY_HIGH                                                                                                                                                                                           },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rule_subject subject = config(rows[i].key);

        subject.path = rows[i].path;
        subject.previous = rows[i].previous;
        subject.current = rows[i].current;
        if (!fires(&subject, rows[i].rule) || severity_of(&subject) != rows[i].severity)
            fail_msg("%s: %s", rows[i].path, rows[i].rule);
        subject.previous = rows[i].current;
        subject.current = rows[i].previous;
        assert_false(fires(&subject, rows[i].rule));
    }
}

static void addresses_within_the_machine_need_no_encryption(void **state)
{
    struct rule_subject subject = config("up");

    (void)state;
    subject.previous = "https://a.example";
    subject.current = "http://localhost:8080/a";
    assert_false(fires(&subject, "config.unencrypted-address"));
    subject.current = "http://[::1]/";
    assert_false(fires(&subject, "config.unencrypted-address"));
    subject.current = "http://b.example/a";
    assert_true(fires(&subject, "config.unencrypted-address"));
}

static void what_runs_and_how_much_of_it_is_medium(void **state)
{
    struct rule_subject subject = config("tag");

    (void)state;
    subject.previous = "v1";
    subject.current = "v2";
    assert_int_equal(severity_of(&subject), SEVERITY_MEDIUM);
    subject.current = "latest";
    assert_int_equal(severity_of(&subject), SEVERITY_HIGH);
    subject = config("cpu");
    subject.path = "server.resources.requests.cpu";
    assert_int_equal(severity_of(&subject), SEVERITY_MEDIUM);
    subject = config("replicaCount");
    subject.current = "3";
    assert_int_equal(severity_of(&subject), SEVERITY_MEDIUM);
    subject.current = "0";
    assert_true(fires(&subject, "config.stopped"));
}

static void a_volume_that_is_given_up_is_told(void **state)
{
    static const char *const paths[] = { "persistence.enabled",
                                         "postgresql.primary.persistence.enabled",
                                         "server.persistentVolume.enabled" };
    struct rule_subject subject = config("enabled");

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        subject.path = paths[i];
        subject.previous = "true";
        subject.current = "false";
        assert_true(fires(&subject, "config.persistence-off"));
        assert_int_equal(severity_of(&subject), SEVERITY_HIGH);
        subject.previous = "false";
        subject.current = "true";
        assert_false(fires(&subject, "config.persistence-off"));
    }
}

static void debugging_is_graver_in_production(void **state)
{
    struct rule_subject subject = config("DEBUG");

    (void)state;
    subject.current = "app:*";
    assert_int_equal(severity_of(&subject), SEVERITY_MEDIUM);
    subject.previous_environment = "PROD";
    assert_int_equal(severity_of(&subject), SEVERITY_HIGH);
    subject.current = "false";
    assert_int_equal(severity_of(&subject), SEVERITY_LOW);
    subject.current = "";
    assert_int_equal(severity_of(&subject), SEVERITY_LOW);
}

static void open_origins_are_found_by_a_star(void **state)
{
    struct rule_subject subject = config("CORS_ALLOWED_ORIGINS");

    (void)state;
    subject.current = "*";
    assert_true(fires(&subject, "config.origins"));
    subject.current = "https://example.org";
    assert_false(fires(&subject, "config.origins"));
}

static void an_order_and_an_empty_value_fire_nothing_but_their_own_rules(void **state)
{
    struct rule_subject subject = config("AUTH_HOSTS");

    (void)state;
    subject.detail = DETAIL_REORDERED;
    assert_int_equal(severity_of(&subject), SEVERITY_INFO);
    assert_true(fires(&subject, "config.order"));
    subject.detail = DETAIL_NONE;
    subject.marks = MARK_EMPTY;
    assert_int_equal(severity_of(&subject), SEVERITY_INFO);
    assert_true(fires(&subject, "config.empty"));
}

static void a_null_that_gets_a_value_changes_no_type(void **state)
{
    struct rule_subject subject = config("limits");

    (void)state;
    subject.detail = DETAIL_TYPE_CHANGED;
    subject.previous = "null";
    subject.current = "{\"memory\":\"256Mi\"}";
    assert_false(fires(&subject, "config.type"));
    subject.previous = "none";
    assert_true(fires(&subject, "config.type"));
}

static void security_words_make_code_critical_but_names_do_not(void **state)
{
    struct rule_subject subject = code("src/login.c");

    (void)state;
    subject.said = said_in("Fix a security hole");
    assert_int_equal(severity_of(&subject), SEVERITY_CRITICAL);
    subject.said = said_in("Answer CVE-2024-3094");
    assert_int_equal(severity_of(&subject), SEVERITY_CRITICAL);
    subject.said = said_in("fix(security): align the button");
    assert_int_equal(severity_of(&subject), SEVERITY_LOW);
    subject.said = said_in("Bump spring-security from 5 to 6 in src/security/pom.xml");
    assert_int_equal(severity_of(&subject), SEVERITY_LOW);
    subject = code("docs/security.md");
    subject.said = said_in("Fix a security hole");
    assert_int_equal(severity_of(&subject), SEVERITY_INFO);
}

static void generated_files_are_not_large(void **state)
{
    static const char *const paths[] = { "package-lock.json", "web/dist/app.js", "go.sum",
                                         "vendor/x/y.c", "a/b.min.js" };

    (void)state;
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct rule_subject subject = code(paths[i]);
        subject.lines = 9000;
        if (fires(&subject, "code.large"))
            fail_msg("%s", paths[i]);
    }
}

static void files_that_matter_are_known_by_their_names(void **state)
{
    static const struct {
        const char *path, *rule;
        enum change_type type;
    } cases[] = {
        {"db/migrations/20250120_users.sql",  "code.migration-new",        CHANGE_TYPE_ADDED   },
        { "db/migrations/20250120_users.sql", "code.migration-changed",    CHANGE_TYPE_MODIFIED},
        { "deploy/.env",                      "code.key-file",             CHANGE_TYPE_ADDED   },
        { "keys/server.pem",                  "code.key-file",             CHANGE_TYPE_ADDED   },
        { ".github/workflows/ci.yml",         "code.workflow",             CHANGE_TYPE_MODIFIED},
        { ".gitlab-ci.yml",                   "code.pipeline",             CHANGE_TYPE_MODIFIED},
        { "api/Dockerfile",                   "code.image",                CHANGE_TYPE_MODIFIED},
        { "infra/main.tf",                    "code.deployment",           CHANGE_TYPE_MODIFIED},
        { "web/package.json",                 "code.libraries",            CHANGE_TYPE_MODIFIED},
        { "src/test/login_test.go",           "code.test",                 CHANGE_TYPE_MODIFIED},
        { "docs/intro.html",                  "code.documentation-folder", CHANGE_TYPE_MODIFIED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rule_subject subject = code(cases[i].path);
        subject.change_type = cases[i].type;
        if (!fires(&subject, cases[i].rule))
            fail_msg("%s does not fire on %s", cases[i].rule, cases[i].path);
    }
}

static void files_that_only_look_like_them_are_not(void **state)
{
    static const struct {
        const char *path, *rule;
    } cases[] = {
        {"src/migrations/README.md",               "code.migration-changed"},
        { "db/migrations/20250120_users.down.sql", "code.migration-changed"},
        { "db/migrations/U2__users.sql",           "code.migration-changed"},
        { ".env.example",                          "code.key-file"         },
        { "tests/fixtures/server.pem",             "code.key-file"         },
        { "src/keys.c",                            "code.key-file"         },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rule_subject subject = code(cases[i].path);
        if (fires(&subject, cases[i].rule))
            fail_msg("%s fires on %s", cases[i].rule, cases[i].path);
    }
}

/* Nothing runs it on deployment. */
static void a_way_back_is_no_migration_that_is_deployed(void **state)
{
    struct rule_subject forth = code("db/migrations/20250120_users.up.sql");
    struct rule_subject back = code("db/migrations/20250120_users.down.sql");

    (void)state;
    forth.change_type = back.change_type = CHANGE_TYPE_ADDED;
    assert_true(fires(&forth, "code.migration-new"));
    assert_false(fires(&back, "code.migration-new"));
    forth = code("db/migrations/0002_shut_down.sql");
    forth.change_type = CHANGE_TYPE_ADDED;
    assert_true(fires(&forth, "code.migration-new"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_that_guard_access_are_critical),
        cmocka_unit_test(keys_that_lead_to_other_services_are_high),
        cmocka_unit_test(what_leads_nowhere_leads_to_no_other_service),
        cmocka_unit_test(the_life_of_a_session_is_a_matter_of_security),
        cmocka_unit_test(switching_verification_off_is_critical),
        cmocka_unit_test(protections_are_known_by_what_they_stand_below),
        cmocka_unit_test(certificates_are_told_by_what_the_key_stands_in),
        cmocka_unit_test(encryption_is_switched_off_only_where_it_was_on),
        cmocka_unit_test(the_smallest_version_of_something_else_is_none_of_tls),
        cmocka_unit_test(values_that_open_doors_are_told_by_themselves),
        cmocka_unit_test(addresses_within_the_machine_need_no_encryption),
        cmocka_unit_test(what_runs_and_how_much_of_it_is_medium),
        cmocka_unit_test(a_volume_that_is_given_up_is_told),
        cmocka_unit_test(debugging_is_graver_in_production),
        cmocka_unit_test(open_origins_are_found_by_a_star),
        cmocka_unit_test(an_order_and_an_empty_value_fire_nothing_but_their_own_rules),
        cmocka_unit_test(a_null_that_gets_a_value_changes_no_type),
        cmocka_unit_test(security_words_make_code_critical_but_names_do_not),
        cmocka_unit_test(generated_files_are_not_large),
        cmocka_unit_test(files_that_matter_are_known_by_their_names),
        cmocka_unit_test(files_that_only_look_like_them_are_not),
        cmocka_unit_test(a_way_back_is_no_migration_that_is_deployed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
