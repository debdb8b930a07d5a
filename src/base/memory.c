#include <pilab/base/memory.h>

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* exit() and not _exit(): what was registered with atexit gives the terminal back. */
_Noreturn void memory_exhausted(void)
{
    static const char message[] = "pilab: out of memory\n";
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);

    (void)written; /* there is no other way left to say it */
    exit(EXIT_FAILURE);
}

void *memory_new(size_t size)
{
    void *block = calloc(1, size ? size : 1);

    if (!block)
        memory_exhausted();
    return block;
}

void *memory_array(size_t count, size_t size)
{
    void *block = count && size ? calloc(count, size) : calloc(1, 1);

    if (!block)
        memory_exhausted();
    return block;
}

void *memory_resize(void *block, size_t count, size_t size)
{
    void *resized;

    if (size && count > SIZE_MAX / size)
        memory_exhausted();
    resized = realloc(block, count && size ? count * size : 1);
    if (!resized)
        memory_exhausted();
    return resized;
}

void memory_wipe(char *text)
{
    if (text != NULL)
        explicit_bzero(text, strlen(text));
    free(text);
}

char *memory_copy_text(const char *text)
{
    return text ? memory_copy_bytes(text, strlen(text)) : memory_new(1);
}

char *memory_copy_bytes(const void *bytes, size_t length)
{
    char *copy;

    if (length == SIZE_MAX)
        memory_exhausted();
    copy = malloc(length + 1);
    if (!copy)
        memory_exhausted();
    if (length)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

char *memory_printf(const char *format, ...)
{
    va_list arguments;
    char *text;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        return memory_copy_text(format);
    text = memory_new((size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}
