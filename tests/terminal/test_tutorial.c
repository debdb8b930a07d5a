#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "../support/scratch.h"
#include "demo_world.h"

/*
 * The tutorial (doc/guide/tutorial.md) is done as it stands: what it says to press is pressed, what
 * it says is seen must be there. A step is a word in bold and what stands between backticks behind
 * it in the same sentence:
 *
 *     **Press** `8`, then `j` and `Enter`; you **see** `What was recorded`.
 *     **Type** `R2025.04`. In another shell **run** `pilab report list`: you **see** `UAT`.
 *
 * What was seen after a run is what the command printed.
 */

enum mode { MODE_NONE, MODE_PRESS, MODE_TYPE, MODE_SEE, MODE_RUN };

static const struct {
    const char *word;
    enum mode mode;
} modes[] = {
    {"press", MODE_PRESS},
    { "type", MODE_TYPE },
    { "see",  MODE_SEE  },
    { "run",  MODE_RUN  },
};

static const struct {
    const char *name, *bytes;
} keys[] = {
    {"Enter",  "\r"    },
    { "Esc",   "\033"  },
    { "Space", " "     },
    { "Tab",   "\t"    },
    { "Up",    "\033[A"},
    { "Down",  "\033[B"},
    { "^P",    "\020"  },
    { "^R",    "\022"  },
    { "^U",    "\025"  },
};

struct lesson {
    const struct demo_world *world;
    struct vt *vt;
    const struct run *run; /* the last step was a command; NULL: keys */
    size_t line;
    size_t steps, seen;
};

static const char *key_bytes(const char *name)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i].name, name) == 0)
            return keys[i].bytes;
    return name;
}

#define MOST_WORDS 32

static void run_command(struct lesson *lesson, char *text)
{
    const char *words[MOST_WORDS] = { NULL };
    char *program = build_path("pilab"), *rest = NULL;
    size_t count = 0;

    for (char *word = strtok_r(text, " ", &rest); word != NULL && count + 1 < MOST_WORDS;
         word = strtok_r(NULL, " ", &rest))
        words[count++] = strcmp(word, "pilab") == 0 ? program : word;
    lesson->run = run_words(lesson->world->sandbox, words);
    if (lesson->run->status != 0)
        fail_msg("tutorial.md:%zu: `%s` failed: %s", lesson->line, text, lesson->run->err.data);
    free(program);
}

static void see(struct lesson *lesson, const char *text)
{
    if (lesson->run != NULL) {
        assert_says(&lesson->run->out, text);
    } else {
        vt_wait_text(lesson->vt, text);
        if (vt_find(lesson->vt, text) < 0)
            print_error("tutorial.md:%zu:\n", lesson->line);
        studio_type(lesson->vt, "", text);
    }
    lesson->seen++;
}

static void do_step(struct lesson *lesson, enum mode mode, char *text)
{
    lesson->steps += mode != MODE_NONE;
    switch (mode) {
    case MODE_PRESS:
        lesson->run = NULL;
        vt_send(lesson->vt, key_bytes(text));
        break;
    case MODE_TYPE:
        lesson->run = NULL;
        vt_send(lesson->vt, text);
        break;
    case MODE_SEE:
        see(lesson, text);
        break;
    case MODE_RUN:
        run_command(lesson, text);
        break;
    case MODE_NONE:
        break;
    }
}

/* The word in bold that begins here, or none of ours. */
static enum mode mode_at(const char *text, enum mode mode)
{
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        size_t length = strlen(modes[i].word);

        if (strncasecmp(text, modes[i].word, length) == 0 && strncmp(text + length, "**", 2) == 0)
            return modes[i].mode;
    }
    return mode;
}

/* A paragraph: sentences may go over the end of a line, code does not. */
static void follow(struct lesson *lesson, const char *text)
{
    enum mode mode = MODE_NONE;

    for (const char *at = text; *at != '\0'; at++) {
        const char *close;
        char *code;

        lesson->line += *at == '\n';
        if (strncmp(at, "**", 2) == 0)
            mode = mode_at(at + 2, mode);
        if ((*at == '.' && strchr(" \n", at[1]) != NULL) || strncmp(at, "\n\n", 2) == 0)
            mode = MODE_NONE;
        if (strncmp(at, "```", 3) == 0) {
            const char *end = strstr(at + 3, "```");

            assert_non_null(end);
            for (; at < end + 2; at++)
                lesson->line += *at == '\n';
            continue;
        }
        if (*at != '`')
            continue;
        close = strchr(at + 1, '`');
        assert_non_null(close);
        code = memory_copy_bytes(at + 1, (size_t)(close - at) - 1);
        do_step(lesson, mode, code);
        free(code);
        at = close;
    }
}

static void the_tutorial_does_what_it_says(void **state)
{
    struct lesson lesson = { .world = *state, .line = 1 };
    char *path = memory_printf("%s/doc/guide/tutorial.md", getenv("PILAB_SOURCE"));
    char *text = scratch_read(path);

    lesson.vt = demo_world_open(lesson.world, 24, 80);
    follow(&lesson, text);
    assert_true(lesson.steps >= 20);
    assert_true(lesson.seen >= 10);
    studio_leave(&lesson.vt);
    free(text);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_tutorial_does_what_it_says, demo_world_start,
                                        demo_world_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
