#include "image.h"

#include <string.h>

#include <pilab/base/clock.h>

#include "detail_parts.h"

/* Digits of a digest that tell it from others. */
#define DIGEST_SHOWN 19
#define COMMIT_SHOWN 12

/* One line of the page, of which a side's facts are the parts. */
struct detail {
    struct strbuf *out;
    struct arena *arena;
    size_t width;
    bool utf8;
};

static const char *arrow(const struct detail *detail)
{
    return detail->utf8 ? "\u2192" : "->";
}

/* "v2.0.6 → v2.0.7", or the one that holds on both sides; nothing when neither is known. */
static void add_pair(const struct detail *detail, const char *label, const char *before,
                     const char *after)
{
    const char *text = after != NULL ? after : before;

    if (text == NULL)
        return;
    if (before != NULL && after != NULL && strcmp(before, after) != 0)
        text = arena_printf(detail->arena, "%s %s %s", before, arrow(detail), after);
    detail_fact(detail->out, label, RICH_PLAIN, text, detail->width, detail->utf8);
}

static const char *time_text(const struct detail *detail, int64_t at)
{
    char text[TIMESTAMP_SIZE];

    return at != 0 ? arena_text(detail->arena, timestamp_format(at, text)) : NULL;
}

static const char *commit_text(const struct detail *detail, const char *commit)
{
    return commit != NULL ? arena_printf(detail->arena, "%.*s", COMMIT_SHOWN, commit) : NULL;
}

static const char *digest_text(const struct detail *detail, const char *digest)
{
    return digest != NULL ? arena_printf(detail->arena, "%.*s", DIGEST_SHOWN, digest) : NULL;
}

static const char *answer_words(enum image_answer answer)
{
    static const char *const words[] = {
        [IMAGE_NOT_ASKED] = "not asked",
        [IMAGE_FOUND] = "it is there",
        [IMAGE_MISSING] = "it is not there",
        [IMAGE_UNREACHABLE] = "could not be asked",
    };

    return words[answer];
}

static void add_size(const struct detail *detail, const struct drift_image *image)
{
    struct arena *arena = detail->arena;
    int64_t difference = image->current.size - image->previous.size;

    if (!image->compared)
        return;
    detail_fact(detail->out, "size", RICH_PLAIN,
                arena_printf(arena, "%s %s %s (%s)", image_size_text(arena, image->previous.size),
                             arrow(detail), image_size_text(arena, image->current.size),
                             image_size_difference(arena, difference)),
                detail->width, detail->utf8);
}

static void add_facts(const struct detail *detail, const struct drift_image *image)
{
    add_size(detail, image);
    add_pair(detail, "digest", digest_text(detail, image->previous.digest),
             digest_text(detail, image->current.digest));
    add_pair(detail, "from commit", commit_text(detail, image->previous.revision),
             commit_text(detail, image->current.revision));
    add_pair(detail, "built", time_text(detail, image->previous.created),
             time_text(detail, image->current.created));
    add_pair(detail, "platform", NULL, image->platform);
    if (image->registry != NULL && strstr(image->name, image->registry) == NULL)
        add_pair(detail, "registry", NULL, image->registry);
    add_pair(detail, "asked", answer_words(image->previous.answer),
             answer_words(image->current.answer));
    if (image->compared && image->same_manifest)
        detail_fact(detail->out, "", RICH_GOOD,
                    "what runs on this platform is the same; only the list around it differs",
                    detail->width, detail->utf8);
}

/* --- Layers ----------------------------------------------------------------------------------- */

static const struct {
    const char *sign, *words;
    enum rich_role role;
} layer_rows[] = {
    [IMAGE_LAYER_SHARED] = {"=",  "shared",   RICH_DIM     },
    [IMAGE_LAYER_REPACKED] = { "~", "repacked", RICH_MODIFIED},
    [IMAGE_LAYER_REMOVED] = { "-", "removed",  RICH_DELETED },
    [IMAGE_LAYER_ADDED] = { "+", "added",    RICH_ADDED   },
};

/* "Layers, lowest first: 2 shared, 1 removed, 2 added" */
static void head_layers(const struct detail *detail, const struct drift_image *image)
{
    struct strbuf title = STRBUF_INIT;
    const char *separator = ": ";

    strbuf_add(&title, "Layers, lowest first");
    for (int state = IMAGE_LAYER_SHARED; state <= IMAGE_LAYER_ADDED; state++) {
        size_t count = 0;

        for (size_t i = 0; i < image->layer_count; i++)
            count += image->layers[i].state == (enum image_layer_state)state;
        if (count == 0)
            continue;
        strbuf_printf(&title, "%s%zu %s", separator, count, layer_rows[state].words);
        separator = ", ";
    }
    detail_heading(detail->out, title.data);
    strbuf_release(&title);
}

