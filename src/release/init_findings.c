#include <pilab/release/init_findings.h>

#include <ctype.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>
#include <pilab/base/utf8.h>
#include <pilab/release/stage.h>

#define LONGEST_WORD 100

void init_findings_start(struct init_findings *findings, struct arena *arena)
{
    *findings = (struct init_findings){ .arena = arena };
    vector_init(&findings->environments, sizeof(const char *));
    vector_init(&findings->modules, sizeof(struct init_found_module));
    vector_init(&findings->observations, sizeof(struct init_observation));
    vector_init(&findings->keys, sizeof(struct init_key));
    vector_init(&findings->remarks, sizeof(struct init_remark));
    findings->by_name = map_new();
    findings->by_cell = map_new();
}

void init_findings_release(struct init_findings *findings)
{
    vector_release(&findings->environments);
    vector_release(&findings->modules);
    vector_release(&findings->observations);
    vector_release(&findings->keys);
    vector_release(&findings->remarks);
    map_free(&findings->by_name);
    map_free(&findings->by_cell);
}

static bool is_joint(char c)
{
    return c == '-' || c == '_' || c == '.' || c == ' ';
}

bool init_names_alike(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        bool same =
            is_joint(*a) ? is_joint(*b) : tolower((unsigned char)*a) == tolower((unsigned char)*b);

        if (!same)
            return false;
        a++;
        b++;
    }
    return *a == *b;
}

/* What all spellings of a name have in common. */
static void add_common_form(struct strbuf *out, const char *name)
{
    for (; *name != '\0'; name++)
        strbuf_add_char(out, is_joint(*name) ? '-' : (char)tolower((unsigned char)*name));
}

struct init_found_module *init_findings_find(const struct init_findings *findings, const char *name)
{
    struct strbuf form = STRBUF_INIT;
    uintptr_t place;

    add_common_form(&form, name);
    place = (uintptr_t)map_get(findings->by_name, form.data);
    strbuf_release(&form);
    return place > 0 ? vector_at(&findings->modules, place - 1) : NULL;
}

struct init_found_module *init_findings_module(struct init_findings *findings, const char *name)
{
    struct init_found_module *module = init_findings_find(findings, name);
    struct strbuf form = STRBUF_INIT;

    if (module != NULL)
        return module;
    module = vector_add(&findings->modules);
    module->settings.name = name;
    add_common_form(&form, name);
    map_put(findings->by_name, form.data, (void *)(uintptr_t)findings->modules.count);
    strbuf_release(&form);
    return module;
}

const char *init_findings_environment(struct init_findings *findings, const char *name)
{
    for (size_t i = 0; i < findings->environments.count; i++) {
        const char *known = *(const char **)vector_at(&findings->environments, i);

        if (strcasecmp(known, name) == 0)
            return known;
    }
    vector_push(&findings->environments, &name);
    return name;
}

void init_findings_order_environments(struct init_findings *findings)
{
    static const char *const stages[] = { "DEV",      "SIT",  "UAT", "PERF", "SEC",
                                          "PRE_PROD", "PROD", "DR",  NULL };
    struct vector sorted, *names = &findings->environments;

    if (findings->columns_decide)
        return;
    vector_init(&sorted, sizeof(const char *));
    for (size_t stage = 0; stage < sizeof stages / sizeof *stages; stage++) {
        for (size_t i = 0; i < names->count; i++) {
            const char *guess = stage_guess(*(const char **)vector_at(names, i)).stage;

            /* What says nothing comes last. */
            if (stages[stage] == NULL ? guess == NULL
                                      : guess != NULL && strcmp(guess, stages[stage]) == 0)
                vector_push(&sorted, vector_at(names, i));
        }
    }
    vector_release(names);
    *names = sorted;
}

void init_findings_observe(struct init_findings *findings,
                           const struct init_observation *observation)
{
    struct strbuf key = STRBUF_INIT;
    struct init_observation *known;
    uintptr_t place;

    strbuf_printf(&key, "%s\n%s", observation->module, observation->environment);
    place = (uintptr_t)map_get(findings->by_cell, key.data);
    if (place > 0) {
        known = vector_at(&findings->observations, place - 1);
        if (observation->at == 0 || observation->at >= known->at)
            *known = *observation;
    } else {
        vector_push(&findings->observations, observation);
        map_put(findings->by_cell, key.data, (void *)(uintptr_t)findings->observations.count);
    }
    strbuf_release(&key);
}

void init_findings_remark(struct init_findings *findings, const char *place, size_t line,
                          const char *format, ...)
{
    struct init_remark *remark = vector_add(&findings->remarks);
    struct strbuf text = STRBUF_INIT;
    va_list arguments;
    size_t length;

    remark->place = line > 0 ? arena_printf(findings->arena, "%s:%zu", place, line)
                             : arena_text(findings->arena, place);
    strbuf_printf(&text, "%s: ", remark->place);
    length = text.length;

    va_start(arguments, format);
    strbuf_vprintf(&text, format, arguments);
    va_end(arguments);
    remark->text = strbuf_to_arena(&text, findings->arena);
    remark->complaint = remark->text + length;
    strbuf_release(&text);
}

bool init_word_is_sound(const char *text)
{
    size_t length = strlen(text);
    const char *cursor = text, *end = text + length;

    if (length == 0 || length > LONGEST_WORD || !utf8_valid(text, length))
        return false;
    while (cursor < end) {
        int32_t codepoint = utf8_decode(&cursor, end);

        if (codepoint < 0x20 || (codepoint >= 0x7f && codepoint < 0xa0) ||
            codepoint_deceptive((uint32_t)codepoint))
            return false;
    }
    return true;
}
