/*
 * A pattern is translated into a small program whose jumps only lead forward; the text is then read
 * once, and the set of places where the program may be is carried along (K. Thompson, "Regular
 * expression search algorithm", 1968). That is one pass over the program for each character.
 */
#include <pilab/base/glob.h>

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>
#include <pilab/base/vector.h>

enum operation {
    MATCH_ONE,     /* the character `character` */
    MATCH_ANY,     /* one character of a segment */
    MATCH_CLASS,   /* one character of the class */
    LOOP_SEGMENT,  /* any run within a segment, then on */
    LOOP_DEEP,     /* any run at all, then on at the end of a segment */
    GO,            /* to the target */
    FORK,          /* on, and to the target where there is one */
    FORK_AT_START, /* on, and to the target at the start of a segment */
    FORK_AT_END    /* on, and to the target at the end of the text */
};

#define NO_TARGET SIZE_MAX

struct instruction {
    enum operation operation;
    uint32_t character;
    size_t target;
    const char *class_start, *class_end; /* between the brackets */
};

struct glob {
    char *pattern;
    struct vector program; /* of struct instruction; running past its end is the match */
    uint32_t separator;
    bool fold;
};

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

static uint32_t folded(uint32_t c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* An invalid byte is a character of its own, above all that Unicode has. */
static uint32_t next_character(const char **cursor, const char *end)
{
    unsigned char first = (unsigned char)**cursor;
    int32_t c = utf8_decode(cursor, end);

    return c < 0 ? 0x110000u + first : (uint32_t)c;
}

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

static uint32_t class_character(const char **cursor, const char *end)
{
    if (**cursor == '\\' && *cursor + 1 < end)
        (*cursor)++;
    return next_character(cursor, end);
}

static bool in_range(uint32_t c, uint32_t first, uint32_t last, bool fold)
{
    if (c >= first && c <= last)
        return true;
    if (!fold || folded(c) < 'a' || folded(c) > 'z')
        return false;
    c ^= 'a' ^ 'A'; /* the other case */
    return c >= first && c <= last;
}

static bool in_class(const struct instruction *class, uint32_t c, bool fold)
{
    const char *at = class->class_start, *end = class->class_end;
    bool negated = at < end && (*at == '!' || *at == '^');
    bool found = false;

    if (negated)
        at++;
    while (at < end && !found) {
        uint32_t first = class_character(&at, end), last = first;
        if (at + 1 < end && *at == '-') {
            at++;
            last = class_character(&at, end);
        }
        found = in_range(c, first, last, fold);
    }
    return found != negated;
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
    instruction_at(compiler, index)->character = next_character(&compiler->at, compiler->end);
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

/* A set of places in the program, a bit each. */
#define PLACES_A_WORD 64

static size_t words_for(size_t places)
{
    return places / PLACES_A_WORD + 1;
}

static void mark(uint64_t *set, size_t index)
{
    set[index / PLACES_A_WORD] |= UINT64_C(1) << index % PLACES_A_WORD;
}

static bool is_marked(const uint64_t *set, size_t index)
{
    return set[index / PLACES_A_WORD] >> index % PLACES_A_WORD & 1;
}

/* The first one from `from` on that is below `end`; else `end`. */
static size_t next_marked(const uint64_t *set, size_t from, size_t end)
{
    if (from >= end)
        return end;
    size_t word = from / PLACES_A_WORD;
    uint64_t bits = set[word] & UINT64_MAX << from % PLACES_A_WORD;
    while (bits == 0) {
        if (++word * PLACES_A_WORD >= end)
            return end;
        bits = set[word];
    }
    size_t index = word * PLACES_A_WORD + (size_t)__builtin_ctzll(bits);
    return index < end ? index : end;
}

/* What surrounds the place in the text that has been reached. */
struct place {
    bool segment_starts, segment_ends, text_ends;
};

/* Where `instruction` leads without taking a character: always to later places in `here`. */
static void follow(const struct instruction *instruction, size_t index, struct place place,
                   uint64_t *here)
{
    bool branch = false;

    switch (instruction->operation) {
    case LOOP_SEGMENT:
        break;
    case LOOP_DEEP:
        if (!place.segment_ends)
            return;
        break;
    case FORK:
        branch = true;
        break;
    case FORK_AT_START:
        branch = place.segment_starts;
        break;
    case FORK_AT_END:
        branch = place.text_ends;
        break;
    case GO:
        mark(here, instruction->target);
        return;
    case MATCH_ONE:
    case MATCH_ANY:
    case MATCH_CLASS:
        return;
    }
    mark(here, index + 1);
    if (branch && instruction->target != NO_TARGET)
        mark(here, instruction->target);
}

/* Marks in `next` where taking the character `c` leads. */
static bool take(const struct glob *glob, const struct instruction *instruction, size_t index,
                 uint32_t c, uint64_t *next)
{
    bool inside = c != glob->separator;
    uint32_t wanted = instruction->character;

    switch (instruction->operation) {
    case MATCH_ONE:
        if (glob->fold ? folded(c) != folded(wanted) : c != wanted)
            return false;
        index++;
        break;
    case MATCH_ANY:
    case MATCH_CLASS:
        if (!inside ||
            (instruction->operation == MATCH_CLASS && !in_class(instruction, c, glob->fold)))
            return false;
        index++;
        break;
    case LOOP_SEGMENT:
        if (!inside)
            return false;
        break;
    case LOOP_DEEP:
        break;
    case GO:
    case FORK:
    case FORK_AT_START:
    case FORK_AT_END:
        return false;
    }
    mark(next, index);
    return true;
}

static bool run(const struct glob *glob, const char *text, uint64_t *here, uint64_t *next)
{
    const struct instruction *program = glob->program.items;
    size_t count = glob->program.count;
    const char *at = text, *end = text + strlen(text);
    bool alive = true;

    mark(here, 0);
    while (alive) {
        struct place place = {
            .segment_starts = at == text || (unsigned char)at[-1] == glob->separator,
            .segment_ends = at == end || (unsigned char)*at == glob->separator,
            .text_ends = at == end,
        };
        uint32_t c = place.text_ends ? 0 : next_character(&at, end);
        alive = false;
        /* What is followed to lies ahead, and is met in its turn. */
        for (size_t i = next_marked(here, 0, count); i < count;
             i = next_marked(here, i + 1, count)) {
            follow(&program[i], i, place, here);
            if (!place.text_ends && take(glob, &program[i], i, c, next))
                alive = true;
        }
        if (place.text_ends)
            return is_marked(here, count);
        memset(here, 0, words_for(count) * sizeof *here);
        uint64_t *swap = here;
        here = next;
        next = swap;
    }
    return false;
}

bool glob_test(const struct glob *glob, const char *text)
{
    uint64_t small[8] = { 0 };
    size_t words = words_for(glob->program.count);
    uint64_t *sets =
        2 * words <= sizeof small / sizeof *small ? small : memory_array(words, 2 * sizeof *sets);
    bool matches = run(glob, text, sets, sets + words);

    if (sets != small)
        free(sets);
    return matches;
}

static bool match(const char *pattern, const char *text, char separator, bool fold)
{
    struct glob *glob = glob_new(pattern, separator, fold);
    bool matches = glob_test(glob, text);

    glob_free(&glob);
    return matches;
}

bool glob_match(const char *pattern, const char *text, char separator)
{
    return match(pattern, text, separator, false);
}

bool glob_match_fold(const char *pattern, const char *text, char separator)
{
    return match(pattern, text, separator, true);
}
