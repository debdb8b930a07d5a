/*
 * Real numbers in texts that are no person's: with a point, whatever sign the locale has instead
 * of it (strtod of de_DE reads "1.5" as 1).
 */
#ifndef PILAB_BASE_REAL_H
#define PILAB_BASE_REAL_H

/* As strtod and strtold of the locale "C"; `end`, when not NULL, is behind what was read. */
double real_read(const char *text, char **end);
long double real_read_long(const char *text, char **end);

#endif
