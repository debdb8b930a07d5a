/* Reads which images both sides of a module name: in its configuration, its Dockerfiles, and by
 * the version that the project records of it. */
#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/base/map.h>

#include "image_rest.h"
#include "image_source.h"
#include "infrastructure_source.h"

/* Of other people, or not shipped by anybody. */
#define NOT_OURS                                                                                   \
    "**/{node_modules,bower_components,vendor,third_party,site-packages,testdata,test-data,"       \
    "test_data,fixtures,__tests__,__fixtures__,example,examples,sample,samples}/**"

struct image_work {
    struct module_reader *reader;
    const struct place *places[2];
    struct vector pairs;  /* struct image_pair_input */
    size_t files, unread; /* pairs of files, and those of them that could not be read */
    size_t broken;        /* all that could not */
};

enum { PREVIOUS, CURRENT };

static bool claims(const char *path)
{
    return image_is_dockerfile(path);
}

/* --- Pairs ------------------------------------------------------------------------------------ */

static const char *key_of(struct arena *arena, struct map *seen, const struct image_use *use)
{
    const char *key = arena_printf(arena, "%d %s", (int)use->kind, use->place);

    for (unsigned i = 2; map_has(seen, key); i++)
        key = arena_printf(arena, "%d %s\n%u", (int)use->kind, use->place, i);
    return key;
}

/* The places of one file on both sides. A place that is there twice is paired in its order. */
static void pair_uses(struct image_work *work, const struct vector *before,
                      const struct vector *after)
{
    struct arena *arena = work->reader->arena;
    struct map *were = map_new(), *are = map_new();
    const struct image_use *uses = vector_to_arena(before, arena);

    for (size_t i = 0; i < before->count; i++)
        map_put(were, key_of(arena, were, &uses[i]), (void *)&uses[i]);
    uses = vector_to_arena(after, arena);
    for (size_t i = 0; i < after->count; i++) {
        const char *key = key_of(arena, are, &uses[i]);
        struct image_pair_input *pair = vector_add(&work->pairs);

        map_put(are, key, work);
        pair->current.use = &uses[i];
        pair->previous.use = map_get(were, key);
    }
    for (size_t i = 0; i < map_count(were); i++) {
        struct image_pair_input *pair;

        if (map_has(are, map_key_at(were, i)))
            continue;
        pair = vector_add(&work->pairs);
        pair->previous.use = map_value_at(were, i);
    }
    map_free(&were);
    map_free(&are);
}

static bool same_name(const struct image_use *a, const struct image_use *b)
{
    return a->known && b->known && image_reference_same_name(&a->reference, &b->reference);
}

/* What went from one place and came in another is the same image that was moved in the files. */
static void join_moved(struct image_work *work)
{
    for (size_t i = 0; i < work->pairs.count; i++) {
        struct image_pair_input *gone = vector_at(&work->pairs, i);

        for (size_t j = 0; gone->current.use == NULL && j < work->pairs.count; j++) {
            struct image_pair_input *came = vector_at(&work->pairs, j);

            if (came->previous.use != NULL || !same_name(gone->previous.use, came->current.use))
                continue;
            came->previous = gone->previous;
            vector_remove(&work->pairs, i--);
            break;
        }
    }
}

static bool same_text(struct arena *arena, const struct image_use *a, const struct image_use *b)
{
    const char *before, *after;

    if (a == NULL || b == NULL)
        return a == b;
    before = a->known ? image_reference_text(arena, &a->reference) : a->text;
    after = b->known ? image_reference_text(arena, &b->reference) : b->text;
    return strcmp(before, after) == 0;
}

/* What stays as it is may be gone from its registry, or moved there: that is known by asking. */
static bool may_have_moved(const struct image_work *work, const struct image_use *use)
{
    const struct image_asker *asker = work->reader->request->images;

    return asker != NULL && use != NULL && use->known && !use->open_tag &&
           use->kind != IMAGE_USE_DOCKERFILE &&
           (asker->asks == NULL || asker->asks(asker->context, use->reference.registry));
}

static void drop_unchanged(struct image_work *work)
{
    for (size_t i = work->pairs.count; i-- > 0;) {
        const struct image_pair_input *pair = vector_at(&work->pairs, i);

        if (same_text(work->reader->arena, pair->previous.use, pair->current.use) &&
            !may_have_moved(work, pair->current.use))
            vector_remove(&work->pairs, i);
    }
}

