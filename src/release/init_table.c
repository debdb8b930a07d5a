#include <pilab/release/init_table.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/clock.h>
#include <pilab/base/map.h>
#include <pilab/release/stage.h>

#define MOST_COLUMNS 256

enum column_use {
    USE_ENVIRONMENT, /* of a wide table: the versions in one */
    USE_MODULE,
    USE_WHERE, /* of a long table: which environment */
    USE_VERSION,
    USE_RELEASE, /* stands in for the version where there is none */
    USE_TIME,
    USE_ACTOR,
    USE_COMMIT,
    USE_REPOSITORY,
    USE_PATH,
    USE_TYPE,
    USE_IMAGE,
    USE_TAGS,
    USE_IGNORED
};

/* Headings, joints and case aside. */
static const struct {
    const char *heading;
    enum column_use use;
} headings[] = {
  /* clang-format off */
    { "module", USE_MODULE },        { "modules", USE_MODULE },
    { "service", USE_MODULE },       { "services", USE_MODULE },
    { "component", USE_MODULE },     { "components", USE_MODULE },
    { "application", USE_MODULE },   { "app", USE_MODULE },
    { "microservice", USE_MODULE },  { "sub-module", USE_MODULE },
    { "submodule", USE_MODULE },     { "artifact", USE_MODULE },
    { "artefact", USE_MODULE },      { "name", USE_MODULE },
    { "module-name", USE_MODULE },   { "service-name", USE_MODULE },
    { "environment", USE_WHERE },    { "env", USE_WHERE },
    { "environment-name", USE_WHERE }, { "deployed-to", USE_WHERE },
    { "target", USE_WHERE },         { "umgebung", USE_WHERE },
    { "version", USE_VERSION },      { "versions", USE_VERSION },
    { "current-version", USE_VERSION }, { "deployed-version", USE_VERSION },
    { "build", USE_VERSION },        { "image-tag", USE_VERSION },
    { "date", USE_TIME },            { "time", USE_TIME },
    { "deployed", USE_TIME },        { "deployed-at", USE_TIME },
    { "deployed-on", USE_TIME },     { "timestamp", USE_TIME },
    { "when", USE_TIME },            { "at", USE_TIME },
    { "deployment-date", USE_TIME },
    { "by", USE_ACTOR },             { "who", USE_ACTOR },
    { "deployed-by", USE_ACTOR },    { "user", USE_ACTOR },
    { "author", USE_ACTOR },         { "actor", USE_ACTOR },
    { "commit", USE_COMMIT },        { "sha", USE_COMMIT },
    { "commit-id", USE_COMMIT },     { "git-sha", USE_COMMIT },
    { "commit-sha", USE_COMMIT },    { "revision", USE_COMMIT },
    { "repository", USE_REPOSITORY }, { "repo", USE_REPOSITORY },
    { "git", USE_REPOSITORY },       { "git-url", USE_REPOSITORY },
    { "repository-url", USE_REPOSITORY }, { "repo-url", USE_REPOSITORY },
    { "path", USE_PATH },            { "folder", USE_PATH },
    { "directory", USE_PATH },
    { "type", USE_TYPE },            { "kind", USE_TYPE },
    { "image", USE_IMAGE },          { "tags", USE_TAGS },
    { "tag-pattern", USE_TAGS },
    { "owner", USE_IGNORED },        { "team", USE_IGNORED },
    { "description", USE_IGNORED },  { "comment", USE_IGNORED },
    { "comments", USE_IGNORED },     { "note", USE_IGNORED },
    { "notes", USE_IGNORED },        { "remarks", USE_IGNORED },
    { "status", USE_IGNORED },       { "contact", USE_IGNORED },
    { "no", USE_IGNORED },           { "nr", USE_IGNORED },
    { "#", USE_IGNORED },            { "id", USE_IGNORED },
    { "release", USE_RELEASE },      { "ticket", USE_IGNORED },
    { "reason", USE_IGNORED },       { "language", USE_IGNORED },
  /* clang-format on */
};

static const char *const module_types[] = { "BACKEND",        "FRONTEND", "DATABASE",
                                            "INFRASTRUCTURE", "LIBRARY",  "OTHER" };

struct table_reader {
    const struct init_sheet *sheet;
    struct init_findings *findings;
    enum column_use uses[MOST_COLUMNS];
    const char *environments[MOST_COLUMNS]; /* of USE_ENVIRONMENT */
    size_t columns;
    size_t first[USE_IGNORED + 1]; /* the column of each use, or MOST_COLUMNS */
    struct map *cells;             /* "module\nenvironment" → struct seen_cell */
};

