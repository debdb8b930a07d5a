#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/drift/image.h>
#include <pilab/source/comparison.h>

#include "../../support/scratch.h"

/* Two folders, and the images that both name. */

struct work {
    char *folder;
    struct comparison_request request;
    struct image_asker asker;
    struct comparison *comparison;
    const struct drift_input *input;
    struct strbuf told, asked;
    struct error error;
    enum error_code refuse; /* what the registry says of "…:gone" */
};

/* A registry that has everything but what is called gone. */
static bool answer(void *context, const struct image_reference *reference, struct arena *arena,
                   struct image *image, const char **tag_digest, const struct progress *progress,
                   struct error *error)
{
    struct work *work = context;
    static const struct image_manifest empty = { 0 };

    (void)progress;
    strbuf_printf(&work->asked, "%s\n", image_reference_text(arena, reference));
    *tag_digest = NULL;
    if (reference->tag != NULL && strcmp(reference->tag, "gone") == 0)
        return error_set(error, work->refuse, "no answer for you");
    *image = (struct image){ .reference = *reference, .digest = "sha256:0", .manifest = &empty };
    return true;
}

static int enter(void **state)
{
    struct work *work = memory_new(sizeof *work);

    work->folder = scratch_new();
    work->told = work->asked = (struct strbuf)STRBUF_INIT;
    work->asker = (struct image_asker){ .ask = answer, .context = work };
    work->refuse = ERROR_NOT_FOUND;
    work->request = (struct comparison_request){ .types = { [DRIFT_IMAGE] = true },
                                                 .clock = clock_frozen(1),
                                                 .random = random_seeded(1) };
    *state = work;
    return 0;
}

static int leave(void **state)
{
    struct work *work = *state;

    comparison_free(&work->comparison);
    scratch_remove(&work->folder);
    strbuf_release(&work->told);
    strbuf_release(&work->asked);
    free(work);
    return 0;
}

/* A file on both sides; NULL: not there. */
static void put(struct work *work, const char *name, const char *before, const char *after)
{
    const char *texts[] = { before, after };

    for (int i = 0; i < 2; i++) {
        char *path = memory_printf("%s/%s", i == 0 ? "before" : "after", name);

        if (texts[i] != NULL)
            free(scratch_file(work->folder, path, texts[i]));
        free(path);
    }
}

static void add_side(struct strbuf *out, const struct image_use *use)
{
    strbuf_add(out, use == NULL ? "-" : use->text);
}

/* A line a pair: "before -> after". */
static const char *compare(struct work *work)
{
    char *before = scratch_path(work->folder, "before");
    char *after = scratch_path(work->folder, "after");
    const struct image_input *input;

    comparison_free(&work->comparison);
    if (!comparison_read_files(&work->request, before, after, &work->comparison, NULL,
                               &work->error))
        fail_msg("%s", work->error.message);
    work->input = comparison_input(work->comparison);
    input = work->input->modules[0].image;
    strbuf_clear(&work->told);
    for (size_t i = 0; input != NULL && i < input->count; i++) {
        add_side(&work->told, input->pairs[i].previous.use);
        strbuf_add(&work->told, " -> ");
        add_side(&work->told, input->pairs[i].current.use);
        strbuf_add_char(&work->told, '\n');
    }
    free(before);
    free(after);
    return work->told.data;
}

static const struct drift_source *image_source_of(const struct work *work)
{
    for (size_t i = 0; i < work->input->source_count; i++)
        if (work->input->sources[i].type == DRIFT_IMAGE)
            return &work->input->sources[i];
    fail_msg("nothing is said of images");
    return NULL;
}

static void reads_all_kinds_of_files(void **state)
{
    struct work *work = *state;

    put(work, "Dockerfile", "FROM golang:1.21\n", "FROM golang:1.22\n");
    put(work, "compose.yaml", "services: {web: {image: \"mb/web:1\"}}\n",
        "services: {web: {image: \"mb/web:2\"}}\n");
    put(work, "deploy/values.yaml", "image: {repository: mb/auth, tag: v1}\n",
        "image: {repository: mb/auth, tag: v2}\n");
    put(work, "testdata/Dockerfile", "FROM a:1\n", "FROM a:2\n");
    assert_string_equal(compare(work), "golang:1.21 -> golang:1.22\n"
                                       "mb/web:1 -> mb/web:2\n"
                                       "mb/auth:v1 -> mb/auth:v2\n");
    assert_int_equal(image_source_of(work)->state, SOURCE_READ);
    assert_string_equal(image_source_of(work)->detail, "3 images; registries were not asked");
}

static void with_configuration_its_documents_are_read_once(void **state)
{
    struct work *work = *state;

    work->request.types[DRIFT_CONFIG] = true;
    put(work, "deploy/values.yaml", "image: {repository: mb/auth, tag: v1}\n",
        "image: {repository: mb/auth, tag: v2}\n");
    assert_string_equal(compare(work), "mb/auth:v1 -> mb/auth:v2\n");
}

