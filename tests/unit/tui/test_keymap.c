#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <pilab/tui/keymap.h>

enum { DOWN, FIRST, NEXT, NOTES, GO, ACT, OPEN, OTHER };

static const struct key_row list_rows[] = {
    {"j Down",   DOWN,  "down",  "Move down",               0},
    { "gg Home", FIRST, "first", "Go to the first",         0},
    { "]r",      NEXT,  "next",  "Go to the next revision", 0},
};

static const struct key_row global_rows[] = {
    {"g",      GO,    "go",    "Go somewhere",            KEYS_PREFIX               },
    { "!",     ACT,   "act",   "Do something that lasts", KEYS_PREFIX | KEYS_AT_ONCE},
    { "!n",    NOTES, "notes", "Generate notes",          KEYS_LASTING              },
    { "Enter", OPEN,  "open",  "Open it",                 KEYS_HINT                 },
    { "j",     OTHER, "other", "Never reached",           0                         },
};

static const struct key_table list_table = { "list", list_rows, 3 };
static const struct key_table global_table = { "everywhere", global_rows, 5 };

static struct keymap both(void)
{
    struct keymap keymap = { 0 };

    keymap_add(&keymap, &list_table);
    keymap_add(&keymap, NULL);
    keymap_add(&keymap, &global_table);
    return keymap;
}

static enum key_result match(const struct keymap *keymap, const char *keys, struct key_match *found)
{
    struct key_sequence typed = { 0 };

    assert_true(key_alternative(&keys, &typed));
    return keymap_match(keymap, &typed, found);
}

static void names_of_keys_read_back(void **state)
{
    static const char *const names[] = { "j",    "Down", "^D",    "Enter",    "Esc", "Space",
                                         "PgUp", "Tab",  "S-Tab", "\xc3\xa9", "F1",  "Backspace" };
    char name[KEY_NAME_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int32_t key = key_parse(names[i], strlen(names[i]));

        assert_int_not_equal(key, KEYCODE_NONE);
        assert_string_equal(key_format(key, name), names[i]);
    }
    assert_int_equal(key_parse("^D", 2), 4);
    assert_int_equal(key_parse("jk", 2), KEYCODE_NONE);
    assert_int_equal(key_parse("", 0), KEYCODE_NONE);
}

static void text_keys_put_characters_into_a_line(void **state)
{
    (void)state;
    assert_true(key_is_text('a'));
    assert_true(key_is_text(' '));
    assert_true(key_is_text(0x5909));
    assert_false(key_is_text(27));
    assert_false(key_is_text(127));
    assert_false(key_is_text(0x9b));
    assert_false(key_is_text(KEYCODE_UP));
}

static void alternatives_are_separated_by_blanks(void **state)
{
    const char *keys = "gg Home ^P";
    struct key_sequence sequence;

    (void)state;
    assert_true(key_alternative(&keys, &sequence));
    assert_int_equal(sequence.count, 2);
    assert_int_equal(sequence.keys[1], 'g');
    assert_true(key_alternative(&keys, &sequence));
    assert_int_equal(sequence.count, 1);
    assert_int_equal(sequence.keys[0], KEYCODE_HOME);
    assert_true(key_alternative(&keys, &sequence));
    assert_int_equal(sequence.keys[0], 16);
    assert_false(key_alternative(&keys, &sequence));
}

static void a_sequence_is_awaited_and_matched(void **state)
{
    struct keymap keymap = both();
    struct key_match found;

    (void)state;
    assert_int_equal(match(&keymap, "Down", &found), KEY_RESULT_MATCH);
    assert_int_equal(found.row->action, DOWN);
    assert_int_equal(match(&keymap, "g", &found), KEY_RESULT_MORE);
    assert_int_equal(found.row->action, GO);
    assert_int_equal(match(&keymap, "gg", &found), KEY_RESULT_MATCH);
    assert_int_equal(found.row->action, FIRST);
    assert_int_equal(match(&keymap, "]", &found), KEY_RESULT_MORE);
    assert_null(found.row);
    assert_int_equal(match(&keymap, "]x", &found), KEY_RESULT_NONE);
    assert_int_equal(match(&keymap, "!n", &found), KEY_RESULT_MATCH);
    assert_int_equal(found.table, 1);
}

