#include "hostile_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#define LONG_SUBJECT ((size_t)10 * 1024 * 1024)
#define MARKS        1000

static void hostile_subjects(struct builder *builder)
{
    static const char *const subjects[] = {
        "feat: title \033]0;PWNED\007 of the window",
        "feat: clear \033[2J\033[H the screen",
        "feat: clipboard \033]52;c;UFdORUQ=\007 taken",
        "fix: ok\rFAKE",
        "fix: back\b\b\b\bspace",
        "fix: \xe2\x80\xae"
        "gnihtemos sesrever",
        "fix: invalid \xff\xfe\xc0\x80 bytes",
        "fix: C1 \xc2\x9b"
        "2J control",
        "fix: | a table | <script>alert(1)</script> `code` [link](http://example.org)",
    };
    struct strbuf marks = STRBUF_INIT;

    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        strbuf_clear(&marks);
        strbuf_printf(&marks, "int subject_%zu;\n", i);
        builder_append(builder, "src/subjects.c", marks.data);
        builder_commit(builder, subjects[i]);
    }
    strbuf_clear(&marks);
    strbuf_add(&marks, "feat: e");
    strbuf_add_repeat(&marks, "\xcc\x81", MARKS);
    strbuf_add(&marks, " with marks");
    builder_append(builder, "src/subjects.c", "int marks;\n");
    builder_commit(builder, marks.data);
    strbuf_release(&marks);
}

static void hostile_paths(struct builder *builder)
{
    builder_author(builder, "Eve \033[31mExample", "eve@example.org");
    builder_write(builder, "docs/two\nlines.md", "text\n");
    builder_write(builder, "docs/esc\033[2Jape.md", "text\n");
    builder_write(builder, "docs/\"quoted\".md", "text\n");
    builder_write(builder, "docs/--output=y", "text\n");
    builder_write(builder, "docs/raw.bin.md", "\033]0;PWNED\007 in the patch\rFAKE\n");
    builder_commit(builder, "docs: name files strangely");
}

static void hostile_values(struct builder *builder)
{
    builder_write(builder, "deploy/values.yaml",
                  "title: \"a\\e]0;PWNED\\abc\"\n"
                  "\"key\\e[2J\": \"x\\ry\"\n"
                  "wide: \"\\u202eabc\"\n");
    builder_commit(builder, "chore: set values");
}

static void long_subject(struct builder *builder)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, "feat: ");
    strbuf_add_repeat(&text, "long \033[31m", LONG_SUBJECT / 10);
    builder_append(builder, "src/subjects.c", "int very_long;\n");
    builder_commit(builder, text.data);
    strbuf_release(&text);
}

static void hostile_settings(struct fixture_repository *fixture)
{
    char *text = memory_printf("[core]\n"
                               "\trepositoryformatversion = 0\n"
                               "\tbare = false\n"
                               "\tfsmonitor = \"touch '%1$s/../PWNED'\"\n"
                               "\tpager = \"touch '%1$s/../PWNED'\"\n"
                               "\tsshCommand = \"touch '%1$s/../PWNED'\"\n"
                               "[diff]\n\texternal = \"touch '%1$s/../PWNED'\"\n"
                               "[diff \"evil\"]\n\ttextconv = \"touch '%1$s/../PWNED'; cat\"\n"
                               "[filter \"evil\"]\n"
                               "\tclean = \"touch '%1$s/../PWNED'; cat\"\n"
                               "\tsmudge = \"touch '%1$s/../PWNED'; cat\"\n"
                               "[remote \"origin\"]\n\turl = \"ext::sh -c touch%% PWNED\"\n",
                               fixture_path(fixture));
    static const char *const hooks[] = { "post-checkout", "reference-transaction", "pre-auto-gc" };

    fixture_write_git_file(fixture, "config", text);
    free(text);
    for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++) {
        char *name = memory_printf("hooks/%s", hooks[i]);
        char *path = memory_printf("%s/%s", fixture_git_path(fixture), name);

        fixture_write_git_file(fixture, name, "#!/bin/sh\ntouch PWNED ../PWNED\n");
        assert_int_equal(chmod(path, 0700), 0);
        free(path);
        free(name);
    }
}

struct fixture_repository *hostile_fixture_new(void)
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *builder = fixture_builder(fixture);
    struct object_id second;

    builder_write(builder, ".gitattributes", "* filter=evil diff=evil\n");
    builder_write(builder, "src/subjects.c", "int nothing;\n");
    builder_write(builder, "deploy/values.yaml", "title: plain\n");
    builder_commit(builder, "feat: begin");
    builder_tag(builder, "v1");
    hostile_subjects(builder);
    hostile_paths(builder);
    hostile_values(builder);
    second = builder_head(builder);
    builder_tag(builder, "v2");
    builder_reference(builder, "refs/tags/--output=x", &second);
    builder_reference(builder, "refs/tags/-evil", &second);
    long_subject(builder);
    builder_tag(builder, "v3");
    fixture_open(fixture);
    hostile_settings(fixture);
    return fixture;
}

void hostile_fixture_assert_quiet(const struct fixture_repository *fixture)
{
    static const char *const traces[] = { "PWNED", "../PWNED", "x", "y", "--output=x" };

    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) {
        char *path = memory_printf("%s/%s", fixture_path(fixture), traces[i]);
        bool there = access(path, F_OK) == 0;

        free(path);
        if (there)
            fail_msg("there is a file called %s", traces[i]);
    }
}
