#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/clock.h>
#include <pilab/drift/mask.h>
#include <pilab/drift/rules.h>

#include "../../support/patience.h"

/* A value and what is shown of it; the same: it is no secret. */
struct shown {
    const char *key, *value, *expected;
};

static void assert_rows(const struct shown *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct strbuf out = STRBUF_INIT;
        enum secret_kind kind = mask_value(&out, rows[i].key, rows[i].value, strlen(rows[i].value));
        const char *expected = rows[i].expected != NULL ? rows[i].expected : rows[i].value;

        if (strcmp(out.data, expected) != 0)
            fail_msg("%s\nis shown as\n%s\nand not as\n%s", rows[i].value, out.data, expected);
        assert_int_equal(kind == SECRET_NONE, rows[i].expected == NULL);
        strbuf_release(&out);
    }
}

#define ASSERT_ROWS(rows) assert_rows(rows, sizeof(rows) / sizeof *(rows))

/* clang-format off */
static void names_that_look_like_a_secret_and_are_none(void **state)
{
    static const char *const names[] = {
        "secretName", "existingSecret", "passwordPolicy", "tokenReviewUrl", "passwordSecretKeyRef",
        "API_KEY_HEADER_NAME", "password-stdin", "passwordFile", "tokenTTL", "TOKEN_TYPE",
        "secretProviderClass", "PASSWORD_MIN_LENGTH", "maxTokens", "sort_key", "secretRef",
        "imagePullSecret", "API_KEY_ID", "publicKey",
        "passwordCharacterEncoding", "passwordEncoder", "sslpasswordcallback", "tokens_per_minute",
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (secret_key(names[i]))
            fail_msg("%s is taken for a secret", names[i]);
    }
}