/* "+ added     1.2 MB  3f2a9c81b2d4  COPY app /app" */
static void add_layer(const struct detail *detail, const struct image_layer *layer)
{
    const char *digest =
        layer->current_digest != NULL ? layer->current_digest : layer->previous_digest;
    int64_t size = layer->current_digest != NULL ? layer->current_size : layer->previous_size;
    enum rich_role role = layer_rows[layer->state].role;
    const size_t columns = 2 + 10 + 10 + 2 + 12 + 2;
    struct strbuf *out = detail->out;

    rich_cell(out, role, layer_rows[layer->state].sign, 2, RICH_LEFT, detail->utf8);
    rich_cell(out, role, layer_rows[layer->state].words, 10, RICH_LEFT, detail->utf8);
    rich_cell(out, RICH_PLAIN, image_size_text(detail->arena, size), 10, RICH_RIGHT, detail->utf8);
    strbuf_add(out, "  ");
    rich_cell(out, RICH_NAME,
              digest != NULL && strlen(digest) > 7
                  ? arena_printf(detail->arena, "%.12s", digest + 7)
                  : "",
              12, RICH_LEFT, false);
    if (layer->step != NULL && *layer->step != '\0' && detail->width > columns + 8) {
        strbuf_add(out, "  ");
        rich_middle(out, RICH_DIM, layer->step, detail->width - columns, detail->utf8);
    }
    strbuf_add_char(out, '\n');
}

static void add_layers(const struct detail *detail, const struct drift_image *image)
{
    if (!image->compared)
        return;
    head_layers(detail, image);
    for (size_t i = 0; i < image->layer_count; i++)
        add_layer(detail, &image->layers[i]);
}

/* What the labels of every image of a pipeline say is told above. */
static bool is_told(const struct image_setting_change *setting)
{
    return setting->kind == IMAGE_LABEL &&
           strcmp(setting->name, "org.opencontainers.image.revision") == 0;
}

/* --- Settings --------------------------------------------------------------------------------- */

static void add_setting(const struct detail *detail, const struct image_setting_change *setting)
{
    const char *kind = image_setting_name(setting->kind), *text;
    const char *before = setting->secret ? "••••" : setting->previous;
    const char *after = setting->secret ? "••••" : setting->current;

    if (setting->was && setting->is)
        text = setting->secret
                   ? "another secret"
                   : arena_printf(detail->arena, "%s %s %s", before, arrow(detail), after);
    else
        text = arena_printf(detail->arena, "%s%s%s", setting->is ? "new" : "gone",
                            *(setting->is ? after : before) != '\0' ? ": " : "",
                            setting->is ? after : before);
    if (*setting->name != '\0')
        text = arena_printf(detail->arena, "%s: %s", setting->name, text);
    detail_fact(detail->out, kind,
                !setting->was  ? RICH_ADDED
                : !setting->is ? RICH_DELETED
                               : RICH_MODIFIED,
                text, detail->width, detail->utf8);
}

static void add_settings(const struct detail *detail, const struct drift_image *image)
{
    if (image->setting_count == 0)
        return;
    detail_heading(detail->out, "Settings");
    for (size_t i = 0; i < image->setting_count; i++) {
        if (!is_told(&image->settings[i]))
            add_setting(detail, &image->settings[i]);
    }
}

static void add_places(const struct detail *detail, const struct drift_image *image)
{
    detail_heading(detail->out, image->place_count == 1 ? "Place" : "Places");
    for (size_t i = 0; i < image->place_count; i++) {
        rich_middle(detail->out, RICH_NAME, image->places[i], detail->width, detail->utf8);
        strbuf_add_char(detail->out, '\n');
    }
}

void drift_image_detail(struct strbuf *out, const struct drift_report *report,
                        const struct drift_part *part, const struct drift_item *item, size_t width,
                        bool utf8)
{
    const struct drift_image *image = drift_image_of(report, item);
    struct detail detail = { out, arena_new(), width, utf8 };

    (void)part;
    if (image != NULL) {
        detail_heading(out, "Image");
        add_facts(&detail, image);
        add_layers(&detail, image);
        add_settings(&detail, image);
        add_places(&detail, image);
    }
    arena_free(&detail.arena);
}
