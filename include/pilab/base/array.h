/*
 * Arrays whose length the compiler knows.
 */
#ifndef PILAB_BASE_ARRAY_H
#define PILAB_BASE_ARRAY_H

/* The items of an array, not of a pointer to one. */
#define COUNT(array) (sizeof(array) / sizeof *(array))

#endif
