#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "demo_world.h"

/* The list and the detail view of images and of infrastructure, in the sample project. */

static struct vt *open_comparison(const struct demo_world *demo, int rows, int columns)
{
    struct vt *vt = demo_world_open(demo, rows, columns);

    studio_type(vt, ":report show 3\r", "[Verdict]");
    return vt;
}

static void images_have_a_list_and_a_table_of_layers(void **state)
{
    struct vt *vt = open_comparison(*state, 24, 80);

    studio_type(vt, "gTgT", "[Images 5]");
    assert_golden(vt, "demo-images");
    studio_type(vt, "\r", "Layers, lowest first: 2 shared, 2 removed, 3 added");
    assert_golden(vt, "demo-image");
    studio_type(vt, "\006", "Settings");
    assert_shown(vt, "+ added         2.2 MB");
    assert_shown(vt, "- removed      11.8 MB  fc7384138b66  RUN npm ci --omit=dev");
    assert_shown(vt, "BIOMETRIC_MODELS: new: /app/biometric");
    studio_type(vt, "\033", "[Images 5]");
    studio_leave(&vt);
}

static void a_wide_screen_shows_an_image_on_one_page(void **state)
{
    struct vt *vt = open_comparison(*state, 48, 160);

    studio_type(vt, "gTgT", "[Images 5]");
    studio_type(vt, "\r", "Layers, lowest first");
    assert_shown(vt, "image.tag)");
    assert_golden(vt, "demo-image-160x48");
    studio_leave(&vt);
}

static void infrastructure_has_a_list_and_attributes_side_by_side(void **state)
{
    struct vt *vt = open_comparison(*state, 24, 80);

    studio_type(vt, "gTgTgT", "[Infra 14]");
    assert_golden(vt, "demo-infrastructure");
    studio_type(vt, "/sql_database\r", "replaced: enc");
    studio_type(vt, "\r", "destroyed, then created anew");
    assert_golden(vt, "demo-resource");
    studio_type(vt, "G", "The same with git");
    assert_shown(vt, "private_ip_address   10.40.0.3                   (known after apply)");
    assert_shown(vt, "git -C ");
    studio_type(vt, "\033", "[Infra 14]");
    studio_type(vt, "/firewall.allow_database\r", "0.0.0.0/0");
    studio_type(vt, "\r", "everybody can reach or read it");
    studio_leave(&vt);
}

static void a_statement_is_shown_as_it_is_written(void **state)
{
    struct vt *vt = open_comparison(*state, 24, 80);

    studio_type(vt, "gTgTgTgT", "[Database 4]");
    assert_golden(vt, "demo-database");
    studio_type(vt, "\r", "CREATE TABLE upi_transactions (");
    assert_golden(vt, "demo-statement");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(images_have_a_list_and_a_table_of_layers),
        CASE(a_wide_screen_shows_an_image_on_one_page),
        CASE(infrastructure_has_a_list_and_attributes_side_by_side),
        CASE(a_statement_is_shown_as_it_is_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
