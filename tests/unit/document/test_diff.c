#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "../../support/documents.h"

static const struct tree_diff_options five_steps = { .five_steps_only = true };

static void equal_documents_have_no_changes(void **state)
{
    (void)state;
    assert_changes("a: 1\nb: [x, {y: z}]\n", "b: [x, {y: z}]\na: 0x1\n", NULL, "");
}

static void changes_stand_in_the_order_of_the_previous_tree(void **state)
{
    (void)state;
    assert_changes("z: 1\ngone: {x: 1}\na: {b: old, c: same}\n",
                   "new: [1]\na: {d: 2, b: new, c: same}\nz: 2\n", NULL,
                   "modified /z 1 -> 2\n"
                   "removed /gone {\"x\":1}\n"
                   "modified /a/b \"old\" -> \"new\"\n"
                   "added /a/d 2\n"
                   "added /new [1]\n");
}

static void another_kind_is_a_change_of_type(void **state)
{
    (void)state;
    assert_changes("a: 8080\nb: null\nc: 1.0\nw: [1]\ne: !x y\nf: 1.10\n",
                   "a: \"8080\"\nb: {}\nc: 1\nw: {}\ne: !z y\nf: 1.1\n", NULL,
                   "type_changed /a 8080 -> \"8080\"\n"
                   "type_changed /b null -> {}\n"
                   "type_changed /c 1.0 -> 1\n"
                   "type_changed /w [1] -> {}\n"
                   "type_changed /e {\"!x\":\"y\"} -> {\"!z\":\"y\"}\n");
}

static void entries_are_matched_by_name(void **state)
{
    (void)state;
    assert_changes("env:\n"
                   "  - {name: TIMEOUT, value: \"30\"}\n"
                   "  - {name: ENABLED, value: \"false\"}\n"
                   "  - {name: OLD, value: x}\n",
                   "env:\n"
                   "  - {name: NEW, value: y}\n"
                   "  - {name: TIMEOUT, value: \"30\"}\n"
                   "  - {name: ENABLED, value: \"true\"}\n",
                   NULL,
                   "modified /env/name=ENABLED/value \"false\" -> \"true\"\n"
                   "removed /env/name=OLD {\"name\":\"OLD\",\"value\":\"x\"}\n"
                   "added /env/name=NEW {\"name\":\"NEW\",\"value\":\"y\"}\n");
}

static void key_and_id_name_entries_too(void **state)
{
    (void)state;
    assert_changes("a: [{key: k1, v: 1}, {key: k2, v: 1}]\nb: [{id: 1, v: 1}, {id: 2, v: 1}]\n",
                   "a: [{key: k1, v: 2}, {key: k2, v: 1}]\nb: [{id: 1, v: 1}, {id: 2, v: 2}]\n",
                   &five_steps,
                   "modified /a/key=k1/v 1 -> 2\n"
                   "modified /b/id=2/v 1 -> 2\n");
}

static void another_order_of_names_is_one_change(void **state)
{
    const struct tree_diff_options ignoring = { .ignore_order = true };
    const char *previous = "env: [{name: A, v: 1}, {name: B, v: 1}, {name: C, v: 1}]\nl: [1, 2]\n";
    const char *current = "env: [{name: B, v: 1}, {name: D, v: 1}, {name: A, v: 1}]\nl: [2, 1]\n";

    (void)state;
    assert_changes(previous, current, NULL,
                   "removed /env/name=C {\"name\":\"C\",\"v\":1}\n"
                   "added /env/name=D {\"name\":\"D\",\"v\":1}\n"
                   "order /env [\"A\",\"B\"] -> [\"B\",\"A\"]\n"
                   "order /l [1,2] -> [2,1]\n");
    assert_changes(previous, current, &ignoring,
                   "removed /env/name=C {\"name\":\"C\",\"v\":1}\n"
                   "added /env/name=D {\"name\":\"D\",\"v\":1}\n");
}

