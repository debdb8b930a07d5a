#include "pg_attributes.h"

#include <string.h>

void pg_attributes_init(struct pg_attributes *attributes)
{
    *attributes = (struct pg_attributes){ .volatility = "volatile", .parallel = "unsafe" };
    vector_init(&attributes->settings, sizeof(struct pg_setting));
}

void pg_attributes_release(struct pg_attributes *attributes)
{
    vector_release(&attributes->settings);
}

/* ---- settings ---- */

static const char *setting_text(struct pg_state *state, const char *name, const struct pg_node *set)
{
    const struct pg_node *list = pg_member(set, "args");
    struct strbuf out = STRBUF_INIT;
    strbuf_printf(&out, " SET %s TO ", name);
    for (size_t i = 0; i < pg_count(list); i++) {
        const struct pg_node *constant = pg_as(pg_at(list, i), "A_Const");
        strbuf_add(&out, i ? ", " : "");
        if (pg_member(constant, "sval"))
            pg_add_literal(&out, pg_word(pg_member(constant, "sval"), "sval"));
        else
            strbuf_printf(&out, "'%ld'", pg_integer(pg_member(constant, "ival"), "ival"));
    }
    const char *text = strbuf_to_arena(&out, state->world.arena);
    strbuf_release(&out);
    return text;
}

static size_t find_setting(const struct pg_attributes *attributes, const char *name)
{
    size_t i = 0;
    while (i < attributes->settings.count &&
           strcmp(((struct pg_setting *)vector_at(&attributes->settings, i))->name, name) != 0)
        i++;
    return i;
}

/* A server keeps the place of one that it has already. */
static void apply_setting(struct pg_state *state, struct pg_attributes *attributes,
                          const struct pg_node *set)
{
    const char *name = pg_quoted(state->world.arena, pg_word(set, "name"));
    size_t index = find_setting(attributes, name);
    if (pg_is(set, "kind", "VAR_RESET_ALL")) {
        vector_clear(&attributes->settings);
    } else if (pg_is(set, "kind", "VAR_RESET") || pg_is(set, "kind", "VAR_SET_DEFAULT")) {
        if (index < attributes->settings.count)
            vector_remove(&attributes->settings, index);
    } else if (pg_is(set, "kind", "VAR_SET_CURRENT")) {
        pg_complain(state, "what SET %s FROM CURRENT takes over is not known here", name);
    } else {
        struct pg_setting setting = { name, setting_text(state, name, set) };
        if (index < attributes->settings.count)
            *(struct pg_setting *)vector_at(&attributes->settings, index) = setting;
        else
            vector_push(&attributes->settings, &setting);
    }
}

/* ---- options ---- */

static bool is_true(struct pg_state *state, const struct pg_node *element)
{
    return strcmp(pg_option_text(&state->world, element), "true") == 0;
}

/* A number that is the ordinary one is not written. */
static const char *unless(const char *text, const char *ordinary)
{
    return strcmp(text, ordinary) == 0 ? NULL : text;
}

void pg_attributes_apply(struct pg_state *state, struct pg_attributes *attributes,
                         const struct pg_node *options)
{
    for (size_t i = 0; i < pg_count(options); i++) {
        const struct pg_node *element = pg_as(pg_at(options, i), "DefElem");
        const struct pg_node *set = pg_as(pg_member(element, "arg"), "VariableSetStmt");
        const char *name = pg_word(element, "defname");
        if (strcmp(name, "set") == 0 && set)
            apply_setting(state, attributes, set);
        else if (strcmp(name, "volatility") == 0)
            attributes->volatility = pg_option_text(&state->world, element);
        else if (strcmp(name, "parallel") == 0)
            attributes->parallel = pg_option_text(&state->world, element);
        else if (strcmp(name, "strict") == 0)
            attributes->strict = is_true(state, element);
        else if (strcmp(name, "security") == 0)
            attributes->definer = is_true(state, element);
        else if (strcmp(name, "leakproof") == 0)
            attributes->leakproof = is_true(state, element);
        else if (strcmp(name, "window") == 0)
            attributes->window = true;
        else if (strcmp(name, "cost") == 0)
            attributes->cost = unless(pg_option_text(&state->world, element), "100");
        else if (strcmp(name, "rows") == 0)
            attributes->rows = unless(pg_option_text(&state->world, element), "1000");
    }
}