static void earlier_tables_go_first(void **state)
{
    struct keymap keymap = both();
    struct key_match found;

    (void)state;
    assert_int_equal(match(&keymap, "j", &found), KEY_RESULT_MATCH);
    assert_int_equal(found.table, 0);
    assert_int_equal(found.row->action, DOWN);
}

static void collect(void *context, size_t table, const struct key_row *row, int32_t next)
{
    char *text = context;
    size_t length = strlen(text);

    (void)row;
    text[length] = (char)next;
    text[length + 1] = (char)('0' + table);
    text[length + 2] = '\0';
}

static void a_prefix_knows_how_it_goes_on(void **state)
{
    struct keymap keymap = both();
    struct key_sequence prefix = { { '!' }, 1 };
    char text[32] = "";

    (void)state;
    keymap_continue(&keymap, &prefix, collect, text);
    assert_string_equal(text, "n1");
    prefix.keys[0] = 'g';
    text[0] = '\0';
    keymap_continue(&keymap, &prefix, collect, text);
    assert_string_equal(text, "g0");
}

static void a_key_that_is_taken_is_not_free(void **state)
{
    static const struct key_row view_rows[] = {
        {"Enter l", 0, "open", "Open", 0},
        { "f",      1, "mark", "Mark", 0},
    };
    static const struct key_row other_rows[] = {
        {"h l ff", 0, "side", "Move", 0},
        { "Enter", 1, "do",   "Do",   0},
    };
    static const struct key_table view = { "view", view_rows, 2 };
    static const struct key_table other = { "other", other_rows, 2 };
    struct keymap keymap = { 0 };
    struct strbuf keys = STRBUF_INIT;

    (void)state;
    keymap_add(&keymap, &view);
    keymap_add(&keymap, &other);
    keymap_free_keys(&keymap, 0, &view_rows[0], &keys);
    assert_string_equal(keys.data, "Enter l");
    strbuf_clear(&keys);
    keymap_free_keys(&keymap, 1, &other_rows[0], &keys);
    assert_string_equal(keys.data, "h");
    strbuf_clear(&keys);
    keymap_free_keys(&keymap, 1, &other_rows[1], &keys);
    assert_int_equal(keys.length, 0);
    strbuf_release(&keys);
}

static void sound_tables_pass_the_check(void **state)
{
    struct keymap keymap = both();
    struct error error = { 0 };

    (void)state;
    assert_true(keymap_check(&keymap, &error));
}

static void assert_unsound(const struct key_row *rows, size_t count, const char *message)
{
    struct key_table table = { "test", rows, count };
    struct keymap keymap = { 0 };
    struct error error = { 0 };

    keymap_add(&keymap, &table);
    assert_false(keymap_check(&keymap, &error));
    assert_string_equal(error.message, message);
}

static void unsound_tables_do_not(void **state)
{
    static const struct key_row twice[] = {
        {"j",    0, "a", "A", 0},
        { "k j", 1, "b", "B", 0}
    };
    static const struct key_row begun[] = {
        {"g",   0, "a", "A", 0},
        { "gg", 1, "b", "B", 0}
    };
    static const struct key_row lasting[] = {
        {"d", 0, "delete", "Delete", KEYS_LASTING}
    };
    static const struct key_row silent[] = {
        {"d", 0, "delete", "", 0}
    };
    static const struct key_row keyless[] = {
        {"", 0, "delete", "Delete", 0}
    };

    (void)state;
    assert_unsound(twice, 2, "test: \"j\" and \"k j\" are in each other's way");
    assert_unsound(begun, 2, "test: \"g\" and \"gg\" are in each other's way");
    assert_unsound(lasting, 1, "test: \"d\" lasts, but is not behind '!'");
    assert_unsound(silent, 1, "test: \"d\" has no label or help");
    assert_unsound(keyless, 1, "test: a row has no keys");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_keys_read_back),
        cmocka_unit_test(text_keys_put_characters_into_a_line),
        cmocka_unit_test(alternatives_are_separated_by_blanks),
        cmocka_unit_test(a_sequence_is_awaited_and_matched),
        cmocka_unit_test(earlier_tables_go_first),
        cmocka_unit_test(a_prefix_knows_how_it_goes_on),
        cmocka_unit_test(a_key_that_is_taken_is_not_free),
        cmocka_unit_test(sound_tables_pass_the_check),
        cmocka_unit_test(unsound_tables_do_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
