#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/drift/mask.h>
#include <pilab/drift/rules.h>

static void assert_shown(const char *key, const char *value, const char *expected,
                         enum secret_kind kind)
{
    struct strbuf out = STRBUF_INIT;

    assert_int_equal(mask_value(&out, key, value, strlen(value)), kind);
    assert_string_equal(out.data, expected);
    strbuf_release(&out);
}

static void assert_text(const char *path, bool patch, const char *text, const char *expected)
{
    struct strbuf out = STRBUF_INIT;

    if (patch)
        mask_patch(&out, path, text, strlen(text));
    else
        mask_text(&out, path, false, text, strlen(text));
    assert_string_equal(out.data, expected);
    strbuf_release(&out);
}

static void keys_that_name_a_secret_are_known(void **state)
{
    static const char *const keys[] = {
        "DB_PASSWORD",
        "db-password",
        "dbPassword",
        "spring.datasource.password",
        "API_KEY",
        "apiKey",
        "STRIPE_API_KEY",
        "SECRET_KEY",
        "clientSecret",
        "client-secret",
        "AUTH_TOKEN",
        "token",
        "AWS_SECRET_ACCESS_KEY",
        "SMTP_PASS",
        "smtpPass",
        "jwt_secret",
        "private_key",
        "ENCRYPTION_KEY",
        "passphrase",
        "awsCredentials",
    };

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!secret_key(keys[i]))
            fail_msg("%s is not taken for a secret", keys[i]);
    }
}

static void keys_that_only_speak_of_a_secret_are_not_secrets(void **state)
{
    static const char *const keys[] = {
        "existingSecret",
        "secretName",
        "secretKeyRef",
        "imagePullSecrets",
        "passwordKey",
        "existingSecretPasswordKey",
        "tokenUrl",
        "bearerTokenFile",
        "primary_key",
        "publicKey",
        "topologyKey",
        "author",
        "key",
        "keys",
        "secretary",
        "PASSWORD_EXPIRY_DAYS",
        "csrfToken",
        "maxTokens",
        "serviceAccountToken",
        "bypass",
        "PWD",
        "CREDENTIALS_ID",
        "DB_SECRET_ARN",
        "secretsNamespace",
        "tokenType",
    };

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (secret_key(keys[i]))
            fail_msg("%s is taken for a secret", keys[i]);
    }
}

static void a_named_secret_is_masked_whole(void **state)
{
    (void)state;
    assert_shown("DB_PASSWORD", "hunter2", "••••", SECRET_NAMED);
    assert_shown("pinPassword", "1234", "••••", SECRET_NAMED);
}

static void what_is_no_value_is_not_masked(void **state)
{
    static const char *const values[] = {
        "",       "true",     "${DB_PASSWORD}",     "$(TOKEN)",
        "$TOKEN", "{{ .x }}", "<secret>",           "****",
        "••••",   "null",     "ENC[AES256,data:x]", "vault:secret/db#password"
    };

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        assert_shown("DB_PASSWORD", values[i], values[i], SECRET_NONE);
    assert_shown("passwordHistory", "12", "12", SECRET_NONE);
}

static void a_reference_with_a_literal_in_it_is_masked(void **state)
{
    (void)state;
    assert_shown("DB_PASSWORD", "${DB_PASSWORD:-hunter2}", "••••", SECRET_NAMED);
    assert_shown("DB_PASSWORD", "${A} hunter2 ${B}", "••••", SECRET_NAMED);
}

static void credentials_are_masked_wherever_they_stand(void **state)
{
    (void)state;
    assert_shown("DATABASE_URL", "postgres://app:s3cret@db.example.org:5432/shop",
                 "postgres://app:••••@db.example.org:5432/shop", SECRET_SHAPED);
    assert_shown("note", "uses AKIAIOSFODNN7EXAMPLE now", "uses •••• now", SECRET_SHAPED);
    assert_shown("ci", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "••••", SECRET_SHAPED);
    assert_shown("h", "Bearer abcdefghijklmnopqrstuvwxyz", "Bearer ••••", SECRET_SHAPED);
    assert_shown("hook", "https://hooks.slack.com/services/T00/B00/XXYYZZ123", "https://••••",
                 SECRET_SHAPED);
    assert_shown("id", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N", "••••",
                 SECRET_SHAPED);
    assert_shown("pem", "-----BEGIN EC PRIVATE KEY-----\nMHcCAQ\n-----END EC PRIVATE KEY-----\n",
                 "••••\n", SECRET_SHAPED);
}