struct seen_cell {
    const char *version;
    size_t line;
    int64_t at;
};

bool init_table_is_unknown(const char *text)
{
    static const char *const unknown[] = { "",    "?",    "??",      "-",   "--",
                                           "–",   "—",    "n/a",     "na",  "n.a.",
                                           "nil", "none", "unknown", "tbd", "null" };

    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        if (strcasecmp(text, unknown[i]) == 0)
            return true;
    }
    return false;
}

/* "2025-01-22 14:30" and "2025-01-22T14:30:05" say no zone: spreadsheets never do. */
static bool time_of_day(const char *text, int64_t *at)
{
    unsigned year, month, day, hour, minute, second = 0;
    char whole[TIMESTAMP_SIZE], rest = '\0';
    int fields = sscanf(text, "%4u-%2u-%2u%*1[ T]%2u:%2u%c%2u", &year, &month, &day, &hour, &minute,
                        &rest, &second);

    if (fields < 5 || (fields >= 6 && rest != ':') || fields == 6)
        return false;
    snprintf(whole, sizeof whole, "%04u-%02u-%02uT%02u:%02u:%02uZ", year % 10000, month % 100,
             day % 100, hour % 100, minute % 100, second % 100);
    return timestamp_parse(whole, at, NULL);
}

bool init_table_time(const char *text, int64_t *at)
{
    unsigned year, month, day;
    char whole[TIMESTAMP_SIZE];
    int end = 0;

    if (timestamp_parse(text, at, NULL) || time_of_day(text, at))
        return true;
    if (sscanf(text, "%2u.%2u.%4u%n", &day, &month, &year, &end) != 3 || text[end] != '\0' ||
        year < 1000)
        return false;
    snprintf(whole, sizeof whole, "%04u-%02u-%02u", year % 10000, month % 100, day % 100);
    return timestamp_parse(whole, at, NULL);
}

/* What may stand around a field, blanks of every kind, in the findings' arena. */
static const char *trim(const struct table_reader *reader, const char *text)
{
    size_t length;

    for (;;) {
        if (*text != '\0' && isspace((unsigned char)*text))
            text++;
        else if (strncmp(text, "\xc2\xa0", 2) == 0)
            text += 2;
        else
            break;
    }
    length = strlen(text);
    while (length > 0 && (isspace((unsigned char)text[length - 1]) ||
                          (length > 1 && memcmp(text + length - 2, "\xc2\xa0", 2) == 0)))
        length -= isspace((unsigned char)text[length - 1]) ? 1 : 2;
    return text[length] == '\0' ? text : arena_bytes(reader->findings->arena, text, length);
}

static const char *field(const struct table_reader *reader, const struct csv_row *row,
                         size_t column)
{
    return column < row->count ? trim(reader, row->fields[column]) : "";
}

static const char *field_for(const struct table_reader *reader, const struct csv_row *row,
                             enum column_use use)
{
    return field(reader, row, reader->first[use]);
}

static enum column_use use_of(const char *heading)
{
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
        if (init_names_alike(heading, headings[i].heading))
            return headings[i].use;
    }
    return USE_ENVIRONMENT;
}

static bool is_long(const struct table_reader *reader)
{
    return reader->first[USE_WHERE] < MOST_COLUMNS && reader->first[USE_VERSION] < MOST_COLUMNS;
}

/* The corner of a wide table often says nothing, or something of its own ("Mobile Banking"). */
static void find_module_column(struct table_reader *reader)
{
    if (reader->first[USE_MODULE] < MOST_COLUMNS || reader->columns == 0)
        return;
    for (size_t i = 0; i < reader->columns; i++) {
        if (reader->uses[i] != USE_ENVIRONMENT)
            continue;
        reader->uses[i] = USE_MODULE;
        reader->first[USE_MODULE] = i;
        return;
    }
}

/* A wide table may have a column that people call "target" or "build" after an environment. */
static void read_wide_headings(struct table_reader *reader, const struct csv_row *row)
{
    const char *sheet = reader->sheet->name;

    for (size_t i = 0; i < reader->columns; i++) {
        const char *heading = field(reader, row, i);

        if (reader->uses[i] == USE_IGNORED && *heading != '\0')
            init_findings_remark(reader->findings, sheet, row->line, "the column '%s' is not used",
                                 heading);
        if (reader->uses[i] != USE_ENVIRONMENT)
            continue;
        if (*heading == '\0') {
            reader->uses[i] = USE_IGNORED;
        } else if (!init_word_is_sound(heading)) {
            reader->uses[i] = USE_IGNORED;
            init_findings_remark(reader->findings, sheet, row->line,
                                 "'%s' is no name for an environment; the column is left out",
                                 heading);
        } else {
            reader->environments[i] = heading;
        }
    }
}

