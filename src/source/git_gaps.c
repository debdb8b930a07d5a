/* What a repository leaves out, as problems: each cause once, however many commits it hits. */
#include <pilab/source/reader.h>

#include <pilab/git/shape.h>

static const char unshallow[] = "`git fetch --unshallow` brings the rest";
static const char fetch_again[] =
    "fetch the repository again; `git fsck` names all that is missing";

struct gap {
    size_t count; /* of different objects */
    const struct history_problem *first;
};

static bool told_before(const struct history *told, const struct history_problem *problem)
{
    for (size_t i = 0; told != NULL && i < told->problem_count; i++) {
        if (told->problems[i].gap == problem->gap &&
            object_id_equal(&told->problems[i].object, &problem->object))
            return true;
    }
    return false;
}

static void add_gaps(const struct history *history, const struct history *told,
                     struct gap gaps[HISTORY_GAP_LINES + 1])
{
    const struct history_problem *before = NULL;

    for (size_t i = 0; i < history->problem_count; i++) {
        const struct history_problem *problem = &history->problems[i];
        struct gap *gap = &gaps[problem->gap];
        /* files of one commit stand one behind the other */
        bool same = before != NULL && before->gap == problem->gap &&
                    object_id_equal(&before->object, &problem->object);

        before = problem;
        if (same || told_before(told, problem))
            continue;
        if (gap->count++ == 0)
            gap->first = problem;
    }
}

/* "lines of 12 commits" */
static const char *what_of(struct module_reader *reader, enum history_gap gap, size_t count)
{
    static const char *const things[] = { [HISTORY_GAP_COMMITS] = "",
                                          [HISTORY_GAP_FILES] = "files of ",
                                          [HISTORY_GAP_LINES] = "lines of " };

    return arena_printf(reader->arena, "%s%s", things[gap],
                        module_reader_count(reader, count, "commit"));
}

static void report_gap(struct module_reader *reader, enum history_gap kind, const struct gap *gap,
                       const struct repository_shape *shape)
{
    struct error error = { 0 };
    char hex[OBJECT_ID_HEX_SIZE];
    const char *what;

    /* Where the trees of both ends are missing, those of the commits go without saying. */
    if (gap->count == 0 || (kind == HISTORY_GAP_FILES && reader->files_unknown && shape->partial))
        return;
    object_id_hex(&gap->first->object, hex);
    what = gap->count == 1 ? arena_printf(reader->arena, "object %s", hex)
                           : what_of(reader, kind, gap->count);
    error_set(&error, ERROR_CORRUPT, "%s%s",
              gap->count == 1 ? "" : "the first: ", gap->first->message);
    if (shape->partial)
        error_hint(&error,
                   "the clone is partial (%s), and nothing is fetched while comparing: "
                   "`git fetch --refetch --no-filter` brings all",
                   shape->filter != NULL ? shape->filter : "it has a promisor");
    else if (shape->shallow)
        error_hint(&error, "%s", unshallow);
    else if (shape->lost_alternate != NULL)
        error_hint(&error, "objects are borrowed from %s, which is gone", shape->lost_alternate);
    else
        error_hint(&error, "%s", fetch_again);
    module_reader_problem(reader, DRIFT_CODE, what, &error, false);
}

/* Whether one side has what only the other seems to have lies beyond the end of its history. */
static bool report_ends(struct module_reader *reader, const struct repository_shape *shape)
{
    const struct code_input *code = &reader->code;
    const struct comparison_module *module = reader->module;
    const char *previous =
        module->previous_version != NULL ? module->previous_version : module->previous;
    const char *current =
        module->current_version != NULL ? module->current_version : module->current;
    struct error error = { 0 };

    if (code->behind_unsure && code->behind_count > 0)
        error_set(&error, ERROR_CORRUPT,
                  "the history of %s ends too early to tell whether it has the %s that only %s "
                  "seems to have",
                  current, module_reader_count(reader, code->behind_count, "commit"), previous);
    else if (reader->behind->ends > 0 && code->ahead_count > 0)
        error_set(&error, ERROR_CORRUPT,
                  "the history of %s ends too early to tell whether some of the %s listed as new "
                  "are in it already",
                  previous, module_reader_count(reader, code->ahead_count, "commit"));
    else
        return false;
    error_hint(&error, "%s", shape->shallow ? unshallow : fetch_again);
    module_reader_problem(reader, DRIFT_CODE, "history", &error, true);
    return true;
}