static void what_only_looks_like_a_credential_is_shown(void **state)
{
    static const char *const values[] = {
        "https://example.org:8443/a@b",     "postgres://app:${DB_PASSWORD}@db/shop",
        "postgres://app@db/shop",           "-----BEGIN CERTIFICATE-----",
        "AKIA is how they start",           "XAKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.not.a.token", "Basic plan",
    };

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        assert_shown("x", values[i], values[i], SECRET_NONE);
}

static void arguments_and_texts_within_values_are_looked_through(void **state)
{
    (void)state;
    assert_shown("args", "--db-password=hunter2", "--db-password=••••", SECRET_NAMED);
    assert_shown("dsn", "Server=db;User=app;Password=x1y2z3;Ssl=true",
                 "Server=db;User=app;Password=••••;Ssl=true", SECRET_NAMED);
    assert_shown("callback", "https://example.org/cb?user=app&access_token=x1y2z3&n=1",
                 "https://example.org/cb?user=app&access_token=••••&n=1", SECRET_SHAPED);
    assert_shown("environment", "API_KEY=abc123", "API_KEY=••••", SECRET_NAMED);
    assert_shown("application.properties", "db.user=app\ndb.password=hunter2\nport=1\n",
                 "db.user=app\ndb.password=••••\nport=1\n", SECRET_NAMED);
    assert_shown("last-applied", "{\"user\":\"app\",\"password\":\"hunter2\",\"n\":1}",
                 "{\"user\":\"app\",\"password\":\"••••\",\"n\":1}", SECRET_NAMED);
}

static void yaml_lines_keep_everything_but_the_secret(void **state)
{
    (void)state;
    assert_text("values.yaml", false,
                "auth:\n"
                "  password: \"hunter2\" # rotate\n"
                "  user: app\n"
                "  token: abc def\n"
                "env:\n"
                "  - name: DB_PASSWORD\n"
                "    value: hunter2\n"
                "  - name: DB_USER\n"
                "    value: app\n"
                "  - {name: API_KEY, value: k1}\n",
                "auth:\n"
                "  password: \"••••\" # rotate\n"
                "  user: app\n"
                "  token: ••••\n"
                "env:\n"
                "  - name: DB_PASSWORD\n"
                "    value: ••••\n"
                "  - name: DB_USER\n"
                "    value: app\n"
                "  - {name: API_KEY, value: ••••}\n");
}

static void block_scalars_of_secrets_are_masked_line_by_line(void **state)
{
    (void)state;
    assert_text("values.yaml", false, "secretText: |\n  one\n\n  two\nplain: |\n  three\n",
                "secretText: |\n  ••••\n\n  ••••\nplain: |\n  three\n");
}

static void a_secret_that_begins_like_a_block_scalar_is_masked(void **state)
{
    (void)state;
    assert_text(".env", false, "PASSWORD=|hunter2\nTOKEN=>hunter2\n",
                "PASSWORD=••••\nTOKEN=>••••\n");
    assert_text("a.yaml", false, "password: |hunter2\n", "password: ••••\n");
}

static void the_data_of_a_kubernetes_secret_is_masked(void **state)
{
    (void)state;
    assert_text("secret.yaml", false,
                "kind: Secret\nmetadata:\n  name: db\ndata:\n  user: YXBw\n---\n"
                "kind: ConfigMap\ndata:\n  user: app\n",
                "kind: Secret\nmetadata:\n  name: db\ndata:\n  user: ••••\n---\n"
                "kind: ConfigMap\ndata:\n  user: app\n");
}

static void a_patch_is_masked_on_both_sides(void **state)
{
    (void)state;
    assert_text("deploy/values.yaml", true,
                "diff --git a/deploy/values.yaml b/deploy/values.yaml\n"
                "--- a/deploy/values.yaml\n"
                "+++ b/deploy/values.yaml\n"
                "@@ -1,4 +1,4 @@ password: hunter1\n"
                "   - name: DB_PASSWORD\n"
                "-    value: \"hunter2\"\n"
                "+    value: \"hunter3\"\n"
                "   - name: MODE\n"
                "     value: fast\n",
                "diff --git a/deploy/values.yaml b/deploy/values.yaml\n"
                "--- a/deploy/values.yaml\n"
                "+++ b/deploy/values.yaml\n"
                "@@ -1,4 +1,4 @@ password: ••••\n"
                "   - name: DB_PASSWORD\n"
                "-    value: \"••••\"\n"
                "+    value: \"••••\"\n"
                "   - name: MODE\n"
                "     value: fast\n");
}

