#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/clock.h>
#include <pilab/drift/mask.h>

#include "../../support/patience.h"

/* Two versions of a file with as many lines, in which "K1" of the one is "K2" of the other: no line
 * of their patch may show it, and each line that says "shown" is as it was. */

static const char *end_of_line(const char *text)
{
    return text + strcspn(text, "\n");
}

/* Each line that differs is a hunk of its own, without any context. */
static void make_patch(struct strbuf *patch, const char *old, const char *new)
{
    for (unsigned line = 1; *old != '\0'; line++) {
        const char *old_end = end_of_line(old), *new_end = end_of_line(new);

        if (old_end - old != new_end - new || memcmp(old, new, (size_t)(old_end - old)) != 0)
            strbuf_printf(patch, "@@ -%u +%u @@\n-%.*s\n+%.*s\n", line, line, (int)(old_end - old),
                          old, (int)(new_end - new), new);
        old = old_end + (*old_end == '\n');
        new = new_end + (*new_end == '\n');
    }
}

static void make_version(struct strbuf *text, const char *pattern, char version)
{
    strbuf_add(text, pattern);
    for (size_t i = 0; i < text->length; i++) {
        if (text->data[i] == '@')
            text->data[i] = version;
    }
}

static void mask_versions(struct strbuf *out, const char *path, const char *pattern, bool sealed)
{
    struct strbuf old = STRBUF_INIT, new = STRBUF_INIT, patch = STRBUF_INIT;
    struct mask_file file = { .old_path = path, .new_path = path, .sealed = sealed };

    make_version(&old, pattern, '1');
    make_version(&new, pattern, '2');
    make_patch(&patch, old.data, new.data);
    file.old_text = old.data;
    file.new_text = new.data;
    file.old_length = old.length;
    file.new_length = new.length;
    mask_patch_of(out, &file, patch.data, patch.length);
    strbuf_release(&old);
    strbuf_release(&new);
    strbuf_release(&patch);
}

static size_t count(const char *text, const char *word)
{
    size_t found = 0;

    for (; (text = strstr(text, word)) != NULL; text += strlen(word))
        found++;
    return found;
}

struct pattern {
    const char *path, *text;
};

static void assert_hidden(const struct pattern *patterns, size_t pattern_count)
{
    for (size_t i = 0; i < pattern_count; i++) {
        const struct pattern *row = &patterns[i];
        struct strbuf out = STRBUF_INIT;

        mask_versions(&out, row->path, row->text, false);
        if (strstr(out.data, "K1") != NULL || strstr(out.data, "K2") != NULL)
            fail_msg("%s of\n%s\nshows\n%s", row->path, row->text, out.data);
        if (strstr(out.data, MASK_TEXT) == NULL)
            fail_msg("%s of\n%s\nmasks nothing", row->path, row->text);
        if (count(out.data, "shown") != 2 * count(row->text, "shown"))
            fail_msg("%s of\n%s\nmasks too much:\n%s", row->path, row->text, out.data);
        strbuf_release(&out);
    }
}

#define ASSERT_HIDDEN(patterns) assert_hidden(patterns, sizeof(patterns) / sizeof *(patterns))

/* clang-format off */
/* The value stands at the anchor, where its name says nothing. */
static void a_secret_behind_an_alias_is_masked_at_its_anchor(void **state)
{
    static const struct pattern patterns[] = {
        { "v.yaml", "x: &a horseK@b\nother: shown@\npassword: *a\n" },
        { "v.yaml", "x: &a 'horseK@b'\nother: shown@\ndb: {user: shown@, password: *a}\n" },
        { "v.yaml", "list:\n  - shown@\n  - &a \"horseK@b\"\nclientSecret: *a\n" },
        { "v.yaml", "x: &a {y: horseK@b, z: [horseK@c]}\nother: shown@\nsecrets: *a\n" },
        { "v.yaml", "x: &a\n  y: horseK@b\nother: shown@\nsecrets:\n  <<: *a\n" },
        { "v.yaml", "x: &a horseK@b\nenv:\n- name: DB_PASSWORD\n  value: *a\n- name: y\n  value: shown@\n" },
        { "v.yaml", "x: &a horseK@b\nkind: Secret\nmetadata: {name: shown@}\nstringData: {y: *a}\n" },
        { "v.yaml", "x: &a horseK@b\ny: &b shown@\nz: *b\nsecrets: {a: *a, name: *b}\n" },
        { "v.yaml", "x: &a horseK@b\nl: &l [shown@]\nsecrets:\n  a: {b: [c, {d: *a}]}\nimage: {secrets: *l}\n" },
    };

    (void)state;
    ASSERT_HIDDEN(patterns);
}

