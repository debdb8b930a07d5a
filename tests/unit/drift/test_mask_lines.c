#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/drift/mask.h>

/* Passwords that no name and no sign announces: by the words around them. */

struct row {
    const char *path, *text, *expected; /* NULL: nothing in it is secret */
};

static void assert_lines(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *expected = rows[i].expected != NULL ? rows[i].expected : rows[i].text;
        struct strbuf out = STRBUF_INIT;

        mask_text(&out, rows[i].path, false, rows[i].text, strlen(rows[i].text));
        if (strcmp(out.data, expected) != 0)
            fail_msg("%s\nis shown as\n%s\nand not as\n%s", rows[i].text, out.data, expected);
        strbuf_release(&out);
    }
}

#define ASSERT_LINES(rows) assert_lines(rows, sizeof(rows) / sizeof *(rows))

/* clang-format off */
static void directives_and_password_files_are_masked(void **state)
{
    static const struct row rows[] = {
        { ".netrc", "machine x login y password hunter", "machine x login y password ••••" },
        { "home/.netrc", "machine x\n  login y\n  password hunter\n", "machine x\n  login y\n  password ••••\n" },
        { "redis.conf", "requirepass hunter\nmasterauth \"hunter\"\nport 6379", "requirepass ••••\nmasterauth \"••••\"\nport 6379" },
        { NULL, "sentinel auth-pass mymaster hunter", "sentinel auth-pass mymaster ••••" },
        { "wg0.conf", "PresharedKey = hunter\nPublicKey = abc", "PresharedKey = ••••\nPublicKey = abc" },
        { "ks.cfg", "rootpw hunter\nrootpw --plaintext hunter\nrootpw --lock", "rootpw ••••\nrootpw --plaintext ••••\nrootpw --lock" },
        { "userlist.txt", "\"user\" \"hunter\"", "\"user\" \"••••\"" },
        { "haproxy.cfg", "  stats auth admin:hunter\n  user bob password hunter\n  user bob insecure-password hunter",
          "  stats auth admin:••••\n  user bob password ••••\n  user bob insecure-password ••••" },
        { "td.conf", "<match>\n  password hunter\n  shared_secret hunter2\n</match>", "<match>\n  password ••••\n  shared_secret ••••\n</match>" },
        { "snmpd.conf", "createUser x SHA hunter AES hunter", "createUser x SHA •••• AES ••••" },
        { "named.conf", "  secret \"aGVsbG8K1==\";", "  secret \"••••\";" },
        { "settings.xml", "<server><secret>hunter</secret><password>hunter</password><id>x</id></server>",
          "<server><secret>••••</secret><password>••••</password><id>x</id></server>" },
        { "settings.xml", "<password>${env.PW}</password><passwordFile>x</passwordFile>", NULL },
        { "web.config", "<add key=\"DbPassword\" value=\"hunter\"/>\n<add key=\"Mode\" value=\"fast\"/>",
          "<add key=\"DbPassword\" value=\"••••\"/>\n<add key=\"Mode\" value=\"fast\"/>" },
        { ".pgpass", "db.example:5432:app:u:hunter\n*:*:*:u:hunter", "db.example:5432:app:u:••••\n*:*:*:u:••••" },
        { "x.conf", "a:b:c:d:e\n10:20:30\n00:11:22:aa:bb:cc\nx:x:1000:1000:y:/home:/bin/sh", NULL },
        { ".htpasswd", "admin:$apr1$abcdefgh$abcdefghijklmnopqrstu/", "admin:••••" },
        { NULL, "basicauth.users: admin:$$apr1$$abcdefgh$$abcdefghijklmnopqrstu/", "basicauth.users: admin:••••" },
        { NULL, "users: \"a:$2y$05$abcdefghijklmnopqrstuv,b:{SHA}0DPiKuNIrrVmD8IUCuw1hQxNqZc=\"", "users: \"a:••••,b:••••\"" },
    };

    (void)state;
    ASSERT_LINES(rows);
}