static void statements_in_a_patch_of_sql_are_masked(void **state)
{
    (void)state;
    assert_text("db/004_x.up.sql", true,
                "--- a/db/004_x.up.sql\n"
                "+++ b/db/004_x.up.sql\n"
                "@@ -1,4 +1,9 @@ ALTER USER a PASSWORD 'K0';\n"
                " INSERT INTO users (name,\n"
                "-  password) VALUES ('x', 'K1');\n"
                "+  api_key) VALUES ('x',\n"
                "+  'K2');\n"
                "+ALTER USER a PASSWORD 'K3';\n"
                "+ALTER USER a IDENTIFIED BY K4;\n"
                "+ALTER TABLE t ADD token text DEFAULT 'K5', ADD api_key text DEFAULT \"K6\";\n"
                "+ALTER SUBSCRIPTION s CONNECTION 'host=h password=K7';\n"
                "\\ No newline at end of file\n",
                "--- a/db/004_x.up.sql\n"
                "+++ b/db/004_x.up.sql\n"
                "@@ -1,4 +1,9 @@ ALTER USER a PASSWORD '••••';\n"
                " INSERT INTO users (name,\n"
                "-  password) VALUES ('x', '••••');\n"
                "+  api_key) VALUES ('x',\n"
                "+  '••••');\n"
                "+ALTER USER a PASSWORD '••••';\n"
                "+ALTER USER a IDENTIFIED BY ••••;\n"
                "+ALTER TABLE t ADD token text DEFAULT '••••', ADD api_key text DEFAULT \"••••\";\n"
                "+ALTER SUBSCRIPTION s CONNECTION 'host=h password=••••';\n"
                "\\ No newline at end of file\n");
}

/* A key that is masked over its lines leaves fewer of them, and none tells which it was. */
static void lines_of_a_hunk_that_cannot_be_told_apart_are_not_shown(void **state)
{
    struct strbuf out = STRBUF_INIT;
    static const char patch[] = "@@ -1,1 +1,6 @@\n"
                                "+INSERT INTO k VALUES ('-----BEGIN PRIVATE KEY-----\n"
                                "+MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n"
                                "+-----END PRIVATE KEY-----');\n"
                                "+UPDATE users SET password =\n"
                                "+\n"
                                "+  'K2' WHERE id = 1;\n";

    (void)state;
    mask_patch(&out, "a.sql", patch, strlen(patch));
    assert_null(strstr(out.data, "K2"));
    assert_null(strstr(out.data, "MIIE"));
    strbuf_release(&out);
}

static void a_hunk_may_begin_within_a_string(void **state)
{
    (void)state;
    assert_text("a.sql", true,
                "@@ -7,2 +7,3 @@\n"
                " it's the end of a text';\n"
                "+ALTER USER a PASSWORD 'K1';\n"
                "+ALTER USER a PASSWORD 'K2\n"
                "+K3';\n",
                "@@ -7,2 +7,3 @@\n"
                " it's the end of a text';\n"
                "+ALTER USER a PASSWORD '••••';\n"
                "+ALTER USER a PASSWORD '••••\n"
                "+••••';\n");
}

static void statements_are_masked_in_any_text(void **state)
{
    (void)state;
    assert_text("run.sh", true,
                "@@ -1 +1,4 @@\n"
                "+psql -c \"alter user a with password 'K1'\"\n"
                "+mysql -e \"CREATE USER a IDENTIFIED WITH x BY 'K2'\"\n"
                "+execute('ALTER ROLE a PASSWORD \\'K3\\'')\n"
                "+echo the password 'field' is hidden\n",
                "@@ -1 +1,4 @@\n"
                "+psql -c \"alter user a with password '••••'\"\n"
                "+mysql -e \"CREATE USER a IDENTIFIED WITH x BY '••••'\"\n"
                "+execute('ALTER ROLE a PASSWORD \\'••••\\'')\n"
                "+echo the password 'field' is hidden\n");
    assert_shown(NULL, "ALTER USER a PASSWORD 'K1'", "ALTER USER a PASSWORD '••••'", SECRET_SHAPED);
    assert_shown(NULL, "ALTER USER a PASSWORD '${PW}'", "ALTER USER a PASSWORD '${PW}'",
                 SECRET_NONE);
}

static void dotenv_and_properties_lines_are_masked(void **state)
{
    (void)state;
    assert_text(".env.production", false, "export API_KEY='abc'\nDB_PASSWORD=a b c\nMODE=fast\n",
                "export API_KEY='••••'\nDB_PASSWORD=••••\nMODE=fast\n");
    assert_text("app.properties", false, "spring.datasource.password = x y\nserver.port=80\n",
                "spring.datasource.password = ••••\nserver.port=80\n");
}