static void four_or_more_entries_are_matched_by_a_guess(void **state)
{
    (void)state;
    assert_changes("l: [{u: a, v: 1}, {u: b, v: 1}, {u: c, v: 1}, {u: d, v: 1}]\n",
                   "l: [{u: a, v: 1}, {u: b, v: 2}, {u: c, v: 1}, {u: d, v: 1}]\n", NULL,
                   "modified /l/u=b/v 1 -> 2\n");
    assert_changes("l: [{u: a, v: 1}, {u: b, v: 1}, {u: c, v: 1}]\n",
                   "l: [{u: a, v: 1}, {u: b, v: 2}, {u: c, v: 1}]\n", NULL,
                   "removed /l item {\"u\":\"b\",\"v\":1}\n"
                   "added /l item {\"u\":\"b\",\"v\":2}\n");
}

static void kubernetes_objects_are_matched_by_what_they_are(void **state)
{
    const char *previous =
        "items:\n"
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: n}, data: {x: 1}}\n"
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {x: 1}}\n";
    const char *current =
        "items:\n"
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {x: 2}}\n"
        "- {apiVersion: v1, kind: Secret, metadata: {name: a, namespace: n}, data: {x: 1}}\n";
    const char *expected =
        "removed /items/metadata.name=v1~1ConfigMap~1n~1a {\"apiVersion\":\"v1\","
        "\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\",\"namespace\":\"n\"},"
        "\"data\":{\"x\":1}}\n"
        "modified /items/metadata.name=v1~1ConfigMap~1b/data/x 1 -> 2\n"
        "added /items/metadata.name=v1~1Secret~1n~1a {\"apiVersion\":\"v1\","
        "\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\",\"namespace\":\"n\"},"
        "\"data\":{\"x\":1}}\n";
    (void)state;
    assert_changes(previous, current, NULL, expected);
    assert_changes(previous, current, &five_steps, expected);
}

static void plain_lists_are_compared_as_bags(void **state)
{
    (void)state;
    assert_changes("l: [a, b, b, c]\n", "l: [b, c, d, d]\n", NULL,
                   "removed /l item \"a\"\n"
                   "removed /l item \"b\"\n"
                   "added /l item \"d\"\n"
                   "added /l item \"d\"\n");
    assert_changes("l: [a, b, c]\n", "l: [c, a, x, b]\n", NULL,
                   "added /l item \"x\"\n"
                   "order /l [\"a\",\"b\",\"c\"] -> [\"c\",\"a\",\"b\"]\n");
    assert_changes("l: [123, 123]\n", "l: [\"123\", 123]\n", NULL,
                   "removed /l item 123\n"
                   "added /l item \"123\"\n");
    assert_changes("l: [[1, !t 2], {b: 1, a: x}]\n", "l: [{a: x, b: 1}, [1, !t 2]]\n", NULL,
                   "order /l [[1,{\"!t\":\"2\"}],{\"b\":1,\"a\":\"x\"}] -> "
                   "[{\"a\":\"x\",\"b\":1},[1,{\"!t\":\"2\"}]]\n");
}

static void a_single_entry_is_compared_with_a_single_entry(void **state)
{
    (void)state;
    assert_changes("l: [{u: 1}]\n", "l: [{u: 2}]\n", NULL, "modified /l/0/u 1 -> 2\n");
    assert_changes("l: [[a, b]]\n", "l: [[b, c]]\n", NULL,
                   "removed /l/0 item \"a\"\n"
                   "added /l/0 item \"c\"\n");
}

static void names_that_occur_twice_are_told_apart_by_ordinals(void **state)
{
    const char *previous = "e: [{name: X, v: 1}, {name: X, v: 2}, {name: Y, v: 1}]\n";
    const char *current = "e: [{name: X, v: 1}, {name: X, v: 3}, {name: Y, v: 1}]\n";

    (void)state;
    assert_changes(previous, current, NULL, "modified /e/name=X#2/v 2 -> 3\n");
    assert_changes(previous, current, &five_steps,
                   "removed /e item {\"name\":\"X\",\"v\":2}\n"
                   "added /e item {\"name\":\"X\",\"v\":3}\n");
}