static void a_tag_alone_is_configuration(void **state)
{
    struct work *work = *state;

    put(work, "deploy/values.yaml", "image: {tag: v1}\n", "image: {tag: v2}\n");
    assert_string_equal(compare(work), "");
    assert_string_equal(image_source_of(work)->detail, "no image differs");
}

static void what_moved_in_the_files_is_still_the_same_image(void **state)
{
    struct work *work = *state;

    put(work, "Dockerfile", "FROM golang:1.21 AS build\nFROM debian:12\n",
        "FROM golang:1.22 AS compile\nFROM debian:12 AS run\n");
    put(work, "old/Dockerfile", "FROM redis:7\n", NULL);
    put(work, "new/Dockerfile", NULL, "FROM redis:7\n");
    assert_string_equal(compare(work), "golang:1.21 -> golang:1.22\n");
}

static void what_came_and_went_is_told(void **state)
{
    struct work *work = *state;

    put(work, "compose.yaml", "services: {a: {image: \"a:1\"}}\n",
        "services: {b: {image: \"b:1\"}}\n");
    assert_string_equal(compare(work), "- -> b:1\na:1 -> -\n");
}

static void a_file_that_cannot_be_understood_is_a_problem(void **state)
{
    struct work *work = *state;

    put(work, "compose.yaml", "services: {web: {image: \"mb/web:1\"}}\n", "services: [\n");
    assert_string_equal(compare(work), "");
    assert_int_equal(image_source_of(work)->state, SOURCE_FAILED);
    assert_int_equal(work->input->problem_count, 1);
    assert_non_null(strstr(work->input->problems[0].what, "compose.yaml"));
}

/* Nobody would tell who it runs as, nor what it fetches. */
static void what_a_dockerfile_holds_besides_is_not_silent(void **state)
{
    struct work *work = *state;

    put(work, "Dockerfile", "ARG GO=1\nFROM go:${GO}\nUSER node\n",
        "ARG GO=2\nFROM go:${GO}\nUSER node\n");
    put(work, "web/Dockerfile", "FROM node:20\n# x\nUSER node\n",
        "FROM node:21\n# x\nUSER node  \n\n");
    assert_string_equal(compare(work), "go:${GO} -> go:${GO}\nnode:20 -> node:21\n");
    assert_int_equal(work->input->problem_count, 0);
    put(work, "Dockerfile", "FROM go:1\nUSER node\n", "FROM go:1\nUSER root\n");
    assert_string_equal(compare(work), "node:20 -> node:21\n");
    assert_int_equal(work->input->problem_count, 1);
    assert_string_equal(work->input->problems[0].what, "Dockerfile");
    assert_non_null(strstr(work->input->problems[0].why, "only the images were compared"));
    assert_false(work->input->problems[0].warning);
}

/* "FROM \" with its image on the next line is that image all the same. */
static void an_image_on_a_line_of_its_own_is_no_other_line(void **state)
{
    struct work *work = *state;

    put(work, "Dockerfile",
        "FROM \\\n# why\n\n  node:20 \\\n  AS build\nRUN echo `date`\nFROM a:1\n",
        "FROM \\\n# why\n  node:21 \\\n  AS build\nRUN echo `date`\nFROM a:2\n");
    assert_string_equal(compare(work), "node:20 -> node:21\na:1 -> a:2\n");
    assert_int_equal(work->input->problem_count, 0);
    put(work, "Dockerfile", "# escape=`\nFROM `\n node:20\n", "# escape=`\nFROM `\n node:21\n");
    assert_string_equal(compare(work), "node:20 -> node:21\n");
    assert_int_equal(work->input->problem_count, 0);
    put(work, "Dockerfile", "FROM \\\n node:20\nRUN \\\n a\n", "FROM \\\n node:20\nRUN \\\n b\n");
    compare(work);
    assert_int_equal(work->input->problem_count, 1);
}

/* Parts that Dockerfiles are put together with begin with no image: that is no fault of theirs. */
static void a_part_of_dockerfiles_may_name_no_image(void **state)
{
    struct work *work = *state;

    put(work, "Dockerfile.common", "RUN <<EOF\nunknown words\nEOF\nUSER node\n",
        "RUN <<EOF\nother words\nEOF\nUSER root\n");
    assert_string_equal(compare(work), "");
    assert_int_equal(work->input->problem_count, 1);
    assert_non_null(strstr(work->input->problems[0].why, "only the images were compared"));
    put(work, "Dockerfile.common", "FROM a:1\nUSER node\n", "USER node\n");
    assert_string_equal(compare(work), "a:1 -> -\n");
}

static void each_name_is_asked_for_once(void **state)
{
    struct work *work = *state;
    const struct image_input *input;

    work->request.images = &work->asker;
    put(work, "Dockerfile", "FROM a:1\n", "FROM a:2\n");
    put(work, "x/Dockerfile", "FROM a:1\n", "FROM a:2\nFROM b:${B}\n");
    put(work, "same/Dockerfile", "FROM s:1\n", "FROM s:1\n");
    compare(work);
    assert_string_equal(work->asked.data, "a:1\na:2\n");
    input = work->input->modules[0].image;
    assert_true(input->asked);
    assert_int_equal(input->pairs[0].current.answer, IMAGE_FOUND);
    assert_int_equal(input->count, 3);
    assert_int_equal(input->pairs[2].current.answer, IMAGE_NOT_ASKED);
    assert_string_equal(image_source_of(work)->detail, "3 images; registries were asked");
}