static void a_file_that_is_a_secret_is_masked(void **state)
{
    static const struct pattern patterns[] = {
        { "db_password", "horseK@battery\n" },
        { "config/API-TOKEN.txt", "horseK@:battery" },
        { "deploy/secrets/smtp", "horseK@battery\n\nK@stapleK@\r\n" },
        { "run/.secrets/smtp.txt", "horse=K@\n" },
        { "db.secret", "horseK@battery\n" },
        { ".password", "horseK@battery\n" },
        { "db_password", "${DB_PASSWORD}\nhttps://app:horseK@x@db.example.org/x\n" },
    };
    static const struct pattern others[] = {
        { "bin/reset-password", "#!/bin/sh\nshown@\n" },
        { "docs/secrets/readme", "what is shown@ here\n" },
        { "secrets/rotate.py", "shown@\n" },
        { "db_password", "${shown@}\n" },
        { "secrets/names", "shown@\nshown@\nshown@\nshown@\n" },
        { "deploy/smtp", "shown@\n" },
    };

    static const char patch[] = "@@ -0,0 +1 @@\n+horseK1battery\n";
    const struct mask_file come = { .old_path = "smtp-password",
                                    .new_path = "smtp-password",
                                    .old_text = "",
                                    .new_text = "horseK1battery\n",
                                    .new_length = strlen("horseK1battery\n") };
    struct strbuf shown = STRBUF_INIT;

    (void)state;
    mask_patch_of(&shown, &come, patch, strlen(patch));
    assert_string_equal(shown.data, "@@ -0,0 +1 @@\n+••••\n");
    strbuf_release(&shown);
    ASSERT_HIDDEN(patterns);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct strbuf out = STRBUF_INIT;

        mask_versions(&out, others[i].path, others[i].text, false);
        if (count(out.data, "shown") != 2 * count(others[i].text, "shown"))
            fail_msg("%s of\n%s\nmasks too much:\n%s", others[i].path, others[i].text, out.data);
        strbuf_release(&out);
    }
}