static void passwords_in_commands_are_masked(void **state)
{
    static const struct row rows[] = {
        { "x.sh", "aws configure set aws_secret_access_key hunter", "aws configure set aws_secret_access_key ••••" },
        { "x.sh", "npm config set //r/:_authToken hunter1", "npm config set //r/:_authToken ••••" },
        { "x.sh", "htpasswd -b /f u hunter", "htpasswd -b /f u ••••" },
        { "x.sh", "htpasswd -nbB u hunter > f", "htpasswd -nbB u •••• > f" },
        { "x.sh", "smbclient //h/s -U u%hunter -c ls", "smbclient //h/s -U u%•••• -c ls" },
        { "x.sh", "openssl enc -aes-256-cbc -k hunter -in f", "openssl enc -aes-256-cbc -k •••• -in f" },
        { "x.sh", "openssl rsa -passin pass:hunter -in f", "openssl rsa -passin pass:•••• -in f" },
        { "x.sh", "echo root:hunter | chpasswd", "echo root:•••• | chpasswd" },
        { "x.sh", "echo 'hunter' | docker login -u x --password-stdin", "echo '••••' | docker login -u x --password-stdin" },
        { "x.sh", "zip -P hunter a.zip b", "zip -P •••• a.zip b" },
    };

    (void)state;
    ASSERT_LINES(rows);
}

static void prose_and_what_is_filled_in_are_left(void **state)
{
    static const struct row rows[] = {
        { "README.md", "password reset1\nuse password authentication\nThe user name password field\n", NULL },
        { NULL, "password required\nToken expired\npassword again.\nsecret sharing\n", NULL },
        { "x.sh", "echo \"$TOKEN\" | docker login --password-stdin\nhtpasswd -b f u \"$PW\"\nhtpasswd -c f u\n", NULL },
        { "x.sh", "aws configure set region eu-west-1\nsmbclient -U u //h/s\nopenssl x509 -in f\n", NULL },
        { "x.c", "\"user\" \"hunter\"\n", NULL },
        { "redis.conf", "# requirepass foobared\nrequirepass ${PW}\n", NULL },
        { "pam.conf", "password required pam_unix.so\npassword sufficient\n", NULL },
        { "x.sh", "sed 's:$1:x:' f; awk '{print $1}' | sort\n", NULL },
    };

    (void)state;
    ASSERT_LINES(rows);
}

static void names_that_may_tell_a_secret_ask_their_value(void **state)
{
    static const struct row rows[] = {
        { ".env", "ENC_KEY=abc\nOTP_SEED=JBSWY3DP\nHMAC_KEY=x", "ENC_KEY=••••\nOTP_SEED=••••\nHMAC_KEY=••••" },
        { ".env", "NPM_AUTH=dXNlcjpodW50ZXIy\nCREDS=admin:hunter2\nPIN=4711\nHMAC=hunter2hunter2\nPEPPER=hunter2",
          "NPM_AUTH=••••\nCREDS=••••\nPIN=••••\nHMAC=••••\nPEPPER=••••" },
        { ".env", "PIN_VERSION=1234\nPINNED=1234\nSPIN=1234\nPIN=yes\nAUTH=oauth2\nHMAC=HmacSHA256\nAUTH=/oauth2/v1/authorize/x\n"
                  "CREDS=/etc/creds1.json\nPEPPER=red\nSHIPPING=12345\nPIN=12\n", NULL },
        { ".env", "SENTRY_DSN=https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/2",
          "SENTRY_DSN=https://••••@o1.ingest.sentry.io/2" },
        { ".env", "REPO=https://git@host/x\n", NULL },
    };

    (void)state;
    ASSERT_LINES(rows);
}
/* clang-format on */