static void equal_entries_of_one_name_belong_together(void **state)
{
    (void)state;
    assert_changes("e: [{name: X, v: 1}, {name: X, v: 2}]\n",
                   "e: [{name: X, v: 2}, {name: X, v: 1}]\n", NULL,
                   "order /e [{\"name\":\"X\",\"v\":1},{\"name\":\"X\",\"v\":2}] -> "
                   "[{\"name\":\"X\",\"v\":2},{\"name\":\"X\",\"v\":1}]\n");
    assert_changes("e: [{name: X, v: 1}, {name: X, v: 2}]\n",
                   "e: [{name: X, v: 3}, {name: X, v: 1}, {name: X, v: 4}, {name: Y, v: 1}]\n",
                   NULL,
                   "modified /e/name=X#2/v 2 -> 3\n"
                   "added /e/name=X#3 {\"name\":\"X\",\"v\":4}\n"
                   "added /e/name=Y {\"name\":\"Y\",\"v\":1}\n"
                   "order /e [{\"name\":\"X\",\"v\":1},{\"name\":\"X\",\"v\":2}] -> "
                   "[{\"name\":\"X\",\"v\":3},{\"name\":\"X\",\"v\":1}]\n");
    assert_changes("e: [{name: X, v: 1}, {name: X, v: 2}]\n", "e: [{name: X, v: 2}]\n", NULL,
                   "removed /e/name=X {\"name\":\"X\",\"v\":1}\n");
}

static void names_count_even_opposite_an_empty_list(void **state)
{
    (void)state;
    assert_changes("e: []\nl: [a]\n", "e: [{name: A}]\nl: []\n", NULL,
                   "added /e/name=A {\"name\":\"A\"}\n"
                   "removed /l item \"a\"\n");
    assert_changes("e: []\n", "e: [{name: A}]\n", &five_steps, "added /e item {\"name\":\"A\"}\n");
}

static void known_lists_have_their_own_names(void **state)
{
    (void)state;
    assert_changes("ports: [{containerPort: 80, protocol: TCP}, {containerPort: 443}]\n",
                   "ports: [{containerPort: 80, protocol: UDP}, {containerPort: 8443}]\n", NULL,
                   "modified /ports/containerPort=80/protocol \"TCP\" -> \"UDP\"\n"
                   "removed /ports/containerPort=443 {\"containerPort\":443}\n"
                   "added /ports/containerPort=8443 {\"containerPort\":8443}\n");
    assert_changes("ports: [{containerPort: 53, protocol: TCP, x: 1},"
                   " {containerPort: 53, protocol: UDP, x: 1}]\n",
                   "ports: [{containerPort: 53, protocol: UDP, x: 2},"
                   " {containerPort: 53, protocol: TCP, x: 1}]\n",
                   NULL,
                   "modified /ports/containerPort+protocol=53~1UDP/x 1 -> 2\n"
                   "order /ports [\"53/TCP\",\"53/UDP\"] -> [\"53/UDP\",\"53/TCP\"]\n");
    assert_changes("hosts: [{host: a, paths: [{path: /, b: 1}, {path: /x, b: 1}]},"
                   " {host: b, paths: []}]\n",
                   "hosts: [{host: a, paths: [{path: /, b: 1}, {path: /x, b: 2}]},"
                   " {host: c, paths: []}]\n",
                   NULL,
                   "modified /hosts/host=a/paths/path=~1x/b 1 -> 2\n"
                   "removed /hosts/host=b {\"host\":\"b\",\"paths\":[]}\n"
                   "added /hosts/host=c {\"host\":\"c\",\"paths\":[]}\n");
    assert_changes("volumeMounts: [{name: d, mountPath: /a}, {name: d, mountPath: /b}]\n",
                   "volumeMounts: [{name: d, mountPath: /a, readOnly: true},"
                   " {name: d, mountPath: /b}]\n",
                   NULL, "added /volumeMounts/mountPath=~1a/readOnly true\n");
    assert_changes(
        "tolerations: [{key: k, effect: NoSchedule, s: 1}, {key: k, effect: NoExecute}]\n",
        "tolerations: [{key: k, effect: NoSchedule, s: 2}, {key: k, effect: NoExecute}]\n", NULL,
        "modified /tolerations/key+operator+effect=k~1~1NoSchedule/s 1 -> 2\n");
}

