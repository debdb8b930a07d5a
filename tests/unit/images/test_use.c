#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/images/use.h>

static struct arena *arena;
static struct vector uses;
static struct strbuf told;

static int enter(void **state)
{
    (void)state;
    arena = arena_new();
    vector_init(&uses, sizeof(struct image_use));
    return 0;
}

static int leave(void **state)
{
    (void)state;
    vector_release(&uses);
    strbuf_release(&told);
    arena_free(&arena);
    return 0;
}

/* A line a use: "line place: reference", "line place: ? why". */
static void tell(void)
{
    strbuf_clear(&told);
    for (size_t i = 0; i < uses.count; i++) {
        const struct image_use *use = vector_at(&uses, i);

        strbuf_printf(&told, "%u %s: ", use->line, use->place);
        if (use->known)
            strbuf_add(&told, image_reference_text(arena, &use->reference));
        else
            strbuf_printf(&told, "? %s", use->why);
        strbuf_printf(&told, "%s%s%s\n", use->open_tag ? " (open)" : "",
                      use->variable != NULL ? " by " : "",
                      use->variable != NULL ? use->variable : "");
    }
}

static void assert_uses(const char *name, const char *text, const char *expected)
{
    struct document_options options = { .schema = YAML_HELM };
    struct error error;
    struct document *document =
        document_read(name, text, strlen(text), DOCUMENT_YAML, &options, &error);

    if (document == NULL)
        fail_msg("%s", error.message);
    vector_clear(&uses);
    if (!image_uses_in_document(arena, document, &uses, &error))
        fail_msg("%s", error.message);
    tell();
    assert_string_equal(told.data, expected);
    document_free(&document);
}

static void assert_docker(const char *text, const char *expected)
{
    struct error error;

    vector_clear(&uses);
    if (!image_uses_in_dockerfile(arena, "Dockerfile", text, strlen(text), &uses, &error))
        fail_msg("%s", error.message);
    tell();
    assert_string_equal(told.data, expected);
}

static void reads_helm_values(void **state)
{
    (void)state;
    assert_uses("values.yaml",
                "auth:\n  image:\n    registry: quay.io\n    repository: mb/auth\n    tag: v2.0.6\n"
                "pay:\n  image: {repository: mb/pay, tag: 1.10, pullPolicy: Always}\n"
                "web:\n  image: mb/web:3\n  sidecarImage: envoyproxy/envoy:v1\n"
                "old:\n  image: mb/old\n  imageTag: v9\n"
                "open:\n  image:\n    repository: mb/open\n    tag: \"\"\n"
                "over:\n  image:\n    tag: v7\n"
                "logo:\n  image: logo.png\nflag:\n  image: true\n"
                "list:\n- name: job\n  image: {repository: a/b, tag: v1}\n",
                "5 auth.image: quay.io/mb/auth:v2.0.6\n"
                "7 pay.image: mb/pay:1.10\n"
                "9 web.image: mb/web:3\n"
                "10 web.sidecarImage: envoyproxy/envoy:v1\n"
                "12 old.image: mb/old:v9\n"
                "17 open.image: mb/open (open)\n"
                "20 over.image: ? the repository is said elsewhere\n"
                "27 list.job.image: a/b:v1\n");
}

static void a_global_registry_wins_in_values(void **state)
{
    (void)state;
    assert_uses("values.yaml",
                "global:\n  imageRegistry: mirror.example\n"
                "image:\n  registry: docker.io\n  repository: bitnami/redis\n  tag: 7.2\n",
                "6 image: mirror.example/bitnami/redis:7.2\n");
}

static void reads_compose_files(void **state)
{
    (void)state;
    assert_uses("compose.yaml",
                "services:\n  web:\n    image: \"${REG:-quay.io}/web:${TAG-v1}\"\n"
                "  db:\n    image: postgres:15\n  own:\n    build: .\n"
                "  x:\n    image: mb/x:${VERSION}\n  y:\n    image: $$x\n",
                "3 services.web: quay.io/web:v1 by REG\n"
                "5 services.db: postgres:15\n"
                "9 services.x: ? needs the variable VERSION\n"
                "11 services.y: ? '$x' is no name of an image: the repository is made of small "
                "letters, digits and single . _ - between them\n");
}

static void reads_kubernetes_manifests(void **state)
{
    (void)state;
    assert_uses("deploy.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: auth}\nspec:\n  "
                "template:\n"
                "    spec:\n      initContainers:\n      - name: wait\n        image: busybox\n"
                "      containers:\n      - name: app\n        image: mb/auth:v1\n"
                "      - image: mb/log:v2\n---\n"
                "apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: CronJob\n"
                "  metadata: {name: nightly}\n  spec:\n    jobTemplate:\n      spec:\n"
                "        template:\n          spec:\n            containers:\n"
                "            - name: run\n              image: mb/job:v3\n",
                "9 Deployment/auth/initContainers/wait: busybox\n"
                "12 Deployment/auth/containers/app: mb/auth:v1\n"
                "13 Deployment/auth/containers/1: mb/log:v2\n"
                "28 CronJob/nightly/containers/run: mb/job:v3\n");
}

