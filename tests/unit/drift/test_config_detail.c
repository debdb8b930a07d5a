/*
 * The page of a map or a list that comes, goes or changes as a whole lists what stands in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/rich.h>
#include <pilab/drift/detail.h>

#include "../../support/drift_fixture.h"

/* The page of the item at a path, without roles. The caller releases. */
static struct strbuf page_of(const char *before, const char *after, const char *path, size_t width,
                             bool utf8)
{
    struct strbuf rich = STRBUF_INIT, page = STRBUF_INIT;
    struct drift_fixture fixture;
    const struct drift_item *item;

    drift_fixture_start(&fixture);
    drift_fixture_module(&fixture, "shop");
    drift_fixture_config(&fixture, "values.yaml", before, after);
    drift_fixture_detect(&fixture);
    item = drift_fixture_item(&fixture, path);
    if (item == NULL)
        fail_msg("no item %s", path);
    drift_detail_item(&rich, fixture.report, item, "/srv/shop", width, utf8);
    rich_to_plain(&page, rich.data, rich.length);
    strbuf_release(&rich);
    drift_fixture_end(&fixture);
    return page;
}

static void assert_page(const char *before, const char *after, const char *path, const char *part)
{
    struct strbuf page = page_of(before, after, path, 80, true);

    if (strstr(page.data, part) == NULL)
        fail_msg("%s\nin\n%s", part, page.data);
    strbuf_release(&page);
}

static void a_map_that_comes_is_listed_value_by_value(void **state)
{
    static const char ingress[] = "x: 1\n"
                                  "ingress:\n"
                                  "  tls: {enabled: false, secretName: shop-tls}\n"
                                  "  annotations: {nginx.example.org/size: 10m, note: ''}\n"
                                  "  paths: [/, /api]\n"
                                  "  extra: {}\n";

    (void)state;
    assert_page("x: 1", ingress, "ingress", "see the values below\n            values.yaml:2\n");
    assert_page("x: 1", ingress, "ingress",
                "Values\n"
                "  + tls.enabled  false\n"
                "  + tls.secretName  shop-tls\n"
                "  + annotations.\"nginx.example.org/size\"  10m\n"
                "  + annotations.note  empty\n"
                "  + paths.0  /\n"
                "  + paths.1  /api\n"
                "  + extra  {}\n");
}

static void one_that_goes_is_listed_as_well(void **state)
{
    (void)state;
    assert_page("x: 1\nlimits: {cpu: 500m, memory: 512Mi, ephemeral-storage: 1Gi}\n", "x: 1",
                "limits",
                "  - cpu  500m\n"
                "  - memory  512Mi\n"
                "  - ephemeral-storage  1Gi\n");
}

static void a_map_in_the_place_of_a_value_is_listed_beside_it(void **state)
{
    static const char after[] = "probe: {path: /healthz, port: 8080, period: 10, timeout: 3}\n";

    (void)state;
    assert_page("probe: /healthz", after, "probe", "/healthz\n");
    assert_page("probe: /healthz", after, "probe", "  + port  8080\n");
}

static void two_of_different_kinds_are_both_listed(void **state)
{
    (void)state;
    assert_page("args: [--listen=0.0.0.0:8080, --log=debug, --workers=4, --name=shop]\n",
                "args: {listen: '0.0.0.0:8080', log: debug, workers: 4, name: shop, color: red}\n",
                "args", "  - 1  --log=debug\n");
    assert_page("args: [--listen=0.0.0.0:8080, --log=debug, --workers=4, --name=shop]\n",
                "args: {listen: '0.0.0.0:8080', log: debug, workers: 4, name: shop, color: red}\n",
                "args", "  + workers  4\n");
}

static void another_order_stays_in_one_line(void **state)
{
    struct strbuf page =
        page_of("hosts: [alpha.example.org, beta.example.org, gamma.example.org]\n",
                "hosts: [gamma.example.org, beta.example.org, alpha.example.org]\n", "hosts", 160,
                true);

    (void)state;
    assert_non_null(strstr(page.data, "\"gamma.example.org\",\"beta.example.org\","));
    assert_null(strstr(page.data, "Values"));
    strbuf_release(&page);
}

static void a_short_one_stays_as_it_is(void **state)
{
    struct strbuf page = page_of("x: 1", "x: 1\nlimits: {cpu: 500m}\n", "limits", 80, true);

    (void)state;
    assert_non_null(strstr(page.data, "{\"cpu\":\"500m\"}"));
    assert_null(strstr(page.data, "Values"));
    strbuf_release(&page);
}

static void what_is_secret_in_it_stays_masked(void **state)
{
    static const char after[] = "x: 1\n"
                                "mail: {host: mail.example.org, password: Tr0ub4dor-and-3, "
                                "from: shop@example.org}\n";

    (void)state;
    for (int utf8 = 0; utf8 <= 1; utf8++) {
        struct strbuf page = page_of("x: 1", after, "mail", 80, utf8 != 0);

        assert_null(strstr(page.data, "Tr0ub4dor"));
        assert_non_null(strstr(page.data, utf8 ? "  + password  \u2022\u2022\u2022\u2022"
                                               : "  + password  ****"));
        strbuf_release(&page);
    }
}

static void what_comes_from_outside_is_escaped_and_wrapped(void **state)
{
    struct strbuf page =
        page_of("x: 1",
                "x: 1\n"
                "notes: {a: \"\\e[2Jgone \\u202e\", b: 'ein zwei drei vier f\u00fcnf "
                "sechs sieben acht neun zehn'}\n",
                "notes", 40, false);

    (void)state;
    for (const char *c = page.data; *c != '\0'; c++)
        assert_true(*c == '\n' || (*c >= ' ' && *c <= '~'));
    for (const char *line = page.data; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, "  git", 5) != 0)
            assert_true(strcspn(line, "\n") <= 40);
    }
    strbuf_release(&page);
}

static void of_many_the_rest_is_counted(void **state)
{
    struct strbuf after = STRBUF_INIT;

    (void)state;
    strbuf_add(&after, "x: 1\nlimits:\n");
    for (int i = 0; i < 214; i++)
        strbuf_printf(&after, "  key%d: value\n", i);
    assert_page("x: 1", after.data, "limits", "  + key199  value\n  \u2026 14 more\n");
    strbuf_release(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_that_comes_is_listed_value_by_value),
        cmocka_unit_test(one_that_goes_is_listed_as_well),
        cmocka_unit_test(a_map_in_the_place_of_a_value_is_listed_beside_it),
        cmocka_unit_test(two_of_different_kinds_are_both_listed),
        cmocka_unit_test(another_order_stays_in_one_line),
        cmocka_unit_test(a_short_one_stays_as_it_is),
        cmocka_unit_test(what_is_secret_in_it_stays_masked),
        cmocka_unit_test(what_comes_from_outside_is_escaped_and_wrapped),
        cmocka_unit_test(of_many_the_rest_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