/* clang-format off */
static void texts_with_escaped_quotes_are_judged_by_what_they_say(void **state)
{
    static const struct row rows[] = {
        { "t.tpl", "  a: \"{\\\"password\\\": \\\"hunter\\\"}\" # x", "  a: \"••••\" # x" },
        { "t.tpl", "  a: \"{\\u0022password\\u0022: \\u0022hunter\\u0022}\"", "  a: \"••••\"" },
        { "t.tpl", "  a: \"{\\\"b\\\": \\\"{\\\\\\\"password\\\\\\\": \\\\\\\"hunter\\\\\\\"}\\\"}\"", "  a: \"••••\"" },
        { "run.sh", "curl -d \"{\\\"user\\\": \\\"a\\\", \\\"token\\\": \\\"hunter2x\\\"}\" \"$URL\"", "curl -d \"••••\" \"$URL\"" },
        { "main.go", "body := \"{\\\"password\\\": \\\"hunter2\\\"}\"", "body := \"••••\"" },
        { "t.tpl", "  a: \"{\\\"color\\\": \\\"red\\\", \\\"password\\\": \\\"${PW}\\\"}\" \"\\\"", NULL },
        { "main.go", "f(\"{\\\"id\\\": \\\"%s\\\", \\\"password\\\": \\\"hunter2\\\"}\")", "f(\"••••\")" },
        { "main.go", "log(\"say \\\"password\\\" again\"); f(\"{\\\"password\\\": \\\"%s\\\"}\")", NULL },
    };

    (void)state;
    ASSERT_LINES(rows);
}
/* clang-format on */

static void assert_all_masked(const char *path, const char *part, const char *secret, size_t times)
{
    struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;

    strbuf_add(&text, "users:");
    strbuf_add_repeat(&text, part, times);
    mask_text(&out, path, false, text.data, text.length);
    if (secret != NULL)
        assert_null(strstr(out.data, secret));
    else
        assert_string_equal(out.data, text.data);
    strbuf_release(&text);
    strbuf_release(&out);
}

/* However many a line has, and whatever else: each place is looked at once. */
static void all_secrets_of_a_line_are_masked_at_once(void **state)
{
    (void)state;
    assert_all_masked("a.xml", "<password>hunter9</password>", "hunter9", 9);
    assert_all_masked("a.xml", "<password>hunter9</password>", "hunter9", 20000);
    assert_all_masked("a.yaml", "u:$apr1$abcdefgh$abcdefghijklmnopqrstu/,", "abcdefghij", 9);
    assert_all_masked("a.yaml", "u:$apr1$abcdefgh$abcdefghijklmnopqrstu/,", "abcdefghij", 20000);
    assert_all_masked("a.yaml", ":$1$a=$1$ ", NULL, 100000);
    assert_all_masked("a.yaml", "=$1$", "$1$", 250000);
    assert_all_masked("a.svg", "<path d=\"M0 0L1 1\"/>", NULL, 50000);
    assert_all_masked("a.xml", "<a>", NULL, 330000);
    assert_all_masked("a.xml", "<password>", NULL, 100000);
    assert_all_masked("a.xml", "<password", NULL, 100000);
    assert_all_masked("a.yaml", "\"\\\"", NULL, 200000);
    assert_all_masked("a.yaml", "\"\\\"password\\\": \\\"hunter2\\\"\" ", "hunter2", 10000);
}

static void a_value_of_one_line_is_read_so_too(void **state)
{
    struct strbuf out = STRBUF_INIT;
    static const char value[] = "admin:$$apr1$$abcdefgh$$abcdefghijklmnopqrstu/";

    (void)state;
    assert_int_equal(mask_value(&out, "traefik.http.middlewares.a.basicauth.users", value,
                                strlen(value)),
                     SECRET_NAMED);
    assert_string_equal(out.data, "admin:••••");
    strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directives_and_password_files_are_masked),
        cmocka_unit_test(passwords_in_commands_are_masked),
        cmocka_unit_test(prose_and_what_is_filled_in_are_left),
        cmocka_unit_test(names_that_may_tell_a_secret_ask_their_value),
        cmocka_unit_test(texts_with_escaped_quotes_are_judged_by_what_they_say),
        cmocka_unit_test(all_secrets_of_a_line_are_masked_at_once),
        cmocka_unit_test(a_value_of_one_line_is_read_so_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