static void reads_kustomizations(void **state)
{
    (void)state;
    assert_uses("overlays/uat/kustomization.yaml",
                "images:\n- name: mb/auth\n  newTag: v2\n"
                "- name: pay\n  newName: quay.io/mb/pay\n  digest: "
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
                "- name: untouched\n",
                "2 images.mb/auth: mb/auth:v2\n"
                "4 images.pay: quay.io/mb/pay@sha256:"
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n");
}

static void reads_dockerfiles(void **state)
{
    (void)state;
    assert_docker("# syntax=docker/dockerfile:1\nARG GO=1.21\nARG BASE\n\n"
                  "FROM --platform=$BUILDPLATFORM golang:${GO} AS Build\n"
                  "RUN <<EOF cat\nFROM not:this\nEOF\n"
                  "RUN --mount=type=cache,target=/x \\\n # comment\n\n  true && \\\n"
                  "  echo FROM x\n"
                  "from build as test\nCOPY --from=0 /a /b\nCOPY --from=build /a /b\n"
                  "COPY --chown=1 --from=busybox:1.36 /bin/sh /sh\n"
                  "RUN --mount=type=bind,from=alpine:3,target=/m ls\n"
                  "FROM ${BASE}\r\nFROM scratch\nFROM ${MISSING:-debian:12}@bad\n",
                  "5 Build: golang:1.21 by GO\n"
                  "17 test/copy busybox:1.36: busybox:1.36\n"
                  "18 test/run alpine:3: alpine:3\n"
                  "19 stage 2: ? needs the argument BASE\n"
                  "21 stage 4: ? 'debian:12@bad' is no name of an image: the digest is "
                  "not sha256: and 64 hexadecimal digits by MISSING\n");
}

static void another_escape_joins_lines(void **state)
{
    (void)state;
    assert_docker("# escape=`\nFROM `\n  mcr.example/nano:`\nltsc\nRUN dir c:\\\nFROM b:1\n",
                  "2 stage 0: mcr.example/nano:ltsc\n6 stage 1: b:1\n");
}

static void refuses_a_dockerfile_that_is_none(void **state)
{
    struct error error;

    (void)state;
    assert_false(image_uses_in_dockerfile(arena, "Dockerfile", "FROM a\0b", 8, &uses, &error));
    assert_int_equal(error.code, ERROR_INVALID);
    error = (struct error){ 0 };
    assert_false(image_uses_in_dockerfile(arena, "Dockerfile", "", 0, &uses, &error));
    assert_string_equal(error.message, "Dockerfile: it is empty");
    assert_false(image_uses_in_dockerfile(arena, "Dockerfile", " \r\n", 3, &uses, &error));
    assert_docker("FROM a:1\nRUN <<EOF\nnever ends", "1 stage 0: a:1\n");
}

static void assert_no_docker(const char *text, const char *message)
{
    struct error error = { 0 };

    assert_false(image_uses_in_dockerfile(arena, "Dockerfile", text, strlen(text), &uses, &error));
    assert_string_equal(error.message, message);
}

static void refuses_what_starts_from_no_image(void **state)
{
    static const char none[] = "Dockerfile: no image can be built of it: there is no FROM";

    (void)state;
    assert_no_docker("FORM a:2\nRUN x\n", none);
    assert_no_docker("# nothing", none);
    assert_no_docker("RUN <<EOF\nnever ends", none);
    assert_no_docker("ARG A\nFROM\n", "Dockerfile:2: FROM names no image");
}

static void knows_dockerfiles_by_name(void **state)
{
    (void)state;
    assert_true(image_is_dockerfile("Dockerfile"));
    assert_true(image_is_dockerfile("a/b/Containerfile"));
    assert_true(image_is_dockerfile("Dockerfile.alpine"));
    assert_true(image_is_dockerfile("web.dockerfile"));
    assert_false(image_is_dockerfile("Dockerfile.dockerignore"));
    assert_false(image_is_dockerfile("dockerfile/readme.md"));
    assert_false(image_is_dockerfile("MyDockerfiles"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(reads_helm_values),
        CASE(a_global_registry_wins_in_values),
        CASE(reads_compose_files),
        CASE(reads_kubernetes_manifests),
        CASE(reads_kustomizations),
        CASE(reads_dockerfiles),
        CASE(another_escape_joins_lines),
        CASE(refuses_a_dockerfile_that_is_none),
        CASE(refuses_what_starts_from_no_image),
        CASE(knows_dockerfiles_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