static void add_environments(struct table_reader *reader)
{
    const char *names[MOST_COLUMNS] = { NULL };
    size_t count = 0;
    bool reversed;

    for (size_t i = 0; i < reader->columns; i++) {
        if (reader->uses[i] == USE_ENVIRONMENT)
            names[count++] = reader->environments[i];
    }
    reversed = stage_order_is_reversed(names, count);
    if (reversed)
        init_findings_remark(reader->findings, reader->sheet->name, 0,
                             "the columns begin with production; the path is read from the right");
    for (size_t i = 0; i < count; i++)
        init_findings_environment(reader->findings, names[reversed ? count - 1 - i : i]);
    for (size_t i = 0; i < reader->columns; i++) {
        if (reader->uses[i] == USE_ENVIRONMENT)
            reader->environments[i] =
                init_findings_environment(reader->findings, reader->environments[i]);
    }
}

static bool read_headings(struct table_reader *reader, const struct csv_row *row,
                          struct error *error)
{
    size_t environments = 0;

    if (row->count > MOST_COLUMNS)
        return error_set(error, ERROR_LIMIT, "%s:%zu: more than %d columns", reader->sheet->name,
                         row->line, MOST_COLUMNS);
    reader->columns = row->count;
    for (size_t i = 0; i <= USE_IGNORED; i++)
        reader->first[i] = MOST_COLUMNS;
    for (size_t i = 0; i < row->count; i++) {
        enum column_use use = use_of(field(reader, row, i));

        if (use != USE_ENVIRONMENT && use != USE_IGNORED && reader->first[use] < MOST_COLUMNS)
            use = USE_IGNORED;
        reader->uses[i] = use;
        if (reader->first[use] == MOST_COLUMNS)
            reader->first[use] = i;
    }
    find_module_column(reader);
    if (reader->first[USE_VERSION] == MOST_COLUMNS)
        reader->first[USE_VERSION] = reader->first[USE_RELEASE];
    if (!is_long(reader)) {
        read_wide_headings(reader, row);
        for (size_t i = 0; i < reader->columns; i++)
            environments += reader->uses[i] == USE_ENVIRONMENT;
        add_environments(reader);
        reader->findings->columns_decide = true;
    }
    if (reader->first[USE_MODULE] < MOST_COLUMNS && (is_long(reader) || environments > 0))
        return true;
    error_set(error, ERROR_INVALID, "%s:%zu: the first line does not say what the columns are",
              reader->sheet->name, row->line);
    return error_hint(error, "begin with \"module,DEV,UAT,PROD\", or with "
                             "\"module,environment,version\"");
}

/* The same cell twice: a later date wins, else what stands further down, and that is said. */
static bool outdated(struct table_reader *reader, const struct csv_row *row,
                     const struct init_observation *seen)
{
    char *key = arena_printf(reader->findings->arena, "%s\n%s", seen->module, seen->environment);
    struct seen_cell *before = map_get(reader->cells, key);
    struct seen_cell *now;

    if (before == NULL) {
        now = arena_alloc(reader->findings->arena, sizeof *now);
        *now = (struct seen_cell){ seen->version, row->line, seen->at };
        map_put(reader->cells, key, now);
        return false;
    }
    if (seen->at != 0 && seen->at < before->at)
        return true;
    if (strcmp(before->version, seen->version) != 0 && (seen->at == 0 || before->at == 0))
        init_findings_remark(reader->findings, reader->sheet->name, row->line,
                             "%s in %s stands in line %zu already, with %s; this one counts",
                             seen->module, seen->environment, before->line, before->version);
    *before = (struct seen_cell){ seen->version, row->line, seen->at };
    return false;
}

/* What one cell says about itself in other columns of a long table. */
static void read_circumstances(struct table_reader *reader, const struct csv_row *row,
                               struct init_observation *seen)
{
    const char *when = field_for(reader, row, USE_TIME);
    const char *who = field_for(reader, row, USE_ACTOR);
    const char *commit = field_for(reader, row, USE_COMMIT);