static void the_caller_may_name_lists_himself(void **state)
{
    static const struct list_rule rules[] = {
        {"**.routes", "from+to"},
        { "pools",    "zone"   }
    };
    const struct tree_diff_options options = { .rules = rules, .rule_count = 2 };
    const char *previous = "a: {routes: [{name: 1, from: x, to: y}, {name: 2, from: x, to: z}]}\n"
                           "pools: [{zone: a, n: 1}, {zone: b, n: 1}]\n"
                           "deep: {pools: [{zone: a, n: 1}, {zone: a, n: 2}]}\n";
    const char *current = "a: {routes: [{name: 1, from: x, to: z}, {name: 2, from: x, to: y}]}\n"
                          "pools: [{zone: a, n: 1}, {zone: b, n: 2}]\n"
                          "deep: {pools: [{zone: a, n: 1}, {zone: a, n: 3}]}\n";

    (void)state;
    assert_changes(previous, current, &options,
                   "modified /a/routes/from+to=x~1y/name 1 -> 2\n"
                   "modified /a/routes/from+to=x~1z/name 2 -> 1\n"
                   "order /a/routes [\"x/y\",\"x/z\"] -> [\"x/z\",\"x/y\"]\n"
                   "modified /pools/zone=b/n 1 -> 2\n"
                   "modified /deep/pools/zone=a#2/n 2 -> 3\n");
}

static void built_in_rules_can_be_listed(void **state)
{
    size_t count = 0;
    const struct list_rule *rules = list_rules(&count);
    bool ports = false;

    (void)state;
    for (size_t i = 0; i < count; i++)
        ports = ports || (strcmp(rules[i].list, "ports") == 0 &&
                          strcmp(rules[i].keys, "containerPort+protocol") == 0);
    assert_true(ports);
}

static void entries_with_a_hundred_keys_are_not_guessed_about(void **state)
{
    struct strbuf previous = STRBUF_INIT;
    struct strbuf current = STRBUF_INIT;

    (void)state;
    for (int i = 0; i < 4; i++) {
        strbuf_add(&previous, "- {");
        for (int k = 0; k < 100; k++)
            strbuf_printf(&previous, "k%d: v%d,", k, i);
        strbuf_add(&previous, "}\n");
    }
    strbuf_add_bytes(&current, previous.data, previous.length);
    strbuf_add(&current, "- {k0: v9}\n");
    assert_changes(previous.data, current.data, NULL, "added  item {\"k0\":\"v9\"}\n");
    strbuf_release(&previous);
    strbuf_release(&current);
}

/* ---- large maps ---- */

static void large_maps_are_compared_by_key(void **state)
{
    struct strbuf previous = STRBUF_INIT;
    struct strbuf current = STRBUF_INIT;

    (void)state;
    for (int i = 0; i < 100; i++) {
        strbuf_printf(&previous, "k%d: 1\n", i);
        if (i != 40)
            strbuf_printf(&current, "k%d: %d\n", 99 - i, 99 - i == 7 ? 2 : 1);
    }
    strbuf_add(&current, "new: 1\n");
    assert_changes(previous.data, current.data, NULL,
                   "modified /k7 1 -> 2\n"
                   "removed /k59 1\n"
                   "added /new 1\n");
    strbuf_release(&previous);
    strbuf_release(&current);
}

/* ---- several documents ---- */