static size_t count_differing(const struct image_work *work)
{
    size_t count = 0;

    for (size_t i = 0; i < work->pairs.count; i++)
        count += drift_image_differs(vector_at(&work->pairs, i));
    return count;
}

/* --- Configuration ---------------------------------------------------------------------------- */

/* A tag without a name: the project knows the name, or the change is one of configuration and told
 * there. */
static void complete(struct image_work *work, struct vector *uses)
{
    const struct module_settings *settings = work->reader->module->settings;
    const char *image = settings != NULL ? settings->image : NULL;
    struct arena *arena = work->reader->arena;

    for (size_t i = uses->count; i-- > 0;) {
        struct image_use *use = vector_at(uses, i);
        struct image_reference reference;

        if (use->known || use->reference.repository != NULL ||
            (use->reference.tag == NULL && use->reference.digest == NULL))
            continue;
        if (image == NULL || !image_reference_from_parts(arena, NULL, image, use->reference.tag,
                                                         use->reference.digest, &reference, NULL)) {
            vector_remove(uses, i);
            continue;
        }
        use->reference = reference;
        use->text = image_reference_text(arena, &reference);
        use->known = true;
        use->why = NULL;
    }
}

static bool uses_of_document(struct image_work *work, const struct document *document,
                             const char *name, struct vector *uses)
{
    struct error why = { 0 };

    if (document == NULL || image_uses_in_document(work->reader->arena, document, uses, &why)) {
        complete(work, uses);
        return true;
    }
    work->broken++;
    work->unread++;
    module_reader_problem(work->reader, DRIFT_IMAGE, name, &why, false);
    return false;
}

static void read_pair_of_documents(struct image_work *work, const char *name,
                                   const struct document *before, const struct document *after)
{
    struct vector were, are;

    vector_init(&were, sizeof(struct image_use));
    vector_init(&are, sizeof(struct image_use));
    work->files++;
    if (uses_of_document(work, before, name, &were) && uses_of_document(work, after, name, &are))
        pair_uses(work, &were, &are);
    vector_release(&were);
    vector_release(&are);
}

/* What configuration has read already, with all its layers. */
static void read_configs(struct image_work *work)
{
    struct vector *configs = &work->reader->configs;

    for (size_t i = 0; i < configs->count; i++) {
        const struct config_input *config = vector_at(configs, i);

        read_pair_of_documents(work, config->name, config->previous, config->current);
    }
}

/* --- Files ------------------------------------------------------------------------------------ */

/* The documents that may name images are read here where configuration did not: nobody asked for
 * it, or the project names its files, which need not be all. */
static bool is_wanted(const char *path, void *context)
{
    struct module_reader *reader = context;
    enum document_format format;

    if (image_is_dockerfile(path))
        return !glob_match_fold(NOT_OURS, path, '/');
    if (reader->claims.count == 0 && module_reader_wants(reader, DRIFT_CONFIG))
        return false;
    return document_format_of(path, &format) &&
           (format == DOCUMENT_YAML || format == DOCUMENT_JSON) &&
           well_known_config(reader->names, path) && !infrastructure_source.claims(path) &&
           !module_reader_config_claims(reader, path);
}

static void say_broken(struct image_work *work, int side, const char *path,
                       const struct error *error)
{
    struct module_reader *reader = work->reader;
    const struct place *place = work->places[side];
    const char *what =
        place->single ? place->label : arena_printf(reader->arena, "%s at %s", path, place->label);

    work->broken++;
    work->unread++;
    module_reader_problem(reader, DRIFT_IMAGE, what, error, false);
}

static bool parse(struct image_work *work, const char *path, const struct strbuf *text,
                  struct vector *uses, struct error *error)
{
    struct document_options options = { .schema = YAML_1_2 };
    struct document *document;
    enum document_format format;

    if (image_is_dockerfile(path))
        return image_uses_in_dockerfile(work->reader->arena, path, text->data, text->length, uses,
                                        error);
    if (well_known_helm_values(work->reader->names, path))
        options = (struct document_options){ .schema = YAML_HELM, .allow_duplicate_keys = true };
    if (!document_format_of(path, &format))
        return true;
    document = document_read(path, text->data, text->length, format, &options, error);
    if (document == NULL)
        return false;
    vector_push(&work->reader->documents, &document);
    if (!image_uses_in_document(work->reader->arena, document, uses, error))
        return false;
    complete(work, uses);
    return true;
}