    if (!init_table_is_unknown(when) && !init_table_time(when, &seen->at))
        init_findings_remark(reader->findings, reader->sheet->name, row->line,
                             "'%s' can be read as more than one day, or as none; the time is left "
                             "open",
                             when);
    if (!init_table_is_unknown(who) && init_word_is_sound(who))
        seen->actor = who;
    if (strlen(commit) == 40 && strspn(commit, "0123456789abcdef") == 40)
        seen->commit = commit;
}

static void observe(struct table_reader *reader, const struct csv_row *row, const char *module,
                    const char *environment, const char *version, bool circumstances)
{
    struct init_observation seen = { .module = module,
                                     .environment = environment,
                                     .version = version,
                                     .source = reader->sheet->name };

    if (init_table_is_unknown(version))
        return;
    if (!init_word_is_sound(version)) {
        init_findings_remark(reader->findings, reader->sheet->name, row->line,
                             "'%s' is no version; the cell stays open", version);
        return;
    }
    if (circumstances)
        read_circumstances(reader, row, &seen);
    if (!outdated(reader, row, &seen))
        init_findings_observe(reader->findings, &seen);
}

static const char *known_type(const char *text)
{
    for (size_t i = 0; i < sizeof module_types / sizeof *module_types; i++) {
        if (strcasecmp(text, module_types[i]) == 0)
            return module_types[i];
    }
    return NULL;
}

static void set_when_said(const char **member, const char *text)
{
    if (*member == NULL && !init_table_is_unknown(text))
        *member = text;
}

static void describe(struct table_reader *reader, const struct csv_row *row,
                     struct module_settings *module)
{
    const char *type = field_for(reader, row, USE_TYPE);

    if (module->type == NULL)
        module->type = known_type(type);
    if (module->type == NULL && !init_table_is_unknown(type))
        init_findings_remark(reader->findings, reader->sheet->name, row->line,
                             "'%s' is no type of module", type);
    set_when_said(&module->repository, field_for(reader, row, USE_REPOSITORY));
    set_when_said(&module->path, field_for(reader, row, USE_PATH));
    set_when_said(&module->image, field_for(reader, row, USE_IMAGE));
    set_when_said(&module->tags, field_for(reader, row, USE_TAGS));
}

static bool is_empty(const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->fields[i][strspn(row->fields[i], " \t")] != '\0')
            return false;
    }
    return true;
}

static void read_long_row(struct table_reader *reader, const struct csv_row *row,
                          const char *module)
{
    const char *environment = field_for(reader, row, USE_WHERE);

    if (init_word_is_sound(environment))
        observe(reader, row, module, init_findings_environment(reader->findings, environment),
                field_for(reader, row, USE_VERSION), true);
    else
        init_findings_remark(reader->findings, reader->sheet->name, row->line,
                             "no environment stands there");
}

static void read_row(struct table_reader *reader, const struct csv_row *row)
{
    const char *name = field_for(reader, row, USE_MODULE);
    struct init_found_module *module;

    if (is_empty(row))
        return;
    if (!init_word_is_sound(name)) {
        init_findings_remark(reader->findings, reader->sheet->name, row->line,
                             "'%s' is no name for a module; the line is left out", name);
        return;
    }
    module = init_findings_module(reader->findings, name);
    describe(reader, row, &module->settings);
    name = module->settings.name;
    if (is_long(reader)) {
        read_long_row(reader, row, name);
        return;
    }
    if (row->count > reader->columns)
        init_findings_remark(reader->findings, reader->sheet->name, row->line,
                             "more fields than headings");
    for (size_t i = 0; i < reader->columns; i++) {
        if (reader->uses[i] == USE_ENVIRONMENT)
            observe(reader, row, name, reader->environments[i], field(reader, row, i), false);
    }
}

bool init_table_read(const struct init_sheet *sheet, struct init_findings *findings,
                     struct error *error)
{
    struct table_reader *reader;
    size_t head = 0;
    bool ok;

    while (head < sheet->count && is_empty(&sheet->rows[head]))
        head++;
    if (head == sheet->count)
        return error_set(error, ERROR_INVALID, "%s is empty", sheet->name);
    reader = arena_alloc(findings->arena, sizeof *reader);
    *reader = (struct table_reader){ .sheet = sheet, .findings = findings, .cells = map_new() };
    ok = read_headings(reader, &sheet->rows[head], error);
    for (size_t i = head + 1; ok && i < sheet->count; i++)
        read_row(reader, &sheet->rows[i]);
    if (ok && is_long(reader))
        init_findings_order_environments(findings);
    map_free(&reader->cells);
    return ok;
}