static void program_text_is_masked_only_where_a_literal_stands(void **state)
{
    (void)state;
    assert_text("src/login.ts", false,
                "const token = request.headers.token;\n"
                "const password = \"hunter2\";\n"
                "return { apiKey: config.apiKey };\n",
                "const token = request.headers.token;\n"
                "const password = \"••••\";\n"
                "return { apiKey: config.apiKey };\n");
    assert_text("run.sh", false, "export API_KEY=abc123 MODE=x\n", "export API_KEY=••••\n");
}

static void a_private_key_is_masked_to_its_end(void **state)
{
    (void)state;
    assert_text("key.txt", true,
                "@@ -0,0 +1,4 @@\n"
                "+-----BEGIN RSA PRIVATE KEY-----\n"
                "+MIIEpAIBAAKCAQEA\n"
                "+-----END RSA PRIVATE KEY-----\n"
                "+done\n",
                "@@ -0,0 +1,4 @@\n"
                "+••••\n"
                "+••••\n"
                "+••••\n"
                "+done\n");
}

static void text_without_secrets_comes_out_as_it_is(void **state)
{
    static const char text[] = "replicas: 3\r\nimage: {tag: \"v1: x\", 'a': b}\n\n# note: x=y\n"
                               "cmd: [\"sh\", \"-c\", \"echo $HOME\"]\nlast";

    (void)state;
    assert_text("values.yaml", false, text, text);
}

static void assert_unmarked(const char *shown, const char *expected)
{
    struct strbuf out = STRBUF_INIT;

    mask_without_fingerprints(&out, shown);
    assert_string_equal(out.data, expected);
    strbuf_release(&out);
}

static void a_fingerprint_can_be_left_out(void **state)
{
    (void)state;
    assert_unmarked(MASK_TEXT " (1a2b3c4d)", MASK_TEXT);
    assert_unmarked("postgres://app:" MASK_TEXT "@db/x (1a2b3c4d)",
                    "postgres://app:" MASK_TEXT "@db/x");
    assert_unmarked("{\"a\":\"" MASK_TEXT " (1a2b3c4d)\",\"b\":\"" MASK_TEXT " (00000000)\"}",
                    "{\"a\":\"" MASK_TEXT "\",\"b\":\"" MASK_TEXT "\"}");
    /* What is no fingerprint, or stands beside nothing masked, stays. */
    assert_unmarked(MASK_TEXT " (1a2b3c4d) and more", MASK_TEXT " (1a2b3c4d) and more");
    assert_unmarked(MASK_TEXT " (1A2B3C4D)", MASK_TEXT " (1A2B3C4D)");
    assert_unmarked("build (1a2b3c4d)", "build (1a2b3c4d)");
    assert_unmarked("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_that_name_a_secret_are_known),
        cmocka_unit_test(keys_that_only_speak_of_a_secret_are_not_secrets),
        cmocka_unit_test(a_named_secret_is_masked_whole),
        cmocka_unit_test(what_is_no_value_is_not_masked),
        cmocka_unit_test(a_reference_with_a_literal_in_it_is_masked),
        cmocka_unit_test(credentials_are_masked_wherever_they_stand),
        cmocka_unit_test(what_only_looks_like_a_credential_is_shown),
        cmocka_unit_test(arguments_and_texts_within_values_are_looked_through),
        cmocka_unit_test(yaml_lines_keep_everything_but_the_secret),
        cmocka_unit_test(block_scalars_of_secrets_are_masked_line_by_line),
        cmocka_unit_test(a_secret_that_begins_like_a_block_scalar_is_masked),
        cmocka_unit_test(the_data_of_a_kubernetes_secret_is_masked),
        cmocka_unit_test(a_patch_is_masked_on_both_sides),
        cmocka_unit_test(statements_in_a_patch_of_sql_are_masked),
        cmocka_unit_test(lines_of_a_hunk_that_cannot_be_told_apart_are_not_shown),
        cmocka_unit_test(a_hunk_may_begin_within_a_string),
        cmocka_unit_test(statements_are_masked_in_any_text),
        cmocka_unit_test(dotenv_and_properties_lines_are_masked),
        cmocka_unit_test(program_text_is_masked_only_where_a_literal_stands),
        cmocka_unit_test(a_private_key_is_masked_to_its_end),
        cmocka_unit_test(text_without_secrets_comes_out_as_it_is),
        cmocka_unit_test(a_fingerprint_can_be_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