static void report_unrelated(struct module_reader *reader)
{
    const struct history *ahead = reader->ahead, *behind = reader->behind;
    struct error error = { 0 };

    if (reader->request->first_parent || ahead->meets || behind->meets || ahead->ends > 0 ||
        behind->ends > 0 || ahead->problem_count > 0 || behind->problem_count > 0 ||
        reader->same_commit)
        return;
    error_set(&error, ERROR_INVALID,
              "the two histories have no commit in common: every commit of each is listed");
    error_hint(&error,
               "`git merge-base` finds none either; is it the right repository and version?");
    module_reader_problem(reader, DRIFT_CODE, "history", &error, true);
}

static void report_shallow(struct module_reader *reader)
{
    struct error error = { 0 };

    error_set(&error, ERROR_CORRUPT, "the clone is shallow: commits beyond its edge are missing");
    error_hint(&error, "%s", unshallow);
    module_reader_problem(reader, DRIFT_CODE, "history", &error, true);
}

static void report_shape(struct module_reader *reader, const struct repository_shape *shape)
{
    struct error error = { 0 };

    if (shape->grafts > 0) {
        error_set(&error, ERROR_UNSUPPORTED,
                  "info/grafts gives other parents to %s, which git follows and this report does "
                  "not",
                  module_reader_count(reader, shape->grafts, "commit"));
        error_hint(&error, "`git replace --convert-graft-file` makes replacements of them, which "
                           "are followed");
        module_reader_problem(reader, DRIFT_CODE, "history", &error, true);
    }
    if (shape->replaced > 0) {
        error_set(&error, ERROR_INVALID,
                  "%s replaced by git-replace: this clone shows another history than others",
                  shape->replaced == 1
                      ? "1 object is"
                      : arena_printf(reader->arena, "%zu objects are", shape->replaced));
        error_hint(&error, "`git replace --list` names them; GIT_NO_REPLACE_OBJECTS=1 leaves them "
                           "out");
        module_reader_problem(reader, DRIFT_CODE, "history", &error, true);
    }
}

/* Where the search for renames ended before its end. */
static void report_likeness(struct module_reader *reader)
{
    struct error error = { 0 };

    if (!reader->code.files.likeness_capped)
        return;
    error_set(&error, ERROR_LIMIT,
              "there are more than %u pairs of an added and a deleted file: of those whose content "
              "changed, only files that kept a name of their own were paired",
              LIKENESS_PAIR_LIMIT);
    error_hint(&error, "`git diff -M -l0 --summary` compares each with each");
    module_reader_problem(reader, DRIFT_CODE, "renames", &error, true);
}

void git_module_report_gaps(struct module_reader *reader, struct repository *repository)
{
    struct repository_shape shape = repository_shape(repository, reader->arena);
    struct gap gaps[HISTORY_GAP_LINES + 1] = { { 0 } };

    add_gaps(reader->ahead, NULL, gaps);
    add_gaps(reader->behind, reader->ahead, gaps);
    if (reader->people_unread.code != ERROR_NONE && !reader->files_unknown)
        module_reader_problem(reader, DRIFT_CODE, ".mailmap", &reader->people_unread, true);
    for (int i = 0; i <= HISTORY_GAP_LINES; i++)
        report_gap(reader, (enum history_gap)i, &gaps[i], &shape);
    if (!report_ends(reader, &shape) && shape.shallow)
        report_shallow(reader);
    report_unrelated(reader);
    report_shape(reader, &shape);
    report_likeness(reader);
    if (reader->code.files.unread > 0) {
        struct error error = { 0 };

        error_set(&error, ERROR_CORRUPT, "%s could not be counted: objects are missing or damaged",
                  module_reader_count(reader, reader->code.files.unread, "file"));
        if (shape.partial || shape.shallow)
            error_hint(&error, "a shallow or partial clone has not everything; fetch it whole");
        else
            error_hint(&error, "%s", fetch_again);
        module_reader_problem(reader, DRIFT_CODE, "changed lines", &error, true);
    }
}