static void the_data_of_a_secret_is_masked_wherever_its_kind_stands(void **state)
{
    static const struct pattern patterns[] = {
        { "k8s/s.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shown@\n  namespace: x\n"
                        "type: Opaque\ndata:\n  dsn: K@\n  license: K@\ndataKey: shown@\n" },
        { "s.yaml", "data:\n  dsn: K@\ntype: Opaque\nmetadata:\n  name: x\nkind: Secret\n" },
        { "s.yaml", "apiVersion: v1\nkind: List\nitems:\n  - kind: ConfigMap\n    data:\n"
                    "      a: shown@\n  - kind: Secret\n    metadata: {name: x}\n    stringData:\n"
                    "      a: K@\n      b: |\n        K@\n\n        K@\n      c: \"K@\n        K@\"\n"
                    "      d: >-\n        K@\n  - kind: ConfigMap\n    data:\n      a: shown@\n" },
        { "s.yaml", "{kind: List, items: [{kind: Secret, data: {a: K@, \"b\": 'K@'}},\n"
                    "  {kind: ConfigMap, data: {a: shown@}}, {kind: Secret, data: {a: K@\n}}]}\n" },
        { "s.yaml", "kind: ConfigMap\ndata:\n  a: shown@\n---\nkind: 'Secret'\ntype: Opaque\n"
                    "metadata:\n  name: x\n\ndata:\n  a: K@\n---\nkind: ConfigMap\ndata:\n  a: shown@\n" },
        { "s.yaml", "kind: Secret\nmetadata: {name: x}\ndata:\n  a: &a K@\n  b: !!str K@\n  c:\n    K@\n    K@\n"
                    "other: shown@\n" },
        { "s.yaml", "x: &base\n  a: K@\nkind: Secret\ndata:\n  <<: *base\n" },
        { "s.json", "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"shown@\"},\"stringData\":{\"note\":\"K@\"}}" },
        { "s.json", "{\n \"kind\": \"Secret\",\n \"metadata\": {\n  \"name\": \"shown@\"\n },\n"
                    " \"type\": \"Opaque\",\n \"data\": {\n  \"a\": \"K@\",\n  \"n\" :\n   \"K@\\\"K@\"\n }\n}\n" },
        { "s.yaml", "kind: ConfigMap\ndata:\n  a: shown@\n  m: |\n    kind: Secret\n    metadata:\n      name: shown@\n\n"
                    "    type: Opaque\n    data:\n      a: K@\n  n: |-\n    kind: List\n    items:\n    - kind: Secret\n"
                    "      data: {a: K@}\n    - kind: ConfigMap\n      data: {a: shown@}\n" },
        { "s.yaml", "a: '{\"kind\":\"Secret\",\"metadata\":{},\"data\":{\"a\":\"K@\"}}'\n" },
        { "s.yaml", "kind: ConfigMap\ndata:\n  a: \"{\\\"kind\\\": \\\"Secret\\\", \\\"stringData\\\": {\\\"a\\\": \\\"K@\\\"}}\"\n"
                    "  b: shown@\n" },
        { "s.json", "{\"a\": \"{\\\"kind\\\" : \\\"Secret\\\", \\\"data\\\": {\\\"a\\\": \\\"K@\\\"}}\"}\n" },
        { "s.yaml", "a: \"{\\\"password\\\": \\\"K@\\\"}\"\nb: \"{\\\"b\\\": \\\"shown@\\\"}\"\nc: \"b: 1\\npassword: K@\\n\"\n"
                    "d: \"{\\u0022password\\u0022 : \\u0022K@\\u0022}\"\n" },
        { "s.yaml", "a: \"{kind: Secret, data: {a: K@}}\"\nb: '{kind: Secret, data: {a: K@}}'\nc: '{\"b\": \"shown@\", \"password\": \"K@\"}'\n" },
        { "s.json", "[{\"a\": \"[{\\\"image\\\": \\\"shown@\\\"}]\"},\n{\"a\": \"[{\\\"password\\\": \\\"K@\\\"}]\"}]\n" },
        { "s.yaml", "env:\n- {name: N, value: '{\"auths\":{\"h\":{\"auth\":\"K@\"}}}'}\n- name: shown@\n" },
        { "s.yaml", "kind: Secret\r\nmetadata:\r\n  name: x\r\ntype: Opaque\r\ndata:\r\n  a: K@\r\n" },
    };

    (void)state;
    ASSERT_HIDDEN(patterns);
}

static void what_cannot_be_read_is_masked_the_careful_way(void **state)
{
    static const struct pattern patterns[] = {
        { "s.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n  {{- if .Values.a }}\ntype: Opaque\n"
                    "data:\n  a: K@\n" },
        { "s.yaml", "kind: List\nitems:\n{{- if .Values.a }}\n- kind: Secret\n  metadata: {}\n  data:\n    a: K@\n" },
        { "s.yaml", "\xef\xbb\xbfkind: \"Secret\"\nmetadata:\n  name: x\ndata:\n  a: K@\n" },
        { "s.yaml", "kind: Secret\ndata: {a: K@}\ndata: {a: K@}\n" },
        { "s.json", "{\"kind\": \"Secret\",\n\"stringData\":\n{\"a\":\n\"K@\"},}\n" },
        { "templates/s.yaml.tpl", "kind: Secret\nmetadata:\n  name: x\n  y: z\n\ndata:\n  a: K@\n" },
    };

    (void)state;
    ASSERT_HIDDEN(patterns);
}

static void what_a_template_says_at_the_margin_ends_nothing(void **state)
{
    static const struct pattern patterns[] = {
        { "templates/s.yaml", "kind: Secret\ndata:\n{{- if .Values.tls }}\n  first: K@\n{{- end }}\n  second: K@\n"
                              "other: shown@\n" },
        { "templates/s.yaml", "kind: Secret\nstringData:\n{{- /*\nwhy\n*/ -}}\n  first: K@\n# why: so\n  second: K@\n" },
        { "s.yaml.j2", "kind: Secret\r\ndata:\r\n{% if tls %}\r\n  first: K@\r\n\r\n  second: K@\r\n{% endif %}\r\n" },
        { "templates/s.yaml", "kind: Secret\ndata:\n  a: |\n{{ if .Values.a }}\n    K@\n{{ end }}\n    K@\n" },
        { "templates/d.yaml", "env:\n- name: DB_PASSWORD\n{{- if .Values.a }}\n  value: K@\n{{- end }}\n- name: x\n  value: shown@\n" },
    };

    (void)state;
    ASSERT_HIDDEN(patterns);
}

