#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/marked_world.h"
#include "../support/scratch.h"
#include "harness.h"
#include "studio_world.h"

/* The real program in a terminal over a service full of secrets: neither a screen, nor a detail, a
 * patch or the screen written to a file shows one. */

#define ROWS    60
#define COLUMNS 200
#define TABS    6
#define STEPS   24

struct world {
    struct harness *harness;
    char *folder, *shop;
};

static int set_up(void **state)
{
    struct world *world = memory_new(sizeof *world);

    world->folder = scratch_new();
    world->shop = marked_world_make(world->folder);
    world->harness = harness_new();
    harness_set(world->harness, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    harness_enter(world->harness, world->shop);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    harness_free(&world->harness);
    scratch_remove(&world->folder);
    free(world->shop);
    free(world);
    return 0;
}

static bool check_screen(struct vt *vt, const char *what)
{
    struct strbuf screen = STRBUF_INIT;
    bool masked;

    vt_screen(vt, &screen);
    assert_unmarked(what, screen.data, screen.length);
    masked = strstr(screen.data, "••••") != NULL;
    strbuf_release(&screen);
    return masked;
}

static void check_written(const struct world *world, struct vt *vt)
{
    char *path = scratch_path(harness_home(world->harness), "screen.txt");
    char *text;

    studio_type(vt, ":screen! ~/screen.txt\r", "screen written to ~/screen.txt");
    text = scratch_read(path);
    assert_unmarked(":screen", text, strlen(text));
    free(text);
    free(path);
}

/* A list and the detail of each of its rows. */
static size_t look_through(struct vt *vt, size_t *details)
{
    size_t masked = check_screen(vt, "a list");

    for (int i = 0; i < STEPS; i++) {
        vt_send(vt, "\r");
        if (vt_see_text(vt, "▸")) {
            (*details)++;
            masked += check_screen(vt, "a detail");
            assert_true(vt_type(vt, "\033"));
        }
        assert_true(vt_type(vt, "j"));
        masked += check_screen(vt, "a list");
    }
    return masked;
}

static void no_screen_shows_one(void **state)
{
    const struct world *world = *state;
    struct vt *vt = harness_start(world->harness, ROWS, COLUMNS, "pilab", NULL);
    size_t masked = 0, details = 0;

    studio_type(vt, "", "Compare");
    studio_type(vt, ":drift v1.0.0..v1.1.0\r", "Verdict");
    masked += check_screen(vt, "the verdict");
    for (int tab = 0; tab < TABS; tab++) {
        assert_true(vt_type(vt, "gt"));
        masked += look_through(vt, &details);
        check_written(world, vt);
    }
    assert_true(details > 20);
    assert_true(masked > 20);
    assert_unmarked("the terminal", vt_log(vt)->data, vt_log(vt)->length);
    studio_leave(&vt);
}

/* What says that a line is secret may be far above it. */
static void no_patch_shows_one(void **state)
{
    static const char *const files[] = { "sealed.yaml", "app.yaml", "V2__b.sql" };
    const struct world *world = *state;
    struct vt *vt = harness_start(world->harness, ROWS, COLUMNS, "pilab", NULL);

    studio_type(vt, "", "Compare");
    studio_type(vt, ":drift v1.0.0..v1.1.0\r", "Verdict");
    studio_type(vt, "gtgtgt", "[Code");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *search = memory_printf("/%s\r", files[i]);

        studio_type(vt, search, "▶");
        studio_type(vt, "p", "@@");
        assert_true(check_screen(vt, files[i]));
        assert_true(vt_type(vt, "q"));
        free(search);
    }
    assert_unmarked("the terminal", vt_log(vt)->data, vt_log(vt)->length);
    studio_leave(&vt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_screen_shows_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_patch_shows_one, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