static void documents_are_paired_by_position(void **state)
{
    (void)state;
    assert_changes("a: 1\n---\nb: 1\n", "a: 2\n---\nb: 1\n---\nc: 1\n", NULL,
                   "modified /a 1 -> 2\n"
                   "added  {\"c\":1}\n");
    assert_changes("a: 1\n---\nb: 1\n", "a: 1\n", NULL, "removed  {\"b\":1}\n");
    assert_changes("", "a: 1\n", NULL, "added  {\"a\":1}\n");
    assert_changes("---\n", "a: 1\n", NULL, "type_changed  null -> {\"a\":1}\n");
}

static void kubernetes_documents_are_paired_by_what_they_are(void **state)
{
    (void)state;
    assert_changes("{apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}, p: 1}\n"
                   "---\n"
                   "{apiVersion: v1, kind: Secret, metadata: {name: gone}}\n"
                   "---\n",
                   "---\n"
                   "{apiVersion: v1, kind: ConfigMap, metadata: {name: new}}\n"
                   "---\n"
                   "{apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}, p: "
                   "2}\n",
                   NULL,
                   "[v1/Service/shop/api] modified /p 1 -> 2\n"
                   "[v1/Secret/gone] removed  {\"apiVersion\":\"v1\",\"kind\":\"Secret\","
                   "\"metadata\":{\"name\":\"gone\"}}\n"
                   "[v1/ConfigMap/new] added  {\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\","
                   "\"metadata\":{\"name\":\"new\"}}\n");
}

static void another_api_version_is_a_change_of_the_same_object(void **state)
{
    (void)state;
    assert_changes("{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: web}}\n",
                   "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web}}\n",
                   NULL,
                   "[extensions/v1beta1/Ingress/web] modified /apiVersion "
                   "\"extensions/v1beta1\" -> \"networking.k8s.io/v1\"\n");
}

static void other_documents_leave_kubernetes_objects_their_names(void **state)
{
    (void)state;
    assert_changes("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, p: 1}\n---\nplain: 1\n",
                   "plain: 2\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, p: 2}\n"
                   "---\nmore: 1\n",
                   NULL,
                   "[v1/ConfigMap/a] modified /p 1 -> 2\n"
                   "modified /plain 1 -> 2\n"
                   "added  {\"more\":1}\n");
    /* What is no object any longer. */
    assert_changes("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n",
                   "{apiVersion: v1, kind: ConfigMap, metadata: {}}\n", NULL,
                   "removed /metadata/name \"a\"\n");
}

static void changes_know_which_document_they_are_in(void **state)
{
    struct document *previous = read_document(DOCUMENT_YAML, "a: 1\n---\nb: 1\n");
    struct document *current = read_document(DOCUMENT_YAML, "a: 1\n---\nb: 2\n---\nc: 1\n");
    struct tree_diff *diff = tree_diff_documents(previous, current, NULL);

    (void)state;
    assert_int_equal(diff->count, 2);
    assert_int_equal(diff->changes[0].document_index, 1);
    assert_int_equal(diff->changes[1].document_index, 2);
    assert_int_equal(diff->changes[1].step_count, 0);
    assert_null(diff->changes[1].previous);
    assert_string_equal(diff->changes[0].previous_object, "#2");
    assert_string_equal(diff->changes[0].current_object, "#2");
    assert_null(diff->changes[1].previous_object);
    assert_string_equal(diff->changes[1].current_object, "#3");
    tree_diff_free(&diff);
    tree_diff_free(&diff);
    document_free(&previous);
    document_free(&current);
}

/* ---- paths ---- */

static void assert_path(const char *previous, const char *current, const char *pointer,
                        const char *path)
{
    struct document *before = read_document(DOCUMENT_YAML, previous);
    struct document *after = read_document(DOCUMENT_YAML, current);
    struct tree_diff *diff = tree_diff_documents(before, after, NULL);
    struct strbuf out = STRBUF_INIT;

    assert_int_equal(diff->count, 1);
    tree_change_pointer(&out, &diff->changes[0]);
    assert_string_equal(out.data, pointer);
    strbuf_clear(&out);
    tree_change_path(&out, &diff->changes[0]);
    assert_string_equal(out.data, path);
    strbuf_release(&out);
    tree_diff_free(&diff);
    document_free(&before);
    document_free(&after);
}

