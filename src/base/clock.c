#include <pilab/base/clock.h>

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <pilab/base/digest.h>
#include <pilab/base/memory.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

struct clock clock_system(void)
{
    return (struct clock){ .frozen_at = 0 };
}

struct clock clock_frozen(int64_t at)
{
    return (struct clock){ .frozen_at = at ? at : 1 };
}

bool clock_is_frozen(const struct clock *clock)
{
    return clock->frozen_at != 0;
}

static int64_t milliseconds_of(clockid_t which)
{
    struct timespec now = { 0 };

    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000000;
}

int64_t clock_now(const struct clock *clock)
{
    return clock->frozen_at ? clock->frozen_at : milliseconds_of(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
    return milliseconds_of(CLOCK_MONOTONIC);
}

#define GOLDEN_GAMMA UINT64_C(0x9e3779b97f4a7c15)

struct random random_system(void)
{
    return (struct random){ .state = 0 };
}

struct random random_seeded(uint64_t seed)
{
    return (struct random){ .state = seed ? seed : GOLDEN_GAMMA };
}

/* Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014). */
static uint64_t splitmix64(struct random *random)
{
    uint64_t z;

    random->state += GOLDEN_GAMMA;
    if (random->state == 0) /* 0 stands for the system's source */
        random->state = GOLDEN_GAMMA;
    z = random->state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

void random_bytes(struct random *random, void *out, size_t length)
{
    unsigned char *at = out;

    if (random->state == 0) {
        if (sodium_init() < 0)
            memory_exhausted();
        randombytes_buf(out, length);
        return;
    }
    while (length > 0) {
        uint64_t word = splitmix64(random);
        for (int i = 0; i < 8 && length > 0; i++, length--)
            *at++ = (unsigned char)(word >> 8 * i);
    }
}

/* The day and time of `at` in UTC, and the milliseconds that are left. Seconds are rounded down,
 * also before 1970. */
static struct tm calendar(int64_t at, int *milliseconds)
{
    struct tm parts = { 0 };
    int rest = (int)(at % SECOND);
    time_t seconds = (time_t)(at / SECOND);

    if (rest < 0) {
        rest += SECOND;
        seconds--;
    }
    gmtime_r(&seconds, &parts);
    if (milliseconds)
        *milliseconds = rest;
    return parts;
}

static const char *day_format(const struct tm *t, char out[TIMESTAMP_SIZE])
{
    snprintf(out, TIMESTAMP_SIZE, "%04lld-%02d-%02d", t->tm_year + 1900LL, t->tm_mon + 1,
             t->tm_mday);
    return out;
}

const char *timestamp_format(int64_t at, char out[TIMESTAMP_SIZE])
{
    int milliseconds;
    struct tm t = calendar(at, &milliseconds);
    size_t length = strlen(day_format(&t, out));

    length += (size_t)snprintf(out + length, TIMESTAMP_SIZE - length, "T%02d:%02d:%02d", t.tm_hour,
                               t.tm_min, t.tm_sec);
    snprintf(out + length, TIMESTAMP_SIZE - length, milliseconds ? ".%03dZ" : "Z", milliseconds);
    return out;
}

const char *timestamp_date(int64_t at, char out[TIMESTAMP_SIZE])
{
    static const char *const months[] = { "January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December" };
    struct tm t = calendar(at, NULL);

    snprintf(out, TIMESTAMP_SIZE, "%s %d, %lld", months[t.tm_mon], t.tm_mday, t.tm_year + 1900LL);
    return out;
}

static const struct {
    int64_t length; /* milliseconds */
    int64_t up_to;  /* from here the next longer unit is used */
    const char *name;
} units[] = {
    {MINUTE, HOUR,              "minute"},
    { HOUR,  DAY,               "hour"  },
    { DAY,   14 * (int64_t)DAY, "day"   },
};

const char *timestamp_relative(int64_t at, int64_t now, char out[TIMESTAMP_SIZE])
{
    struct tm t;
    /* Unsigned, because the difference of two far apart times may not fit. */
    uint64_t distance = at <= now ? (uint64_t)now - (uint64_t)at : (uint64_t)at - (uint64_t)now;

    if (distance < MINUTE) {
        snprintf(out, TIMESTAMP_SIZE, "just now");
        return out;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (distance >= (uint64_t)units[i].up_to)
            continue;
        int count = (int)(distance / (uint64_t)units[i].length);
        const char *plural = count == 1 ? "" : "s";
        if (at <= now)
            snprintf(out, TIMESTAMP_SIZE, "%d %s%s ago", count, units[i].name, plural);
        else
            snprintf(out, TIMESTAMP_SIZE, "in %d %s%s", count, units[i].name, plural);
        return out;
    }
    t = calendar(at, NULL);
    return day_format(&t, out);
}

/* Takes exactly `digits` digits; -1 when there are not so many. */
static int take_number(const char **cursor, int digits)
{
    int number = 0;

    for (int i = 0; i < digits; i++) {
        if (!isdigit((unsigned char)**cursor))
            return -1;
        number = number * 10 + (*(*cursor)++ - '0');
    }
    return number;
}

static bool take(const char **cursor, char expected)
{
    if (**cursor != expected)
        return false;
    (*cursor)++;
    return true;
}

static int days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

static bool take_date(const char **cursor, struct tm *t)
{
    int year = take_number(cursor, 4);
    int month = take(cursor, '-') ? take_number(cursor, 2) : -1;
    int day = take(cursor, '-') ? take_number(cursor, 2) : -1;

    if (year < 0 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    t->tm_year = year - 1900;
    t->tm_mon = month - 1;
    t->tm_mday = day;
    return true;
}

/* A second may be 60: RFC 3339 allows leap seconds. It counts as the first of the next minute. */
static bool take_time(const char **cursor, struct tm *t, int *milliseconds)
{
    int scale = 100;

    t->tm_hour = take_number(cursor, 2);
    t->tm_min = take(cursor, ':') ? take_number(cursor, 2) : -1;
    t->tm_sec = take(cursor, ':') ? take_number(cursor, 2) : -1;
    if (t->tm_hour < 0 || t->tm_hour > 23 || t->tm_min < 0 || t->tm_min > 59 || t->tm_sec < 0 ||
        t->tm_sec > 60)
        return false;
    if (!take(cursor, '.'))
        return true;
    if (!isdigit((unsigned char)**cursor))
        return false;
    for (; isdigit((unsigned char)**cursor); scale /= 10)
        *milliseconds += (*(*cursor)++ - '0') * scale;
    return true;
}

/* "Z", "+01:00", and as git and issue trackers write it "+0100", also after a blank. */
static bool take_offset(const char **cursor, int *minutes)
{
    int sign, hour, minute;

    take(cursor, ' ');
    if (take(cursor, 'Z') || take(cursor, 'z'))
        return true;
    sign = **cursor == '-' ? -1 : 1;
    if (!take(cursor, '+') && !take(cursor, '-'))
        return false;
    hour = take_number(cursor, 2);
    take(cursor, ':');
    minute = hour < 0 ? -1 : take_number(cursor, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return false;
    *minutes = sign * (hour * 60 + minute);
    return true;
}

bool timestamp_parse(const char *text, int64_t *at, struct error *error)
{
    const char *cursor = text ? text : "", *problem = NULL;
    struct tm t = { 0 };
    int milliseconds = 0, offset = 0;

    if (!take_date(&cursor, &t)) {
        problem = "there is no such day";
    } else if (*cursor != '\0') {
        if (!take(&cursor, 'T') && !take(&cursor, 't') && !take(&cursor, ' '))
            problem = "the day is not followed by a time";
        else if (!take_time(&cursor, &t, &milliseconds))
            problem = "there is no such time of day";
        else if (!take_offset(&cursor, &offset))
            problem = "the offset from UTC is missing or wrong";
        else if (*cursor != '\0')
            problem = "something follows it";
    }
    if (problem) {
        error_set(error, ERROR_INVALID, "\"%.60s\" is not a time: %s", text ? text : "", problem);
        return error_hint(error, "Write it as 2025-01-22T14:30:00Z, 2025-01-22T15:30:00+01:00 or "
                                 "2025-01-22.");
    }
    *at = ((int64_t)timegm(&t) - offset * 60LL) * SECOND + milliseconds;
    return true;
}

const char *uuid_new(const struct clock *clock, struct random *random, char out[UUID_SIZE])
{
    unsigned char bytes[16];
    char hex[33];
    uint64_t now = (uint64_t)clock_now(clock);

    random_bytes(random, bytes, sizeof bytes);
    for (int i = 0; i < 6; i++)
        bytes[i] = (unsigned char)(now >> (40 - 8 * i));
    bytes[6] = (unsigned char)(0x70 | (bytes[6] & 0x0f));
    bytes[8] = (unsigned char)(0x80 | (bytes[8] & 0x3f));
    hex_encode(bytes, sizeof bytes, hex);
    snprintf(out, UUID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
             hex + 20);
    return out;
}

bool uuid_valid(const char *text)
{
    if (!text || strlen(text) != UUID_SIZE - 1)
        return false;
    for (size_t i = 0; i < UUID_SIZE - 1; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
            return false;
    }
    return true;
}