/* Words of their own, and not the ends of others. */
static void short_names_of_passwords_are_known(void **state)
{
    static const char *const secret[] = {
        "pw", "PW", "db_pw", "DB_PW", "userPw", "user-pw", "smtp.pass", "pass", "PASS", "rootpw",
        "adminpass", "kennwort", "db.passwort",
    };
    static const char *const none[] = {
        "bypass", "compass", "encompass", "trespass", "passThrough", "pass_through", "passes",
        "passed", "pwm", "PWM", "pwa", "PWA", "pwmPin", "wpw", "Bypass", "compassUrl", "PassCount",
    };
    static const struct shown rows[] = {
        { "pw", "Plain1111", "••••" },
        { "userPw", "hunter", "••••" },
        { "pass", "hunter2", "••••" },
        { "pass", "12345678", "••••" },
        { "proxy_pass", "http://app:K1@h/x", "http://app:••••@h/x" },
        { "values", "db:\n  pw: hunter2\n  pass: K1\n", "db:\n  pw: ••••\n  pass: ••••\n" },
        { "pass", "3", NULL },
        { "pass", "through", NULL },
        { "pass", "$(PASS)", NULL },
        { "proxy_pass", "http://backend:8080", NULL },
        { "script", "echo the tests pass: all of them\naction = pass\nbypass: yes1\npwm: a1\n", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof secret / sizeof *secret; i++) {
        if (!secret_key(secret[i]))
            fail_msg("%s is taken for none", secret[i]);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        if (secret_key(none[i]))
            fail_msg("%s is taken for a secret", none[i]);
    }
    ASSERT_ROWS(rows);
}

static void passwords_of_database_drivers_are_masked(void **state)
{
    static const struct shown rows[] = {
        { "dsn", "app:K1@tcp(db:3306)/x", "app:••••@tcp(db:3306)/x" },
        { "dsn", "DSN: app:K,1@tcp(db)/x app:K|;2@tcp(db)/x app:K\"3@tcp(db)/x",
          "DSN: app:••••@tcp(db)/x app:••••@tcp(db)/x app:••••@tcp(db)/x" },
        { "dsn", "app:p@ss:1@unix(/run/m.sock)/x", "app:••••@unix(/run/m.sock)/x" },
        { "args", "DSN=app:K1@/x run", "DSN=app:••••@/x run" },
        { "dsn", "app@tcp(db)/x, postgresql://me@/db?host=/s, app:@tcp(db)/x, app:${DB_PASS}@tcp(db)/x, %s:%s@tcp(%s)/x", NULL },
        { "code", "import a from '@/components'; f(user + \":\" + pass + \"@tcp(\")", NULL },
    };

    (void)state;
    ASSERT_ROWS(rows);
}

/* An entry of a list has no program beside it that says what it is. */
static void arguments_without_their_program_are_masked(void **state)
{
    static const struct shown rows[] = {
        { "args", "[\"-pPlain1111\", \"--user=admin:Plain1111\"]",
          "[\"-p••••\",\"--user=admin:••••\"]" },
        { "args", "[\"-u\", \"admin:Plain1111\", \"-v\"]", "[\"-u\",\"••••\",\"-v\"]" },
        { "command", "[\"/usr/bin/mysql\", \"-uroot\", \"-phunter\", \"db\"]",
          "[\"/usr/bin/mysql\",\"-uroot\",\"••••\",\"db\"]" },
        { "command", "[\"sudo\", \"sshpass\", \"-p\", \"hunter\", \"ssh\"]",
          "[\"sudo\",\"sshpass\",\"-p\",\"••••\",\"ssh\"]" },
        { "container", "{\"command\": [\"mysql\"], \"args\": [\"-phunter\", \"-Ddb\"]}",
          "{\"command\":[\"mysql\"],\"args\":[\"••••\",\"-Ddb\"]}" },
        { "args", "-pPlain1111", "-p••••" },
        { "args", "curl --user=admin:x https://h", "curl --user=admin:•••• https://h" },
        { "args", "[\"-p8080:80\", \"-pgroup\", \"-profile=Dev12345\", \"-pPath/To12\", \"-print0\"]", NULL },
        { "args", "[\"--user=1000:1000\", \"--user=app:app\", \"-u\", \"node:node\", \"-p\", \"8080\"]", NULL },
        { "command", "[\"mysql\", \"-p$MYSQL_PASSWORD\", \"-p$(PASSWORD)\"]", NULL },
    };

    (void)state;
    ASSERT_ROWS(rows);
}

static void a_text_in_yaml_is_looked_into(void **state)
{
    static const struct shown rows[] = {
        { "values", "password: hunter2", "password: ••••" },
        { "values", "auth:\n  user: app\n  password: hunter2\n",
          "auth:\n  user: app\n  password: ••••\n" },
        { "values", "secretName: db\nexistingSecret: x\n", NULL },
        { "yaml_body", "data:\n  k: aGVsbG8=\nkind: Secret\n", "data:\n  k: ••••\nkind: Secret\n" },
        { "yaml_body", "data:\n  k: hello\nkind: ConfigMap\n", NULL },
        { "manifest", "items:\n  - kind: Secret\n    data:\n      k: hunter2\n",
          "{\"items\":[{\"kind\":\"Secret\",\"data\":{\"k\":\"••••\"}}]}" },
        { "values", "args:\n  - --db-password\n  - hunter2\n  - --port\n  - 80\n",
          "args:\n  - --db-password\n  - ••••\n  - --port\n  - 80\n" },
        { "user_data", "#!/bin/sh\nexport DB_PASSWORD=hunter2\nrun\n",
          "#!/bin/sh\nexport DB_PASSWORD=••••\nrun\n" },
        { "user_data", "#cloud-config\nwrite_files:\n  - path: /etc/app.env\n    content: |\n"
          "      DB_PASSWORD=hunter2\n      MODE=fast\n",
          "#cloud-config\nwrite_files:\n  - path: /etc/app.env\n    content: |\n"
          "      DB_PASSWORD=••••\n      MODE=fast\n" },
    };

    (void)state;
    ASSERT_ROWS(rows);
}

static void a_text_in_json_is_looked_into(void **state)
{
    static const struct shown rows[] = {
        { "container_definitions",
          "[{\"name\":\"app\",\"command\":[\"--password=hunter2\",\"--db-password\",\"hunter3\"]}]",
          "[{\"name\":\"app\",\"command\":[\"--password=••••\",\"--db-password\",\"••••\"]}]" },
        { "container_definitions", "[{\"environment\":[{\"name\":\"API_KEY\",\"value\":\"k1\"}]}]",
          "[{\"environment\":[{\"name\":\"API_KEY\",\"value\":\"••••\"}]}]" },
        { "policy", "{\"kind\":\"ConfigMap\", \"data\":{\"k\":\"v\"}}", NULL },
        { "applied", "{\"kind\":\"Secret\",\"data\":{\"k\":\"hunter2\"}}",
          "{\"kind\":\"Secret\",\"data\":{\"k\":\"••••\"}}" },
        { "kubectl.kubernetes.io/last-applied-configuration", "{\"data\":{\"pw\":\"hunter2\"}}",
          "{\"data\":{\"pw\":\"••••\"}}" },
        { "config", "{\"auths\":{\"ghcr.io\":{\"auth\":\"dTpw\"}}}",
          "{\"auths\":{\"ghcr.io\":{\"auth\":\"••••\"}}}" },
        { "outer", "{\"inner\":\"{\\\"stringData\\\":{\\\"k\\\":\\\"x\\\"},\\\"kind\\\":"
          "\\\"Secret\\\"}\"}",
          "{\"inner\":\"{\\\"stringData\\\":{\\\"k\\\":\\\"••••\\\"},\\\"kind\\\":"
          "\\\"Secret\\\"}\"}" },
        { "set_sensitive", "{\"set_sensitive\":[{\"name\":\"a\",\"value\":\"hunter2\"}]}",
          "{\"set_sensitive\":[{\"name\":\"a\",\"value\":\"••••\"}]}" },
    };

    (void)state;
    ASSERT_ROWS(rows);
}

static void command_lines_are_looked_through(void **state)
{
    static const struct shown rows[] = {
        { "x", "app --db-password hunter2 --port 80", "app --db-password •••• --port 80" },
        { "x", "app --db-password \"hunter 2\" -v", "app --db-password \"••••\" -v" },
        { "x", "[\"sh\",\"--token\", \"hunter2\"]", "[\"sh\",\"--token\",\"••••\"]" },
        { "x", "--password-stdin registry.example", NULL },
        { "x", "docker build --secret id=npm .", NULL },
        { "x", "app --token $TOKEN --password ${PASSWORD}", NULL },
        { "x", "app --password-file /run/secrets/db --verbose", NULL },
        { "x", "app --password --verbose", NULL },
        { "x", "curl -u app:hunter2 https://h", "curl -u app:•••• https://h" },
        { "x", "docker run -u 1000:1000 -p 8080:80 app", NULL },
        { "x", "mysql -uroot -phunter2 shop", "mysql -uroot -p•••• shop" },
        { "x", "mkdir -p /var/lib/mysql /x", NULL },
        { "x", "sshpass -p hunter2 ssh h", "sshpass -p •••• ssh h" },
    };

    (void)state;
    ASSERT_ROWS(rows);
}

static void headers_and_connection_strings_are_looked_through(void **state)
{
    static const struct shown rows[] = {
        { "cmd", "curl -H 'Authorization: Bearer hunter2' https://h",
          "curl -H 'Authorization: Bearer ••••' https://h" },
        { "cmd", "curl -H \"authorization: token abcdef\"",
          "curl -H \"authorization: token ••••\"" },
        { "h", "{\"Authorization\":\"Basic YTpi\"}", "{\"Authorization\":\"Basic ••••\"}" },
        { "h", "Bearer hunter2", "Bearer ••••" },
        { "h", "Bearer abcdefgh", "Bearer ••••" },
        { "h", "Bearer ${TOKEN}", NULL },
        { "h", "Bearer token", NULL },
        { "h", "uses Bearer authentication", NULL },
        { "h", "Bearer of bad news", NULL },
        { "h", "authorization: RBAC", NULL },
        { "dsn", "Server=db;Database=x;Uid=app;Pwd=hunter2;", "Server=db;Database=x;Uid=app;Pwd=••••;" },
        { "dsn", "AccountName=x;AccountKey=abc==;EndpointSuffix=y",
          "AccountName=x;AccountKey=••••;EndpointSuffix=y" },
        { "url", "redis://:hunter2@cache:6379/0", "redis://:••••@cache:6379/0" },
        { "user_data_base64", "IyEvYmluL3No", "••••" },
        { "github-token", "${{ secrets.GITHUB_TOKEN }}", NULL },
        { "id-token", "write", NULL },
    };

    (void)state;
    ASSERT_ROWS(rows);
}

static void assert_text(bool patch, const char *text, const char *expected)
{
    struct strbuf out = STRBUF_INIT;

    mask_text(&out, "deploy/app.yaml", patch, text, strlen(text));
    assert_string_equal(out.data, expected != NULL ? expected : text);
    strbuf_release(&out);
}

static void arguments_in_a_patch_are_masked_on_both_sides(void **state)
{
    (void)state;
    assert_text(true,
                "@@ -1,4 +1,4 @@\n args:\n   - --db-password\n-  - hunter2\n+  - hunter3\n   - --port\n",
                "@@ -1,4 +1,4 @@\n args:\n   - --db-password\n-  - ••••\n+  - ••••\n   - --port\n");
}

static void an_applied_secret_in_a_patch_is_masked(void **state)
{
    (void)state;
    assert_text(true,
                "@@ -1,2 +1,2 @@\n metadata:\n"
                "-  last-applied-configuration: \"{\\\"data\\\":{\\\"k\\\":\\\"aGk=\\\"},\\\"kind\\\":\\\"Secret\\\"}\"\n"
                "+  last-applied-configuration: '{\"kind\":\"Secret\",\"stringData\":{\"k\":\"aG8\"}}'\n",
                "@@ -1,2 +1,2 @@\n metadata:\n"
                "-  last-applied-configuration: \"{\\\"data\\\":{••••},\\\"kind\\\":\\\"Secret\\\"}\"\n"
                "+  last-applied-configuration: '{\"kind\":\"Secret\",\"stringData\":{••••}}'\n");
    assert_text(true, "@@ -1,2 +1,2 @@\n kind: Secret\n-data: {k: aGk=}\n+data: {k: aG8=}\n",
                "@@ -1,2 +1,2 @@\n kind: Secret\n-data: {k: ••••}\n+data: {k: ••••}\n");
}

static void data_is_masked_wherever_the_kind_stands(void **state)
{
    (void)state;
    assert_text(false, "apiVersion: v1\ndata:\n  k: aGk=\nkind: Secret\n---\ndata:\n  k: hi\nkind: ConfigMap\n",
                "apiVersion: v1\ndata:\n  k: ••••\nkind: Secret\n---\ndata:\n  k: hi\nkind: ConfigMap\n");
    assert_text(true, "@@ -1,3 +1,3 @@\n apiVersion: v1\n data:\n-  k: aGk=\n+  k: aG8=\n kind: Secret\n",
                "@@ -1,3 +1,3 @@\n apiVersion: v1\n data:\n-  k: ••••\n+  k: ••••\n kind: Secret\n");
}
static void base64_on_several_lines_is_masked(void **state)
{
    (void)state;
    /* #!/bin/sh … export DB_PASSWORD= | hunter2 … */
    assert_text(false,
                "data:\n"
                "  IyEvYmluL3NoCmVjaG8geHh4eHh4eHh4eHh4eHh4eHh4eHh4eApleHBvcnQgREJfUEFTU1dPUkQ9\n"
                "  aHVudGVyMgpydW4gdGhlIGFwcGxpY2F0aW9uIHdpdGggaXQsIGFuZCB3YWl0IGZvciBpdCB0byBi\n"
                "  ZSB0aGVyZQo=\n"
                "end: 1\n",
                "data:\n"
                "  ••••\n"
                "  ••••\n"
                "  ••••\n"
                "end: 1\n");
    assert_text(true,
                "@@ -1,4 +1,4 @@\n"
                " data: \"IyEvYmluL3NoCmVjaG8geHh4eHh4eHh4eHh4eHh4eHh4eHh4eApleHBvcnQgREJfUEFTU1dPUkQ9\n"
                "-  aHVudGVyMgpydW4gdGhlIGFwcGxpY2F0aW9uIHdpdGggaXQsIGFuZCB3YWl0IGZvciBpdCB0byBi\n"
                "-  ZSB0aGVyZQo=\"\n"
                "+  aHVudGVyMwpydW4gdGhlIGFwcGxpY2F0aW9uIHdpdGggaXQsIGFuZCB3YWl0IGZvciBpdCB0byBi\n"
                "+  ZSB0aGVyZQo=\"\n"
                " end: 1\n",
                "@@ -1,4 +1,4 @@\n"
                " data: \"••••\n"
                "-  ••••\n"
                "-  ••••\"\n"
                "+  ••••\n"
                "+  ••••\"\n"
                " end: 1\n");
    assert_text(true,
                "@@ -1,0 +1,3 @@\n"
                "+IyEvYmluL3NoCmVjaG8geHh4eHh4eHh4eHh4eHh4eHh4eHh4eApleHBvcnQgREJfUEFTU1dPUkQ9\n"
                "+aHVudGVyMgpydW4gdGhlIGFwcGxpY2F0aW9uIHdpdGggaXQsIGFuZCB3YWl0IGZvciBpdCB0byBi\n"
                "+ZSB0aGVyZQo=\n"
                "@@ -9 +12 @@\n"
                " aHVudGVyMgpydW4gdGhlIGFwcGxpY2F0aW9uIHdpdGggaXQsIGFuZCB3YWl0IGZvciBpdCB0byBi\n",
                "@@ -1,0 +1,3 @@\n"
                "+••••\n"
                "+••••\n"
                "+••••\n"
                "@@ -9 +12 @@\n"
                " aHVudGVyMgpydW4gdGhlIGFwcGxpY2F0aW9uIHdpdGggaXQsIGFuZCB3YWl0IGZvciBpdCB0byBi\n");
    /* Nothing is hidden in it, and a word behind it is no part of it. */
    assert_text(false,
                "IyEvYmluL3NoCmVjaG8gbm90aGluZyBpcyB0byBiZSBoaWRkZW4gaGVyZSwgd2hhdGV2ZXIgdGhl\n"
                "IGxpbmUKZWNobyBub3RoaW5nIGlzIHRvIGJlIGhpZGRlbiBoZXJlLCB3aGF0ZXZlciB0aGUgbGlu\n"
                "ZQplY2hvIG5vdGhpbmcgaXMgdG8gYmUgaGlkZGVuIGhlcmUsIHdoYXRldmVyIHRoZSBsaW5lCg==\n"
                "done\n",
                NULL);
    assert_text(false,
                "IyEvYmluL3NoCmVjaG8geHh4eHh4eHh4eHh4eHh4eHh4eHh4eApleHBvcnQgREJfUEFTU1dPUkQ9\n"
                "aHVudGVyMgpydW4gdGhlIGFwcGxpY2F0aW9uIHdpdGggaXQsIGFuZCB3YWl0IGZvciBpdCB0byBi\n"
                "done\n",
                "••••\n"
                "••••\n"
                "done\n");
}

static void signatures_in_an_address_are_masked(void **state)
{
    static const struct shown rows[] = {
        { "url", "https://h/x?api_key=Plain1111&sig=Plain1111", "https://h/x?api_key=••••&sig=••••" },
        { "url", "https://a.blob.core.windows.net/c/b?sv=2022-11-02&sp=r&sig=aB3%2FxYz0123456789abcdefg%3D",
          "https://a.blob.core.windows.net/c/b?sv=2022-11-02&sp=r&sig=••••" },
        { "sas", "sig=short", NULL },
        { "sas", "?sig=aB3%2FxYz0123456789abcdefg%3D&sp=r", "?sig=••••&sp=r" },
        { "url", "https://b.s3.amazonaws.com/k?X-Amz-Credential=X%2F20260101%2Feu&X-Amz-Date=2&"
                 "X-Amz-Security-Token=IQoJb3&X-Amz-Signature=0123456789abcdef0123",
          "https://b.s3.amazonaws.com/k?X-Amz-Credential=••••&X-Amz-Date=2&"
          "X-Amz-Security-Token=••••&X-Amz-Signature=••••" },
        { "url", "https://storage.googleapis.com/b/o?X-Goog-Date=1&X-Goog-Signature=0123456789abcdef0123",
          "https://storage.googleapis.com/b/o?X-Goog-Date=1&X-Goog-Signature=••••" },
        { "url", "https://x/?token=abc1", "https://x/?token=••••" },
        { "page", "<a href=\"https://x/?n=1&amp;token=abc1\">", "<a href=\"https://x/?n=1&amp;token=••••\">" },
        { "json", "https://x/?n=1\\u0026token=abc1", "https://x/?n=1\\u0026token=••••" },
        { "url", "https://x/?token=${TOKEN}&n=1", NULL },
        { "url", "https://x/?token={token}", NULL },
        { "url", "https://x/?n=%s&sig=1&signature=sha256", NULL },
        { "url", "https://x/?tokens_per_page=100&type=x", NULL },
    };
    static const char program[] = "get(\"https://x/?token=abc1\", token);";
    struct strbuf out = STRBUF_INIT;

    (void)state;
    ASSERT_ROWS(rows);
    mask_text(&out, "a.ts", false, program, sizeof program - 1);
    assert_string_equal(out.data, "get(\"https://x/?token=••••\", token);");
    strbuf_clear(&out);
    assert_int_equal(mask_sql(&out, DIALECT_POSTGRESQL, NULL, "select 'https://x/?token=abc1'", 30), 1);
    assert_string_equal(out.data, "select 'https://x/?token=••••'");
    strbuf_release(&out);
}

static void placeholders_in_an_address_stay(void **state)
{
    static const struct shown rows[] = {
        { "url", "https://x/y?token={{ .Values.token }}&a=1", NULL },
        { "url", "https://x/y?token={{ index .Values \"token\" }}", NULL },
        { "url", "https://x/y?token={{ .Values.a }}-{{ .Values.b }}&a=1", NULL },
        { "url", "https://x/y?n=1&token=${{ secrets.X }}&a=1", NULL },
        { "url", "https://x/y?sig=${{ secrets.SIGNATURE }}&a=1", NULL },
        { "url", "https://x/y?token=$(token)&a=1", NULL },
        { "url", "https://x/y?token=${TOKEN}&a=1", NULL },
        { "url", "https://x/y?token=<token>&a=1", NULL },
        { "url", "https://x/y?token=%TOKEN%&a=1", NULL },
        { "url", "https://x/y?token=%s&a=1", NULL },
        { "url", "https://x/y?token=:token&a=1", NULL },
        { "url", "https://x/y?token=$TOKEN&a=1", NULL },
        { "url", "https://x/y?token=$token", NULL },
        { "page", "https://x/y?n=1&amp;token=:token&amp;a=1", NULL },
        { "json", "https://x/y?n=1\\u0026token=:token\\u0026a=1", NULL },
        { "url", "postgres://app:$password@db/x", NULL },
        { "url", "postgres://app:%PASSWORD%@db/x", NULL },
        { "url", "postgres://app:{password}@db/x", NULL },
        { "url", "postgres://app:%s@db/x", NULL },
        { "url", "jdbc:mysql://h/d?allowPublicKeyRetrieval=true&passwordCharacterEncoding=UTF-8", NULL },
        { "url", "https://x/y?tokenType=bearer&tokens_per_minute=abc&key_id=abc", NULL },
        /* A literal beside or within one. */
        { "url", "https://x/y?token=ab{{ .Values.a }}cd&a=1", "https://x/y?token=••••&a=1" },
        { "url", "https://x/y?token=${TOKEN:-hunter2}&a=1", "https://x/y?token=••••&a=1" },
        { "url", "https://x/y?token=$(token)hunter2&a=1", "https://x/y?token=••••&a=1" },
        { "url", "https://x/y?token={{ hunter2&a=1", "https://x/y?token=•••• hunter2&a=1" },
        { "url", "https://x/y?password=:hunter2&a=1", "https://x/y?password=••••&a=1" },
        { "url", "https://x/y?password=$ecret1&a=1", "https://x/y?password=••••&a=1" },
        { "url", "https://x/y?password=%41%42&a=1", "https://x/y?password=••••&a=1" },
        { "url", "https://x/y?password=hunter?2&a=1", "https://x/y?password=••••&a=1" },
        { "url", "postgres://app:$ecret1@db/x", "postgres://app:••••@db/x" },
        { "url", "postgres://app::word@db/x", "postgres://app:••••@db/x" },
        { "url", "postgres://app:$uperSecret@db/x", "postgres://app:••••@db/x" },
        { "url", "mysql://app:{hunterhunter}@db/x", "mysql://app:••••@db/x" },
        { "url", "https://x/y?token=:correcthorsebattery", "https://x/y?token=••••" },
        { "url", "https://x/y?token={jwt}&a={0}", NULL },
        { "url", "https://x/y?token=$accessToken", NULL },
        { "url", "https://x/y?token=:jwt", NULL },
        { "url", "https://x/y?token={mytoken}", NULL },
    };

    (void)state;
    ASSERT_ROWS(rows);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(secret_value(rows[i].value, strlen(rows[i].value)), rows[i].expected != NULL);
}

static void base64_that_holds_a_secret_is_masked(void **state)
{
    static const struct shown rows[] = {
        /* #!/bin/sh\nexport DB_PASSWORD=hunter2\n */
        { "user_data", "IyEvYmluL3NoCmV4cG9ydCBEQl9QQVNTV09SRD1odW50ZXIyCg==", "••••" },
        { "content", "a: IyEvYmluL3NoCmV4cG9ydCBEQl9QQVNTV09SRD1odW50ZXIyCg== b", "a: •••• b" },
        /* {"url":"https://x/?token=abc1"} */
        { "body", "eyJ1cmwiOiJodHRwczovL3gvP3Rva2VuPWFiYzEifQ==", "••••" },
        /* The first one in base64 once more. */
        { "body", "SXlFdlltbHVMM05vQ21WNGNHOXlkQ0JFUWw5UVFWTlRWMDlTUkQxb2RXNTBaWEl5Q2c9PQ==", "••••" },
        { "user_data", "path/IyEvYmluL3NoCmV4cG9ydCBEQl9QQVNTV09SRD1odW50ZXIyCg==", "path/••••" },
        /* Five times, and nothing in it. */
        { "body", "VmpGYVUyUnNiM2xUYmxKUVZrVktiMVZxU2pSTlZtUjFZa1ZPVGxJd2J6RlZWekExWVVaWmVGTnVUbFJXVjFKMldXdGtUMlJHV2xoYVJuQllVbXRhZFZZeFdtdE9SMDEzVkcwMVVWWkVRVGs9", "••••" },
        /* #!/bin/sh\necho nothing to hide here\n */
        { "user_data", "IyEvYmluL3NoCmVjaG8gbm90aGluZyB0byBoaWRlIGhlcmUK", NULL },
        { "path", "/usr/local/share/application/configuration/production", NULL },
        { "digest", "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", NULL },
    };

    (void)state;
    ASSERT_ROWS(rows);
}

/* clang-format on */

/* Masks a start and a part over and over, and says how long that took. */
static int64_t time_of(const char *start, const char *part, size_t size)
{
    struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;
    int64_t begin = clock_monotonic();

    strbuf_add(&text, start);
    while (text.length < size)
        strbuf_add(&text, part);
    mask_value(&out, "url", text.data, text.length);
    strbuf_release(&text);
    strbuf_release(&out);
    return clock_monotonic() - begin;
}

static void an_address_of_many_parameters_is_read_once(void **state)
{
    static const char *const parts[] = { "?a=", "?token={", "&token={{", "?token={{&token={{a}}-" };

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_true(time_of("https://x/", parts[i], (size_t)120 << 10) < patience(2000));
}

static void what_is_looked_for_before_and_behind_is_looked_for_nearby(void **state)
{
    static const char *const parts[] = { "@/",     "@tcp(", "a:@/",  ",-p",     " -u,",    "-u=a:,",
                                         "-pA1a,", "-u a,", "pass:", "--user=", "mysql -p" };

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (time_of("a:", parts[i], (size_t)120 << 10) >= patience(2000))
            fail_msg("many of %s take too long", parts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_in_an_address_are_masked),
        cmocka_unit_test(placeholders_in_an_address_stay),
        cmocka_unit_test(an_address_of_many_parameters_is_read_once),
        cmocka_unit_test(what_is_looked_for_before_and_behind_is_looked_for_nearby),
        cmocka_unit_test(base64_on_several_lines_is_masked),
        cmocka_unit_test(base64_that_holds_a_secret_is_masked),
        cmocka_unit_test(names_that_look_like_a_secret_and_are_none),
        cmocka_unit_test(short_names_of_passwords_are_known),
        cmocka_unit_test(passwords_of_database_drivers_are_masked),
        cmocka_unit_test(arguments_without_their_program_are_masked),
        cmocka_unit_test(a_text_in_yaml_is_looked_into),
        cmocka_unit_test(a_text_in_json_is_looked_into),
        cmocka_unit_test(command_lines_are_looked_through),
        cmocka_unit_test(headers_and_connection_strings_are_looked_through),
        cmocka_unit_test(arguments_in_a_patch_are_masked_on_both_sides),
        cmocka_unit_test(an_applied_secret_in_a_patch_is_masked),
        cmocka_unit_test(data_is_masked_wherever_the_kind_stands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
