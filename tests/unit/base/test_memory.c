#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

static void new_memory_is_zeroed(void **state)
{
    static const char zeros[64];
    char *block = memory_new(64);
    char *array = memory_array(16, 4);

    (void)state;
    assert_memory_equal(block, zeros, 64);
    assert_memory_equal(array, zeros, 64);
    free(block);
    free(array);
}

static void nothing_can_be_allocated_as_well(void **state)
{
    void *block = memory_new(0);
    void *array = memory_array(0, 8);

    (void)state;
    assert_non_null(block);
    assert_non_null(array);
    array = memory_resize(array, 0, 8);
    assert_non_null(array);
    free(block);
    free(array);
}

static void resizing_keeps_what_was_there(void **state)
{
    int *numbers = memory_array(2, sizeof *numbers);

    (void)state;
    numbers[0] = 7;
    numbers[1] = 11;
    numbers = memory_resize(numbers, 1000, sizeof *numbers);
    assert_int_equal(numbers[0], 7);
    assert_int_equal(numbers[1], 11);
    free(numbers);
}

static void copies_are_terminated(void **state)
{
    char *text = memory_copy_text("release");
    char *nothing = memory_copy_text(NULL);
    char *bytes = memory_copy_bytes("a\0b!", 3);
    char *empty = memory_copy_bytes(NULL, 0);

    (void)state;
    assert_string_equal(text, "release");
    assert_string_equal(nothing, "");
    assert_memory_equal(bytes, "a\0b", 4);
    assert_string_equal(empty, "");
    free(text);
    free(nothing);
    free(bytes);
    free(empty);
}

static void formatted_text_is_as_long_as_it_needs(void **state)
{
    char *text = memory_printf("%s-%0500d", "v", 7);

    (void)state;
    assert_int_equal(strlen(text), 502);
    assert_memory_equal(text, "v-000", 5);
    assert_int_equal(text[501], '7');
    free(text);
}

/* Runs `work` in a child process; its status, and what it wrote to its standard error. */
static int run_in_child(void (*work)(void), char *output, size_t size)
{
    int ends[2], status;
    size_t length = 0;
    ssize_t got;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        work();
        _exit(99);
    }
    close(ends[1]);
    while (length < size - 1 && (got = read(ends[0], output + length, size - 1 - length)) > 0)
        length += (size_t)got;
    output[length] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void resize_too_much(void)
{
    free(memory_resize(NULL, SIZE_MAX / 2, 4));
}

static void copy_too_much(void)
{
    free(memory_copy_bytes("x", SIZE_MAX));
}

static void grow_a_buffer_too_much(void)
{
    struct strbuf buffer = STRBUF_INIT;

    strbuf_reserve(&buffer, SIZE_MAX - 8);
}

static void repeat_too_much(void)
{
    struct strbuf buffer = STRBUF_INIT;

    strbuf_add_repeat(&buffer, "ab", SIZE_MAX / 2 + 1);
}

/* Kept where a leak checker still finds it when the program ends. */
static struct arena *volatile arena;

static void fill_an_arena_too_much(void)
{
    arena = arena_new();
    arena_array(arena, SIZE_MAX / 2, 4);
}

static void fill_an_arena_to_the_last_byte(void)
{
    arena = arena_new();
    arena_alloc(arena, SIZE_MAX - 1);
}

static void put_too_much_text_into_an_arena(void)
{
    arena = arena_new();
    arena_bytes(arena, "x", SIZE_MAX);
}

static void too_much_memory_ends_the_program_and_says_so(void **state)
{
    static void (*const works[])(void) = {
        memory_exhausted,
        resize_too_much,
        copy_too_much,
        grow_a_buffer_too_much,
        repeat_too_much,
        fill_an_arena_too_much,
        fill_an_arena_to_the_last_byte,
        put_too_much_text_into_an_arena,
    };

    (void)state;
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
        char output[200];
        assert_int_equal(run_in_child(works[i], output, sizeof output), 1);
        assert_string_equal(output, "pilab: out of memory\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_memory_is_zeroed),
        cmocka_unit_test(nothing_can_be_allocated_as_well),
        cmocka_unit_test(resizing_keeps_what_was_there),
        cmocka_unit_test(copies_are_terminated),
        cmocka_unit_test(formatted_text_is_as_long_as_it_needs),
        cmocka_unit_test(too_much_memory_ends_the_program_and_says_so),
    };

    return cmocka_run_group_tests_name("base/memory", tests, NULL, NULL);
}
