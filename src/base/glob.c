/*
 * How a pattern becomes a program.
 */
#include "glob_internal.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

struct brace {
    size_t fork;      /* the FORK to the next alternative */
    size_t last_exit; /* the GOs that end alternatives, chained through their targets */
};

struct compiler {
    struct glob *glob;
    const char *at, *end;
    bool *closed;         /* for each byte of the pattern: a { that has its } */
    struct vector braces; /* of struct brace: those that are open here */
    size_t skip;          /* the fork that leads behind the separator that comes next */
    size_t tail;          /* the fork that leads behind the ** that comes next */
};

/* The ] of the class whose [ is at `at`, or NULL. A ] that comes first stands for itself. */
static const char *class_end(const char *at, const char *end)
{
    at++;
    if (at < end && (*at == '!' || *at == '^'))
        at++;
    for (const char *first = at; at < end; at++) {
        if (*at == ']' && at > first)
            return at;
        if (*at == '\\' && at + 1 < end)
            at++;
    }
    return NULL;
}

static size_t emit(struct compiler *compiler, enum operation operation)
{
    struct instruction *instruction = vector_add(&compiler->glob->program);

    instruction->operation = operation;
    instruction->target = NO_TARGET;
    return compiler->glob->program.count - 1;
}

static struct instruction *instruction_at(struct compiler *compiler, size_t index)
{
    return vector_at(&compiler->glob->program, index);
}

/* Lets a fork that was waiting for this place lead here. */
static void land(struct compiler *compiler, size_t *fork)
{
    if (*fork != NO_TARGET)
        instruction_at(compiler, *fork)->target = compiler->glob->program.count;
    *fork = NO_TARGET;
}

static bool is_separator(const struct compiler *compiler, const char *at)
{
    return at < compiler->end && (unsigned char)*at == compiler->glob->separator;
}

/* "a/" before "**" may be all: "a" itself matches "a" and everything below it. */
static void compile_character(struct compiler *compiler)
{
    bool separator = is_separator(compiler, compiler->at);
    size_t index;

    if (separator && compiler->end - compiler->at > 2 && memcmp(compiler->at + 1, "**", 2) == 0)
        compiler->tail = emit(compiler, FORK_AT_END);
    index = emit(compiler, MATCH_ONE);
    instruction_at(compiler, index)->character = glob_character(&compiler->at, compiler->end);
    if (separator)
        land(compiler, &compiler->skip);
}

static void compile_stars(struct compiler *compiler)
{
    const char *from = compiler->at;
    size_t deep, past;

    while (compiler->at < compiler->end && *compiler->at == '*')
        compiler->at++;
    if (compiler->at - from == 1) {
        emit(compiler, LOOP_SEGMENT);
        return;
    }
    if (is_separator(compiler, compiler->at))
        compiler->skip = emit(compiler, FORK_AT_START);
    deep = emit(compiler, FORK_AT_START);
    emit(compiler, LOOP_SEGMENT); /* where it is a part of a segment only */
    past = emit(compiler, GO);
    land(compiler, &deep);
    emit(compiler, LOOP_DEEP);
    land(compiler, &past);
    land(compiler, &compiler->tail);
}

static void open_brace(struct compiler *compiler)
{
    struct brace brace = { .fork = emit(compiler, FORK), .last_exit = NO_TARGET };

    vector_push(&compiler->braces, &brace);
}

static void next_alternative(struct compiler *compiler)
{
    struct brace *brace = vector_at(&compiler->braces, compiler->braces.count - 1);
    size_t leave = emit(compiler, GO);

    instruction_at(compiler, leave)->target = brace->last_exit;
    brace->last_exit = leave;
    land(compiler, &brace->fork);
    brace->fork = emit(compiler, FORK);
}

static void close_brace(struct compiler *compiler)
{
    const struct brace *brace = vector_at(&compiler->braces, compiler->braces.count - 1);
    size_t leave = brace->last_exit;

    while (leave != NO_TARGET) {
        size_t previous = instruction_at(compiler, leave)->target;
        land(compiler, &leave);
        leave = previous;
    }
    vector_remove(&compiler->braces, compiler->braces.count - 1);
}

/* Finds which braces are closed. A class without its ] is looked for only once: none that begins
 * later has one either. */
static void pair_braces(struct compiler *compiler)
{
    const char *pattern = compiler->glob->pattern;
    struct vector open;
    bool classes = true;

    vector_init(&open, sizeof(size_t));
    for (const char *at = pattern; at < compiler->end; at++) {
        const char *class = classes && *at == '[' ? class_end(at, compiler->end) : NULL;
        size_t offset = (size_t)(at - pattern);
        if (class) {
            at = class;
        } else if (*at == '[') {
            classes = false;
        } else if (*at == '\\' && at + 1 < compiler->end) {
            at++;
        } else if (*at == '{') {
            vector_push(&open, &offset);
        } else if (*at == '}' && open.count) {
            compiler->closed[*(size_t *)vector_at(&open, open.count - 1)] = true;
            vector_remove(&open, open.count - 1);
        }
    }
    vector_release(&open);
}

static void compile_class(struct compiler *compiler, bool *classes)
{
    const char *end = *classes ? class_end(compiler->at, compiler->end) : NULL;

    if (!end) {
        *classes = false;
        compile_character(compiler);
        return;
    }
    struct instruction *class = instruction_at(compiler, emit(compiler, MATCH_CLASS));
    class->class_start = compiler->at + 1;
    class->class_end = end;
    compiler->at = end + 1;
}

static void compile(struct compiler *compiler)
{
    bool classes = true;

    while (compiler->at < compiler->end) {
        bool in_brace = compiler->braces.count > 0;
        char c = *compiler->at;
        if (c == '*') {
            compile_stars(compiler);
        } else if (c == '[') {
            compile_class(compiler, &classes);
        } else if (c == '?') {
            emit(compiler, MATCH_ANY);
            compiler->at++;
        } else if (c == '{' && compiler->closed[compiler->at - compiler->glob->pattern]) {
            open_brace(compiler);
            compiler->at++;
        } else if (c == ',' && in_brace) {
            next_alternative(compiler);
            compiler->at++;
        } else if (c == '}' && in_brace) {
            close_brace(compiler);
            compiler->at++;
        } else {
            compiler->at += c == '\\' && compiler->at + 1 < compiler->end;
            compile_character(compiler);
        }
    }
}

struct glob *glob_new(const char *pattern, char separator, bool fold)
{
    struct glob *glob = memory_new(sizeof *glob);
    size_t length = strlen(pattern);
    struct compiler compiler = { .glob = glob, .skip = NO_TARGET, .tail = NO_TARGET };

    glob->pattern = memory_copy_text(pattern);
    glob->separator = (unsigned char)separator;
    glob->fold = fold;
    vector_init(&glob->program, sizeof(struct instruction));
    vector_init(&compiler.braces, sizeof(struct brace));
    compiler.at = glob->pattern;
    compiler.end = glob->pattern + length;
    compiler.closed = memory_array(length, sizeof *compiler.closed);
    pair_braces(&compiler);
    compile(&compiler);
    vector_release(&compiler.braces);
    free(compiler.closed);
    return glob;
}

void glob_free(struct glob **glob)
{
    if (!glob || !*glob)
        return;
    vector_release(&(*glob)->program);
    free((*glob)->pattern);
    free(*glob);
    *glob = NULL;
}
