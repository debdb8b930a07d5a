#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/memory.h>
#include <pilab/base/program.h>

#include "../../support/scratch.h"

static void programs_are_found_along_the_path_alone(void **state)
{
    char *before = memory_copy_text(getenv("PATH")), *folder = scratch_new();
    char *program = scratch_file(folder, "tool", "#!/bin/sh\n"), *path;
    char *other = scratch_path(folder, "folder"), *here = getcwd(NULL, 0);

    (void)state;
    assert_int_equal(mkdir(other, 0700), 0);
    path = memory_printf("/nowhere::%s", folder);
    setenv("PATH", path, 1);
    assert_int_equal(chdir(folder), 0);
    assert_false(program_is_in_path("tool")); /* nobody may start it */
    assert_int_equal(chmod(program, 0700), 0);
    assert_true(program_is_in_path("tool"));
    assert_false(program_is_in_path("folder"));
    assert_false(program_is_in_path("away"));
    setenv("PATH", ":/nowhere:", 1); /* the working directory */
    assert_false(program_is_in_path("tool"));
    unsetenv("PATH");
    assert_false(program_is_in_path("tool"));
    setenv("PATH", before, 1);
    assert_int_equal(chdir(here), 0);
    free(here);
    free(other);
    free(path);
    free(program);
    scratch_remove(&folder);
    free(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_are_found_along_the_path_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