static void the_literals_of_a_secret_generator_are_masked(void **state)
{
    static const struct pattern patterns[] = {
        { "kustomization.yaml", "configMapGenerator:\n- name: c\n  literals:\n  - a=shown@\n"
                                "secretGenerator:\n- name: s\n  type: Opaque\n  envs:\n  - x.env\n"
                                "  literals:\n  - note=K@\n  - \"other=K@\"\n  - plain=K@=K@\n" },
        { "kustomization.yaml", "secretGenerator: [{name: shown@, literals: [note=K@, 'b=K@']}]\n" },
    };
    struct strbuf out = STRBUF_INIT;

    (void)state;
    ASSERT_HIDDEN(patterns);
    mask_versions(&out, "kustomization.yaml", patterns[0].text, false);
    assert_non_null(strstr(out.data, "-  - note=••••\n"));
    assert_non_null(strstr(out.data, "+  - \"other=••••\"\n"));
    strbuf_release(&out);
}

static void names_and_statements_reach_beyond_a_hunk(void **state)
{
    static const struct pattern patterns[] = {
        { "values.yaml", "secrets:\n  a: b\n  c: d\n  e: f\n  g: h\n  note: K@\n" },
        { "deploy.yaml", "env:\n- name: DB_PASSWORD\n\n\n\n\n  value: K@\n" },
        { "m.sql", "INSERT INTO users (name, password)\n\n\n\n\nVALUES ('x', 'K@');\n" },
        { "m.sql", "COPY public.users (login, \"password\", note) FROM stdin;\na\tK@\tshown@\n"
                   "b\t\\N\tshown@\nc\tK@\tshown@\n\\.\nSELECT 'shown@';\n" },
        { "m.sql", "copy users (login, password) from stdin with (format csv);\na,K@\n\\.\n"
                   "SELECT 'shown@';\n" },
        { "values.yaml", "secretText: |\n  a\n  b\n  c\n  d\n  K@\nopen: shown@\n" },
    };

    (void)state;
    ASSERT_HIDDEN(patterns);
}
/* clang-format on */

static void a_file_for_secrets_is_masked_with_all_its_values(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    mask_versions(&out, "secrets.yaml", "a: K@\nb: [K@]\n", true);
    mask_versions(&out, "secrets.env", "A=K@\n", true);
    assert_null(strstr(out.data, "K1"));
    assert_null(strstr(out.data, "K2"));
    assert_int_equal(count(out.data, MASK_TEXT), 6);
    strbuf_release(&out);
}

static void a_heading_is_shown_as_its_line(void **state)
{
    static const char text[] = "password: K1\na:\n  b: 1\n  c: 2\n";
    static const char patch[] = "--- a/v.yaml\n+++ b/v.yaml\n"
                                "@@ -3,2 +3,2 @@ password: K\n   b: 1\n-  c: 2\n+  c: 3\n"
                                "\\ No newline at end of file\n";
    const struct mask_file file = { .old_path = "v.yaml",
                                    .new_path = "v.yaml",
                                    .old_text = text,
                                    .new_text = "password: K1\na:\n  b: 1\n  c: 3",
                                    .old_length = strlen(text),
                                    .new_length = strlen(text) - 1 };
    struct strbuf out = STRBUF_INIT;

    (void)state;
    mask_patch_of(&out, &file, patch, strlen(patch));
    assert_string_equal(out.data, "--- a/v.yaml\n+++ b/v.yaml\n"
                                  "@@ -3,2 +3,2 @@ password: ••••\n   b: 1\n-  c: 2\n+  c: 3\n"
                                  "\\ No newline at end of file\n");
    strbuf_release(&out);
}