/* ---- as text ---- */

static bool take_words(const char **text, const char *words)
{
    size_t length = strlen(words);
    if (strncmp(*text, words, length) != 0)
        return false;
    *text += length;
    return true;
}

static const char *take_value(struct pg_state *state, const char **text)
{
    size_t length = strcspn(*text, " \n");
    const char *value = arena_bytes(state->world.arena, *text, length);
    *text += length;
    return value;
}

/* To the end of its line, which is none within quotes. */
static const char *end_of_setting(const char *text)
{
    bool quoted = false;
    for (; *text && (quoted || *text != '\n'); text++)
        quoted = quoted != (*text == '\'');
    return text;
}

static void read_settings(struct pg_state *state, struct pg_attributes *attributes,
                          const char **text)
{
    while (strncmp(*text, " SET ", 5) == 0) {
        const char *end = end_of_setting(*text), *to = strstr(*text, " TO ");
        struct pg_setting setting = { "", arena_bytes(state->world.arena, *text,
                                                      (size_t)(end - *text)) };
        if (to && to < end)
            setting.name = arena_bytes(state->world.arena, *text + 5, (size_t)(to - *text - 5));
        vector_push(&attributes->settings, &setting);
        *text = *end ? end + 1 : end;
    }
}

const char *pg_attributes_read(struct pg_state *state, struct pg_attributes *attributes,
                               const char *text)
{
    const char *start = text;
    attributes->window = take_words(&text, " WINDOW");
    if (take_words(&text, " IMMUTABLE"))
        attributes->volatility = "immutable";
    else if (take_words(&text, " STABLE"))
        attributes->volatility = "stable";
    if (take_words(&text, " PARALLEL SAFE"))
        attributes->parallel = "safe";
    else if (take_words(&text, " PARALLEL RESTRICTED"))
        attributes->parallel = "restricted";
    attributes->strict = take_words(&text, " STRICT");
    attributes->definer = take_words(&text, " SECURITY DEFINER");
    attributes->leakproof = take_words(&text, " LEAKPROOF");
    attributes->cost = take_words(&text, " COST ") ? take_value(state, &text) : NULL;
    attributes->rows = take_words(&text, " ROWS ") ? take_value(state, &text) : NULL;
    text += text > start && *text == '\n';
    read_settings(state, attributes, &text);
    return text;
}

void pg_attributes_write(struct strbuf *out, const struct pg_attributes *attributes)
{
    size_t start = out->length;
    strbuf_add(out, attributes->window ? " WINDOW" : "");
    if (strcmp(attributes->volatility, "volatile") != 0)
        strbuf_add(out,
                   strcmp(attributes->volatility, "immutable") == 0 ? " IMMUTABLE" : " STABLE");
    if (strcmp(attributes->parallel, "unsafe") != 0)
        strbuf_add(out, strcmp(attributes->parallel, "safe") == 0 ? " PARALLEL SAFE"
                                                                  : " PARALLEL RESTRICTED");
    strbuf_add(out, attributes->strict ? " STRICT" : "");
    strbuf_add(out, attributes->definer ? " SECURITY DEFINER" : "");
    strbuf_add(out, attributes->leakproof ? " LEAKPROOF" : "");
    if (attributes->cost)
        strbuf_printf(out, " COST %s", attributes->cost);
    if (attributes->rows)
        strbuf_printf(out, " ROWS %s", attributes->rows);
    if (out->length > start)
        strbuf_add_char(out, '\n');
    for (size_t i = 0; i < attributes->settings.count; i++) {
        const struct pg_setting *setting = vector_at(&attributes->settings, i);
        strbuf_printf(out, "%s\n", setting->text);
    }
}