static void paths_are_written_for_programs_and_for_people(void **state)
{
    (void)state;
    assert_path("e: {s: [{name: U, value: 1}]}", "e: {s: [{name: U, value: 2}]}",
                "/e/s/name=U/value", "e.s.U.value");
    assert_path("{\"a/b\": {\"c~d\": 1}}", "{\"a/b\": {\"c~d\": 2}}", "/a~1b/c~0d", "a/b.c~d");
    assert_path("{app.kubernetes.io/name: 1}", "{app.kubernetes.io/name: 2}",
                "/app.kubernetes.io~1name", "\"app.kubernetes.io/name\"");
    assert_path("{a b: {\"q\\\"\\\\\": {\"\": 1}}}", "{a b: {\"q\\\"\\\\\": {\"\": 2}}}",
                "/a b/q\"\\/", "\"a b\".\"q\\\"\\\\\".\"\"");
    assert_path("[[{a: 1}]]", "[[{a: 2}]]", "/0/0/a", "0.0.a");
    assert_path("e: [{name: a.b/c}, {name: a.b/c, v: 1}]",
                "e: [{name: a.b/c}, {name: a.b/c, v: 2}]", "/e/name=a.b~1c#2/v", "e.\"a.b/c\"#2.v");
    assert_path("a", "b", "", "");
}

static void kinds_of_change_have_names(void **state)
{
    (void)state;
    assert_string_equal(change_kind_name(CHANGE_ADDED), "added");
    assert_string_equal(change_kind_name(CHANGE_REMOVED), "removed");
    assert_string_equal(change_kind_name(CHANGE_MODIFIED), "modified");
    assert_string_equal(change_kind_name(CHANGE_TYPE), "type_changed");
    assert_string_equal(change_kind_name(CHANGE_ORDER), "order");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_documents_have_no_changes),
        cmocka_unit_test(changes_stand_in_the_order_of_the_previous_tree),
        cmocka_unit_test(another_kind_is_a_change_of_type),
        cmocka_unit_test(entries_are_matched_by_name),
        cmocka_unit_test(key_and_id_name_entries_too),
        cmocka_unit_test(another_order_of_names_is_one_change),
        cmocka_unit_test(four_or_more_entries_are_matched_by_a_guess),
        cmocka_unit_test(kubernetes_objects_are_matched_by_what_they_are),
        cmocka_unit_test(plain_lists_are_compared_as_bags),
        cmocka_unit_test(a_single_entry_is_compared_with_a_single_entry),
        cmocka_unit_test(names_that_occur_twice_are_told_apart_by_ordinals),
        cmocka_unit_test(equal_entries_of_one_name_belong_together),
        cmocka_unit_test(names_count_even_opposite_an_empty_list),
        cmocka_unit_test(known_lists_have_their_own_names),
        cmocka_unit_test(the_caller_may_name_lists_himself),
        cmocka_unit_test(built_in_rules_can_be_listed),
        cmocka_unit_test(entries_with_a_hundred_keys_are_not_guessed_about),
        cmocka_unit_test(large_maps_are_compared_by_key),
        cmocka_unit_test(documents_are_paired_by_position),
        cmocka_unit_test(kubernetes_documents_are_paired_by_what_they_are),
        cmocka_unit_test(another_api_version_is_a_change_of_the_same_object),
        cmocka_unit_test(other_documents_leave_kubernetes_objects_their_names),
        cmocka_unit_test(changes_know_which_document_they_are_in),
        cmocka_unit_test(paths_are_written_for_programs_and_for_people),
        cmocka_unit_test(kinds_of_change_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