static void missing_is_not_the_same_as_silent(void **state)
{
    struct work *work = *state;

    work->request.images = &work->asker;
    put(work, "Dockerfile", "FROM a:1\n", "FROM a:gone\n");
    compare(work);
    assert_int_equal(work->input->modules[0].image->pairs[0].current.answer, IMAGE_MISSING);
    assert_string_equal(work->input->modules[0].image->pairs[0].current.said, "no answer for you");
    assert_int_equal(image_source_of(work)->state, SOURCE_READ);
    assert_int_equal(work->input->problem_count, 0);
    work->refuse = ERROR_NETWORK;
    compare(work);
    assert_int_equal(work->input->modules[0].image->pairs[0].current.answer, IMAGE_UNREACHABLE);
    assert_int_equal(image_source_of(work)->state, SOURCE_FAILED);
    assert_string_equal(work->input->problems[0].what, "docker.io");
}

/* The registry answers: each image that cannot be read is told by its own name. */
static void an_image_that_cannot_be_read_is_not_a_silent_registry(void **state)
{
    struct work *work = *state;

    work->request.images = &work->asker;
    work->refuse = ERROR_UNSUPPORTED;
    put(work, "Dockerfile", "FROM a:1\n", "FROM a:gone\n");
    put(work, "compose.yaml", "services: {web: {image: \"b:1\"}}\n",
        "services: {web: {image: \"b:gone\"}}\n");
    compare(work);
    assert_int_equal(work->input->modules[0].image->pairs[0].current.answer, IMAGE_UNREACHABLE);
    assert_int_equal(work->input->problem_count, 2);
    assert_string_equal(work->input->problems[0].what, "a:gone");
    assert_string_equal(work->input->problems[1].what, "b:gone");
}

static void a_cancel_ends_it(void **state)
{
    struct work *work = *state;
    char *before = scratch_path(work->folder, "before");
    char *after = scratch_path(work->folder, "after");

    work->request.images = &work->asker;
    work->refuse = ERROR_CANCELLED;
    put(work, "Dockerfile", "FROM a:1\n", "FROM a:gone\n");
    assert_false(comparison_read_files(&work->request, before, after, &work->comparison, NULL,
                                       &work->error));
    assert_int_equal(work->error.code, ERROR_CANCELLED);
    free(before);
    free(after);
}

/* Said once: of which file, at which side, and where in it. */
static void what_cannot_be_read_names_its_file_once(void **state)
{
    struct work *work = *state;
    char *a, *b;

    put(work, "Dockerfile", "FROM a:1\n", "FORM a:2\n");
    put(work, "web/Dockerfile", "FROM a:1\n", "FROM a:1\nFROM\n");
    compare(work);
    assert_int_equal(work->input->problem_count, 2);
    assert_int_equal(strncmp(work->input->problems[0].what, "Dockerfile at /", 15), 0);
    assert_string_equal(work->input->problems[0].why,
                        "no image can be built of it: there is no FROM");
    assert_int_equal(strncmp(work->input->problems[1].what, "web/Dockerfile:2 at /", 21), 0);
    assert_string_equal(work->input->problems[1].why, "FROM names no image");

    a = scratch_file(work->folder, "Dockerfile.a", "FROM a:1\n");
    b = scratch_file(work->folder, "Dockerfile.b", "FORM a:2\n");
    comparison_free(&work->comparison);
    if (!comparison_read_files(&work->request, a, b, &work->comparison, NULL, &work->error))
        fail_msg("%s", work->error.message);
    work->input = comparison_input(work->comparison);
    assert_int_equal(work->input->problem_count, 1);
    assert_string_equal(work->input->problems[0].what, b);
    assert_string_equal(work->input->problems[0].why,
                        "no image can be built of it: there is no FROM");
    free(a);
    free(b);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(reads_all_kinds_of_files),
        CASE(with_configuration_its_documents_are_read_once),
        CASE(a_tag_alone_is_configuration),
        CASE(what_moved_in_the_files_is_still_the_same_image),
        CASE(what_came_and_went_is_told),
        CASE(a_file_that_cannot_be_understood_is_a_problem),
        CASE(what_a_dockerfile_holds_besides_is_not_silent),
        CASE(an_image_on_a_line_of_its_own_is_no_other_line),
        CASE(a_part_of_dockerfiles_may_name_no_image),
        CASE(each_name_is_asked_for_once),
        CASE(missing_is_not_the_same_as_silent),
        CASE(an_image_that_cannot_be_read_is_not_a_silent_registry),
        CASE(a_cancel_ends_it),
        CASE(what_cannot_be_read_names_its_file_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
