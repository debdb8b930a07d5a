#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/git/mailmap.h>

#include "../../support/fixture_repository.h"

static struct error error;

static const char map_text[] =
    "# who is who\n"
    "Ada Lovelace <ada@example.org>\n"
    "<bob@example.org> <bob@old.example.org>\n"
    "Carol C <carol@example.org> <carol@old.example.org>\n"
    "Dora D <dora@example.org> dd <shared@example.org>\n"
    "Emil E <emil@example.org> Emil <shared@example.org>\n"
    "Somebody <shared@example.org>\n"
    "  Blank Name  <blank@example.org>  <x@old.example.org>  # a note \r\n"
    "Bob Builder <bob@old.example.org>\n"
    "no address\n"
    "Empty <> <y@example.org>\n"
    "Only <only@example.org> <>\n"
    "Broken <broken@example.org\n";

static const char *const people[][2] = {
    {"ada",      "ada@example.org"      },
    { "A",       "ADA@Example.ORG"      },
    { "bob",     "bob@old.example.org"  },
    { "bob",     "bob@example.org"      },
    { "c",       "carol@old.example.org"},
    { "DD",      "shared@example.org"   },
    { "Emil",    "SHARED@example.org"   },
    { "Frida",   "shared@example.org"   },
    { "x",       "x@old.example.org"    },
    { "y",       "y@example.org"        },
    { "broken",  "broken@example.org"   },
    { "unknown", "unknown@example.org"  },
    { "blank",   "blank@example.org"    },
};

/* `git check-mailmap` for the same people. */
static void people_are_named_as_git_names_them(void **state)
{
    struct fixture_repository *fixture = fixture_new();
    struct mailmap *mailmap = mailmap_parse(map_text, strlen(map_text));
    (void)state;
    fixture_commit(fixture, ".mailmap", map_text, "Say who is who");
    fixture_open(fixture);
    fixture_write_work_file(fixture, ".mailmap", map_text);
    for (size_t i = 0; i < sizeof(people) / sizeof(*people); i++) {
        const char *name = people[i][0], *email = people[i][1];
        char *who = memory_printf("%s <%s>", name, email);
        const char *const arguments[] = { "check-mailmap", who, NULL };
        struct strbuf git = STRBUF_INIT;
        fixture_git(fixture, &git, arguments);
        mailmap_apply(mailmap, &name, &email);
        char *mine = memory_printf("%s <%s>\n", name, email);
        assert_string_equal(mine, git.data);
        strbuf_release(&git);
        free(mine);
        free(who);
    }
    mailmap_free(&mailmap);
    assert_null(mailmap);
    fixture_free(&fixture);
}

static void one_step_is_all(void **state)
{
    static const char chain[] = "B <b@x> <a@x>\nC <c@x> <b@x>\n";
    struct mailmap *mailmap = mailmap_parse(chain, strlen(chain));
    const char *name = "A", *email = "a@x";
    (void)state;
    assert_true(mailmap_apply(mailmap, &name, &email));
    assert_string_equal(name, "B");
    assert_string_equal(email, "b@x");
    mailmap_free(&mailmap);
}

static void nobody_is_mapped_without_one(void **state)
{
    const char *name = "A", *email = "a@x";
    (void)state;
    assert_false(mailmap_apply(NULL, &name, &email));
    assert_string_equal(name, "A");
}

static void it_is_read_from_a_commit(void **state)
{
    struct fixture_repository *fixture = fixture_new();
    struct mailmap *mailmap = NULL;
    struct object_id without = fixture_commit(fixture, "a", "1\n", "One");
    struct object_id with = fixture_commit(fixture, ".mailmap", map_text, "Two");
    struct repository *repository = fixture_open(fixture);
    (void)state;
    assert_true(mailmap_read(repository, &without, &mailmap, &error));
    assert_null(mailmap);
    assert_true(mailmap_read(repository, &with, &mailmap, &error));
    assert_non_null(mailmap);
    mailmap_free(&mailmap);
    fixture_free(&fixture);
}

static void a_commit_has_its_people_named(void **state)
{
    static const char text[] = "Ada Lovelace <ada@new.example> <ada@old.example>\n";
    struct mailmap *mailmap = mailmap_parse(text, strlen(text));
    struct arena *arena = arena_new();
    struct commit commit = { .author_name = "ada",
                             .author_email = "ADA@old.example",
                             .committer_name = "Bob",
                             .committer_email = "bob@example.org" };
    (void)state;
    mailmap_name_people(NULL, arena, &commit);
    assert_string_equal(commit.author_name, "ada");
    mailmap_name_people(mailmap, arena, &commit);
    mailmap_free(&mailmap); /* what was put there lives on */
    assert_string_equal(commit.author_name, "Ada Lovelace");
    assert_string_equal(commit.author_email, "ada@new.example");
    assert_string_equal(commit.committer_name, "Bob");
    assert_string_equal(commit.committer_email, "bob@example.org");
    arena_free(&arena);
}

/* git does not follow a link that a repository brings, either. */
static void a_link_is_no_mailmap(void **state)
{
    struct fixture_repository *fixture = fixture_new();
    struct mailmap *mailmap = NULL;
    (void)state;
    builder_link(fixture_builder(fixture), ".mailmap", "/etc/passwd");
    struct object_id commit = fixture_commit(fixture, "a", "1\n", "One");
    assert_true(mailmap_read(fixture_open(fixture), &commit, &mailmap, &error));
    assert_null(mailmap);
    fixture_free(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_are_named_as_git_names_them),
        cmocka_unit_test(one_step_is_all),
        cmocka_unit_test(nobody_is_mapped_without_one),
        cmocka_unit_test(it_is_read_from_a_commit),
        cmocka_unit_test(a_commit_has_its_people_named),
        cmocka_unit_test(a_link_is_no_mailmap),
    };
    return cmocka_run_group_tests_name("mailmap", tests, fixture_library_start,
                                       fixture_library_stop);
}
