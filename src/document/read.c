#include <pilab/document/document.h>

#include <string.h>
#include <strings.h>

#include <pilab/base/arena.h>
#include <pilab/base/file.h>

#include "builder.h"
#include "encoding.h"
#include "readers.h"

struct format {
    const char *name;
    bool (*read)(struct tree_builder *, const char *text, size_t length);
    enum encoding_fallback fallback;
    bool last_wins; /* the format itself lets a later line overrule an earlier one */
};

/* YAML's reader takes its schema besides: read_text knows. */
static const struct format formats[] = {
    [DOCUMENT_YAML] = {"YAML",        NULL,               FALLBACK_NONE,   false},
    [DOCUMENT_JSON] = { "JSON",       json_document_read, FALLBACK_NONE,   false},
    [DOCUMENT_DOTENV] = { "dotenv",     dotenv_read,        FALLBACK_WARN,   true },
    [DOCUMENT_PROPERTIES] = { "properties", properties_read,    FALLBACK_LATIN1, true },
    [DOCUMENT_TFVARS] = { "tfvars",     tfvars_read,        FALLBACK_NONE,   false},
};

static const struct {
    const char *suffix;
    enum document_format format;
} suffixes[] = {
    {".yaml",        DOCUMENT_YAML      },
    { ".yml",        DOCUMENT_YAML      },
    { ".json",       DOCUMENT_JSON      },
    { ".properties", DOCUMENT_PROPERTIES},
    { ".env",        DOCUMENT_DOTENV    },
};

bool document_format_of(const char *path, enum document_format *format)
{
    static const char dotenv_prefix[] = ".env.";
    const char *name = path_base_name(path);
    size_t length = strlen(name);

    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        size_t suffix_length = strlen(suffixes[i].suffix);
        if (length >= suffix_length &&
            strcasecmp(name + length - suffix_length, suffixes[i].suffix) == 0) {
            *format = suffixes[i].format;
            return true;
        }
    }
    if (strncasecmp(name, dotenv_prefix, sizeof dotenv_prefix - 1) == 0 &&
        name[sizeof dotenv_prefix - 1]) {
        *format = DOCUMENT_DOTENV;
        return true;
    }
    return false;
}

const char *document_format_name(enum document_format format)
{
    return formats[format].name;
}

enum document_format document_format_at(const struct document *document, const struct node *node)
{
    for (size_t i = 0; node && i < document->file_count; i++) {
        if (strcmp(document->files[i].name, node->file) == 0)
            return document->files[i].format;
    }
    return document->format;
}

bool document_format_is_flat(enum document_format format)
{
    return format == DOCUMENT_DOTENV || format == DOCUMENT_PROPERTIES;
}

static bool read_text(struct tree_builder *builder, const char *text, size_t length,
                      enum document_format format, enum yaml_schema schema)
{
    if (!encoding_decode(builder, &text, &length, formats[format].fallback))
        return false;
    if (format == DOCUMENT_YAML)
        return yaml_read(builder, text, length, schema);
    return formats[format].read(builder, text, length);
}

struct document *document_read(const char *name, const char *text, size_t length,
                               enum document_format format, const struct document_options *options,
                               struct error *error)
{
    static const struct document_options defaults = { 0 };
    struct document *document = NULL;
    struct tree_builder builder;

    if (!options)
        options = &defaults;
    size_t limit = options->limit ? options->limit : DOCUMENT_SIZE_MAX;
    if (length > limit) {
        error_set(error, ERROR_LIMIT, "%s: the document has %zu bytes, more than %zu", name, length,
                  limit);
        return NULL;
    }
    tree_builder_init(&builder, name, options->allow_duplicate_keys || formats[format].last_wins,
                      error);
    if (read_text(&builder, text, length, format, options->schema))
        document = tree_builder_finish(&builder, format);
    tree_builder_release(&builder);
    return document;
}

void document_free(struct document **document)
{
    if (!*document)
        return;
    struct arena *arena = (*document)->arena;
    *document = NULL;
    arena_free(&arena);
}