/* Of the lines that begin like a heading the next one above is meant; it is looked for once. */
static void a_heading_of_many_hunks_is_looked_for_once(void **state)
{
    struct strbuf text = STRBUF_INIT, patch = STRBUF_INIT, out = STRBUF_INIT;
    struct mask_file file = { .old_path = "v.conf", .new_path = "v.conf" };
    int64_t start = clock_monotonic();

    (void)state;
    for (unsigned line = 1; line <= 250000; line++) {
        strbuf_add(&text, line == 1 ? "data:\n" : line == 200001 ? "password: K1\n" : " a\n");
        if (line % 8 == 0)
            strbuf_printf(&patch, "@@ -%u +%u @@ %s\n  a\n", line, line,
                          line > 200001 ? "pass" : "data:");
    }
    file.old_text = file.new_text = text.data;
    file.old_length = file.new_length = text.length;
    mask_patch_of(&out, &file, patch.data, patch.length);
    assert_null(strstr(out.data, "K1"));
    assert_int_equal(count(out.data, " @@ data:\n  a\n"), 25000);
    assert_int_equal(count(out.data, " @@ password: ••••\n  a\n"), 6250);
    assert_in_range(clock_monotonic() - start, 0, patience(5000));
    strbuf_release(&text);
    strbuf_release(&patch);
    strbuf_release(&out);
}

static void a_side_that_is_not_known_leaves_the_patch_to_itself(void **state)
{
    static const char patch[] = "@@ -1 +1 @@\n-password: K1\n+password: K2\n";
    const struct mask_file file = { .old_path = "v.yaml", .new_path = "v.yaml" };
    struct strbuf out = STRBUF_INIT;

    (void)state;
    mask_patch_of(&out, &file, patch, strlen(patch));
    assert_string_equal(out.data, "@@ -1 +1 @@\n-password: ••••\n+password: ••••\n");
    strbuf_release(&out);
}

/* Whatever is on one line, and in whichever alphabet: each place is looked for once. */
static void a_file_on_one_line_is_looked_through_once(void **state)
{
    static const char *const names[] = { "shown", "shown \xc3\xbc" };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct strbuf text = STRBUF_INIT, shown = STRBUF_INIT;

        strbuf_add(&text, "{\"kind\":\"List\",\"items\":[");
        for (int k = 0; k < 20000; k++)
            strbuf_printf(&text, "{\"kind\":\"Secret\",\"name\":\"%s\",\"data\":{\"a\":\"K@\"}},",
                          names[i]);
        strbuf_add(&text, "{}]}\n");
        mask_versions(&shown, "list.json", text.data, false);
        assert_null(strstr(shown.data, "K1"));
        assert_null(strstr(shown.data, "K2"));
        assert_int_equal(count(shown.data, names[i]), 40000);
        strbuf_release(&text);
        strbuf_release(&shown);
    }
}

/* A list of one text within the other, and a manifest in the innermost. */
static void add_nested(struct strbuf *text, int depth)
{
    for (int i = 0; i < depth; i++)
        strbuf_printf(text, "%*sa: |\n", 2 * i, "");
    strbuf_printf(text, "%*skind: Secret\n%*sdata:\n%*s  x: K@\nlast: shown@\n", 2 * depth, "",
                  2 * depth, "", 2 * depth, "");
}

static void documents_within_documents_are_read_to_a_depth(void **state)
{
    static const int depths[] = { 1, 3, 4, 5, 6, 12, 200 };

    (void)state;
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        struct strbuf text = STRBUF_INIT;
        struct pattern pattern = { .path = "v.yaml" };
        int64_t start = clock_monotonic();

        add_nested(&text, depths[i]);
        pattern.text = text.data;
        assert_hidden(&pattern, 1);
        assert_in_range(clock_monotonic() - start, 0, patience(3000));
        strbuf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_behind_an_alias_is_masked_at_its_anchor),
        cmocka_unit_test(a_file_that_is_a_secret_is_masked),
        cmocka_unit_test(the_data_of_a_secret_is_masked_wherever_its_kind_stands),
        cmocka_unit_test(what_cannot_be_read_is_masked_the_careful_way),
        cmocka_unit_test(what_a_template_says_at_the_margin_ends_nothing),
        cmocka_unit_test(the_literals_of_a_secret_generator_are_masked),
        cmocka_unit_test(names_and_statements_reach_beyond_a_hunk),
        cmocka_unit_test(a_file_for_secrets_is_masked_with_all_its_values),
        cmocka_unit_test(a_heading_is_shown_as_its_line),
        cmocka_unit_test(a_heading_of_many_hunks_is_looked_for_once),
        cmocka_unit_test(a_side_that_is_not_known_leaves_the_patch_to_itself),
        cmocka_unit_test(a_file_on_one_line_is_looked_through_once),
        cmocka_unit_test(documents_within_documents_are_read_to_a_depth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
