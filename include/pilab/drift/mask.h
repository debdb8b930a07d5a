/*
 * Secrets in configuration and in what is shown of it: values, patches, copies, notes.
 *
 * A secret is known by its name (DB_PASSWORD, clientSecret, …), by the name beside it in an entry
 * {name: DB_PASSWORD, value: …} or that of a file which holds nothing else, by an alias of it under
 * such a name, by standing in a Kubernetes Secret, or by its shape: the
 * well-known forms of tokens, private keys, passwords within URLs and connection strings,
 * signatures and tokens in the query of an address, base64 of a text that holds one of all these;
 * and by the words around it: "requirepass X", "machine h login u password X", "htpasswd -b f u X".
 * References to a secret that is kept elsewhere (${NAME}, {{ … }}, $(NAME), <name>, ENC[…]; within
 * an address also {name}, $name, :name, %NAME% and several of them in a row) are none, nor are
 * empty values, booleans and text that is masked already.
 *
 * Masking is for eyes, not a proof: a secret under an innocent name in no known shape is not seen.
 */
#ifndef PILAB_DRIFT_MASK_H
#define PILAB_DRIFT_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/schema/dialect.h>
#include <pilab/schema/model.h>

/* What stands for a secret, whatever its length. */
#define MASK_TEXT "\u2022\u2022\u2022\u2022"

enum secret_kind {
    SECRET_NONE,
    SECRET_NAMED, /* by its name or place */
    SECRET_SHAPED /* by its shape */
};

/* Appends a scalar value as it may be shown under `key` (NULL: none): masked as a whole when its
 * name says so, else with the credentials within it masked ("postgres://app:••••@db/x"). Texts of
 * several lines, JSON within a string and KEY=VALUE arguments are masked line by line. */
enum secret_kind mask_value(struct strbuf *out, const char *key, const char *value, size_t length);

/* Appends text with the credentials in it masked that are known by their shape, and base64 that
 * holds a secret: all that can be said without a name. True when there was one. */
bool mask_shapes(struct strbuf *out, const char *text, size_t length);

/* Appends a command line or a step of a build as it may be shown: "NPM_TOKEN=•••• npm ci". */
void mask_command(struct strbuf *out, const char *text, size_t length);

/* Appends SQL as it may be shown: strings that belong to a name which tells a secret, passwords of
 * roles, credentials in strings, bodies and comments are masked. `key`: the name whose value the
 * text is, as a column's of its default; NULL: none. Returns how many secrets it held. */
size_t mask_sql(struct strbuf *out, enum sql_dialect dialect, const char *key, const char *text,
                size_t length);

/* The same for a property of a schema's object, of which some are no SQL. */
size_t mask_property(struct strbuf *out, enum schema_dialect dialect,
                     const struct schema_object *object, enum schema_property property,
                     const char *text);
/* What a reader says of a schema, which may repeat some of its SQL: a problem, why something was
 * not read. In the arena; NULL stays NULL. */
const char *mask_message(struct arena *arena, enum schema_dialect dialect, const char *text);
/* The same of a reader of statements. */
const char *mask_sql_message(struct arena *arena, enum sql_dialect dialect, const char *text);
/* The dialect of the texts of a schema. */
enum sql_dialect schema_sql_dialect(enum schema_dialect dialect);

/* What lines before the present one have said. */
struct mask {
    unsigned depth;   /* of base64 within base64 that the text stands in */
    bool patch;       /* lines are those of a unified diff */
    bool code;        /* program text: only quoted values are taken for values */
    bool all;         /* every value is a secret: a file that is for secrets */
    bool placed;      /* what the document's tree knows of secrets is masked already */
    bool header;      /* patch: before the first hunk */
    bool key_block;   /* between BEGIN PRIVATE KEY and its END */
    bool secret_kind; /* in a Kubernetes Secret */
    bool in_data;     /* in its data or stringData */
    char open_quote;  /* a secret that is quoted over several lines */
    long block;       /* column of the key whose block scalar is masked, or -1 */
    bool named;       /* the entry's name is that of a secret … */
    long named_at;    /* … and stands in this column */
    bool command;     /* a value ends at a blank */
    bool one_side;    /* patch: the line is of one side only */
    char option[96];  /* the list's last entry when it was an option of a command line; or "" */
};

/* `path` tells configuration from program text; NULL: configuration. */
struct mask mask_start(const char *path, bool patch);
/* Appends one line (without its newline) as it may be shown. */
void mask_line(struct mask *mask, struct strbuf *out, const char *line, size_t length);
/* All lines of a text or a patch, as many as there are; newlines stay as they are. */
void mask_lines(struct mask *mask, struct strbuf *out, const char *text, size_t length);
void mask_text(struct strbuf *out, const char *path, bool patch, const char *text, size_t length);

/* A patch of a file of which nothing else is known; of one that is SQL, its statements are read,
 * too. What a line is may be said by one that the patch does not show: see mask_patch_of. */
void mask_patch(struct strbuf *out, const char *path, const char *text, size_t length);

/* The file that a patch is of, on both sides. */
struct mask_file {
    const char *old_path, *new_path;
    const char *old_text,
        *new_text; /* the whole of it; NULL: not known, and "" when there is none */
    size_t old_length, new_length;
    bool sealed; /* a file for secrets: its every value is one */
};

/* A patch of a file, each line of which is shown as the whole file tells that it may be. */
void mask_patch_of(struct strbuf *out, const struct mask_file *file, const char *text,
                   size_t length);

/* Appends `text` for an output that knows only ASCII: "****" in place of MASK_TEXT, our own sign,
 * which would be spelt out otherwise. All else stays. */
void mask_to_ascii(struct strbuf *out, const char *text);

/* Appends a shown value less the fingerprints of what is masked in it ("•••• (1a2b3c4d)"): they are
 * for those who have the store, to tell values apart, and not for publishing. */
void mask_without_fingerprints(struct strbuf *out, const char *text);

#endif