/* False when it could not be understood: half of the truth would show as differences that are
 * none. */
static bool read_file(struct image_work *work, int side, const char *path, struct strbuf *text,
                      struct vector *uses)
{
    struct error why = { 0 };
    bool ok = true;

    if (path != NULL)
        ok =
            place_read(work->places[side], path, text, &why) && parse(work, path, text, uses, &why);
    if (!ok)
        say_broken(work, side, path, &why);
    return ok;
}

/* Of files on disk nobody tells the other lines: there are no files that changed, as between two
 * revisions. */
static void say_rest(struct image_work *work, const char *before, const char *after)
{
    struct module_reader *reader = work->reader;
    const char *what = after;
    struct error why = { 0 };

    if (work->places[CURRENT]->single)
        what = arena_printf(reader->arena, "%s and %s", before, after);
    error_set(&why, ERROR_UNSUPPORTED,
              "only the images were compared: other lines differ, and they were not looked at");
    error_hint(&why, "`diff` shows them; between two versions of a repository they are a file that "
                     "changed");
    module_reader_problem(reader, DRIFT_IMAGE, what, &why, false);
}

static void read_pair_of_files(struct image_work *work, const char *before, const char *after)
{
    struct strbuf texts[2] = { STRBUF_INIT, STRBUF_INIT };
    struct vector were, are;

    vector_init(&were, sizeof(struct image_use));
    vector_init(&are, sizeof(struct image_use));
    work->files++;
    if (read_file(work, PREVIOUS, before, &texts[PREVIOUS], &were) &&
        read_file(work, CURRENT, after, &texts[CURRENT], &are)) {
        pair_uses(work, &were, &are);
        if (work->places[CURRENT]->repository == NULL && before != NULL && after != NULL &&
            image_is_dockerfile(before) && image_is_dockerfile(after) &&
            image_rest_differs(&texts[PREVIOUS], &were, &texts[CURRENT], &are))
            say_rest(work, before, after);
    }
    strbuf_release(&texts[PREVIOUS]);
    strbuf_release(&texts[CURRENT]);
    vector_release(&were);
    vector_release(&are);
}

static const char *path_at(const struct place_list *list, size_t index)
{
    return index < list->count ? list->files[index].path : NULL;
}

/* Both lists are sorted: one pass pairs them. Two files on disk have names of their own. */
static bool read_files(struct image_work *work, struct error *error)
{
    struct module_reader *reader = work->reader;
    struct place_list lists[2];
    size_t i = 0, j = 0;
    const char *a, *b;

    for (int side = PREVIOUS; side <= CURRENT; side++)
        if (!place_list(work->places[side], reader->directory, is_wanted, reader, reader->arena,
                        &lists[side], reader->progress, error))
            return false;
    while ((a = path_at(&lists[PREVIOUS], i), b = path_at(&lists[CURRENT], j),
            a != NULL || b != NULL)) {
        int order = a == NULL ? 1 : b == NULL ? -1 : strcmp(a, b);

        if (a != NULL && b != NULL && work->places[PREVIOUS]->single)
            order = 0;
        if (!progress_check(reader->progress, error))
            return false;
        if (order != 0 || !place_same(&lists[PREVIOUS].files[i], &lists[CURRENT].files[j]))
            read_pair_of_files(work, order <= 0 ? a : NULL, order >= 0 ? b : NULL);
        i += order <= 0;
        j += order >= 0;
    }
    return true;
}

/* --- What the project records ----------------------------------------------------------------- */

static const struct image_use *recorded_use(struct arena *arena, const char *image,
                                            const char *version)
{
    struct image_use *use = arena_alloc(arena, sizeof *use);

    *use = (struct image_use){ .kind = IMAGE_USE_PROJECT, .place = "image", .file = "pilab.yaml" };
    if (!image_tag_is_valid(version) ||
        !image_reference_from_parts(arena, NULL, image, version, NULL, &use->reference, NULL))
        return NULL;
    use->known = true;
    use->text = image_reference_text(arena, &use->reference);
    return use;
}

