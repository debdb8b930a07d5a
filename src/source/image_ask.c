#include "image_source.h"

#include <string.h>

#include <pilab/base/map.h>

struct asking {
    struct module_reader *reader;
    struct map *answers; /* text of a reference → struct image_side_input, without its use */
    struct map *silent;  /* registries that were reported */
    size_t unreachable;
};

/* Whether it is the image that cannot be read, of a registry that answers. */
static bool is_of_image(const struct error *error)
{
    return error->code == ERROR_UNSUPPORTED || error->code == ERROR_CORRUPT ||
           error->code == ERROR_INVALID || error->code == ERROR_LIMIT;
}

static void report_silent(struct asking *asking, const struct image_reference *reference,
                          const struct error *error)
{
    if (is_of_image(error)) {
        module_reader_problem(asking->reader, DRIFT_IMAGE,
                              image_reference_text(asking->reader->arena, reference), error, false);
        return;
    }
    if (map_has(asking->silent, reference->registry))
        return;
    map_put(asking->silent, reference->registry, asking);
    module_reader_problem(asking->reader, DRIFT_IMAGE, reference->registry, error, false);
}

/* What is said of a reference is the same wherever it stands: it is asked for once. */
static struct image_side_input *
answer_for(struct asking *asking, const struct image_reference *reference, struct error *error)
{
    const struct image_asker *asker = asking->reader->request->images;
    struct arena *arena = asking->reader->arena;
    const char *text = image_reference_text(arena, reference);
    struct image_side_input *answer = map_get(asking->answers, text);
    struct image *image;
    struct error why = { 0 };

    if (answer != NULL)
        return answer;
    answer = arena_alloc(arena, sizeof *answer);
    image = arena_alloc(arena, sizeof *image);
    if (asker->ask(asker->context, reference, arena, image, &answer->tag_digest,
                   asking->reader->progress, &why)) {
        answer->answer = IMAGE_FOUND;
        answer->image = image;
        if (asker->recorded != NULL && reference->digest == NULL)
            answer->recorded =
                arena_text(arena, asker->recorded(asker->context, reference, &answer->recorded_at));
    } else if (why.code == ERROR_CANCELLED) {
        *error = why;
        return NULL;
    } else {
        answer->answer = why.code == ERROR_NOT_FOUND ? IMAGE_MISSING : IMAGE_UNREACHABLE;
        answer->said = arena_text(arena, why.message);
        asking->unreachable += answer->answer == IMAGE_UNREACHABLE;
        if (answer->answer == IMAGE_UNREACHABLE)
            report_silent(asking, reference, &why);
    }
    map_put(asking->answers, text, answer);
    return answer;
}

static bool may_ask(const struct image_asker *asker, const struct image_use *use)
{
    return asker->asks == NULL || asker->asks(asker->context, use->reference.registry);
}

/* What a chart or a variable decides cannot be asked for. */
static bool ask_side(struct asking *asking, struct image_side_input *side, struct error *error)
{
    const struct image_use *use = side->use;
    const struct image_side_input *answer;

    if (use == NULL || !use->known || use->open_tag ||
        !may_ask(asking->reader->request->images, use))
        return true;
    answer = answer_for(asking, &use->reference, error);
    if (answer == NULL)
        return false;
    *side = *answer;
    side->use = use;
    return true;
}

bool image_pairs_ask(struct module_reader *reader, struct image_pair_input *pairs, size_t count,
                     size_t *unreachable, struct error *error)
{
    struct asking asking = { .reader = reader, .answers = map_new(), .silent = map_new() };
    struct error stopped = { 0 };
    bool ok = true;

    for (size_t i = 0; ok && i < count; i++)
        ok = progress_check(reader->progress, &stopped) &&
             ask_side(&asking, &pairs[i].previous, &stopped) &&
             ask_side(&asking, &pairs[i].current, &stopped);
    if (!ok && error != NULL)
        *error = stopped;
    *unreachable = asking.unreachable;
    map_free(&asking.answers);
    map_free(&asking.silent);
    return ok;
}
