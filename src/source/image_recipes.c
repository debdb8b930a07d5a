/*
 * What changed Dockerfiles do that is new, beside the images that they name.
 */
#include <pilab/source/reader.h>

#include <pilab/base/glob.h>
#include <pilab/drift/mask.h>
#include <pilab/drift/rules.h>
#include <pilab/images/recipe.h>
#include <pilab/images/use.h>

/* Written by people: larger ones are none. */
#define RECIPE_LIMIT ((size_t)1 << 20)

static const struct {
    enum image_recipe_risk risk;
    enum rule_mark mark;
} marks[] = {
    {IMAGE_RECIPE_ROOT,        MARK_ROOT      },
    { IMAGE_RECIPE_PIPED,      MARK_PIPED     },
    { IMAGE_RECIPE_REMOTE,     MARK_REMOTE    },
    { IMAGE_RECIPE_UNVERIFIED, MARK_UNVERIFIED},
};

static bool is_wanted(const struct file_change *change)
{
    return (change->status == FILE_ADDED || change->status == FILE_MODIFIED ||
            change->status == FILE_RENAMED) &&
           change->new_mode != 0160000 && image_is_dockerfile(change->path);
}

/* What a public key is known by, and where it is kept, are no secrets. */
static bool is_secret(const char *name, const char *value, size_t length)
{
    struct strbuf shown = STRBUF_INIT;
    enum secret_kind kind = mask_value(&shown, name, value, length);

    strbuf_release(&shown);
    return kind == SECRET_SHAPED ||
           (kind == SECRET_NAMED &&
            !glob_match_fold("*{GPG_KEY,PGP_KEY,PUBLIC_KEY,FINGERPRINT,KEYRING}*", name, '\n'));
}

static void look_at(struct module_reader *reader, struct repository *repository,
                    const struct file_change *change, struct vector *found)
{
    struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
    bool had = !object_id_is_zero(&change->old_blob);
    struct error error = { 0 };
    struct file_marks file = { .path = change->path };
    unsigned risks = 0;

    if ((had &&
         !repository_read_blob(repository, &change->old_blob, RECIPE_LIMIT, &before, &error)) ||
        !repository_read_blob(repository, &change->new_blob, RECIPE_LIMIT, &after, &error))
        module_reader_problem(reader, DRIFT_CODE, change->path, &error, false);
    else
        risks =
            image_recipe_risks(had ? before.data : NULL, before.length, after.data, after.length);
    if (after.length > 0 && image_recipe_bakes(had ? before.data : NULL, before.length, after.data,
                                               after.length, is_secret))
        file.marks |= MARK_BAKED;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        file.marks |= risks & marks[i].risk ? marks[i].mark : 0;
    if (file.marks != 0)
        vector_push(found, &file);
    strbuf_release(&before);
    strbuf_release(&after);
}

void git_module_read_recipes(struct module_reader *reader, struct repository *repository)
{
    const struct file_change_list *files = &reader->code.files;
    struct vector found;

    vector_init(&found, sizeof(struct file_marks));
    for (size_t i = 0; i < files->count; i++) {
        if (is_wanted(&files->changes[i]))
            look_at(reader, repository, &files->changes[i], &found);
    }
    reader->code.file_marks = vector_to_arena(&found, reader->arena);
    reader->code.file_mark_count = found.count;
    vector_release(&found);
}