static bool is_named(const struct image_work *work, const struct image_use *use)
{
    for (size_t i = 0; i < work->pairs.count; i++) {
        const struct image_pair_input *pair = vector_at(&work->pairs, i);

        if ((pair->previous.use != NULL && same_name(pair->previous.use, use)) ||
            (pair->current.use != NULL && same_name(pair->current.use, use)))
            return true;
    }
    return false;
}

/* "image: registry.example/mb/auth" of a module, with its versions for tags, where no file says
 * otherwise. */
static void add_recorded(struct image_work *work)
{
    const struct comparison_module *module = work->reader->module;
    const char *image = module->settings != NULL ? module->settings->image : NULL;
    const struct image_use *before, *after;
    struct image_pair_input *pair;

    if (image == NULL || module->previous_version == NULL || module->current_version == NULL)
        return;
    before = recorded_use(work->reader->arena, image, module->previous_version);
    after = recorded_use(work->reader->arena, image, module->current_version);
    if (before == NULL || after == NULL || is_named(work, after))
        return;
    pair = vector_add(&work->pairs);
    pair->previous.use = before;
    pair->current.use = after;
}

/* --- All of it -------------------------------------------------------------------------------- */

static const char *told(const struct image_work *work, bool asked, size_t unreachable)
{
    struct module_reader *reader = work->reader;
    size_t differing = count_differing(work);
    const char *count =
        differing == 0 ? "no image differs" : module_reader_count(reader, differing, "image");

    if (work->broken > 0)
        return arena_printf(reader->arena, "%s; %s could not be read", count,
                            module_reader_count(reader, work->broken, "file"));
    if (unreachable > 0)
        return arena_printf(reader->arena, "%s; %s could not be asked for", count,
                            module_reader_count(reader, unreachable, "image"));
    if (differing == 0)
        return count;
    return arena_printf(reader->arena, "%s; registries were %s", count,
                        asked ? "asked" : "not asked");
}

/* Whether a registry was asked for any of them: some may be out of reach. */
static bool any_asked(const struct image_pair_input *pairs, size_t count)
{
    bool asked = false;

    for (size_t i = 0; i < count; i++)
        asked = asked || pairs[i].previous.answer != IMAGE_NOT_ASKED ||
                pairs[i].current.answer != IMAGE_NOT_ASKED;
    return asked;
}

/* Files, or where a registry did not answer, the images that another answered for. */
static size_t count_read(const struct image_work *work, size_t unreachable)
{
    if (work->broken == 0 && unreachable > 0)
        return work->pairs.count > unreachable ? work->pairs.count - unreachable : 0;
    return work->files > work->unread ? work->files - work->unread : 0;
}

static bool finish(struct image_work *work, struct error *error)
{
    struct module_reader *reader = work->reader;
    struct image_input *input = arena_alloc(reader->arena, sizeof *input);
    struct image_pair_input *pairs;
    size_t unreachable = 0;
    bool asked;

    join_moved(work);
    drop_unchanged(work);
    add_recorded(work);
    if (reader->request->images != NULL &&
        !image_pairs_ask(reader, work->pairs.items, work->pairs.count, &unreachable, error))
        return false;
    pairs = vector_to_arena(&work->pairs, reader->arena);
    asked = any_asked(pairs, work->pairs.count);
    *input = (struct image_input){ pairs, work->pairs.count, asked };
    reader->input.image = input;
    module_reader_partly(reader, DRIFT_IMAGE, count_read(work, unreachable),
                         work->broken + unreachable, told(work, asked, unreachable));
    return true;
}

static bool read_images(struct module_reader *reader, const struct place *previous,
                        const struct place *current, struct error *error)
{
    struct image_work work = {
        .reader = reader, .places = {previous, current}
    };
    bool ok;

    vector_init(&work.pairs, sizeof(struct image_pair_input));
    read_configs(&work);
    work.broken += reader->broken_images; /* nobody knows which images they name */
    ok = read_files(&work, error) && finish(&work, error);
    vector_release(&work.pairs);
    return ok;
}

const struct type_source image_source = {
    .type = DRIFT_IMAGE,
    .what = "image references",
    .claims = claims,
    .read = read_images,
};
