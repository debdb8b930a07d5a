/*
 * What the tests of packages share: files as texts, and lists as texts.
 */
#ifndef TESTS_UNIT_PACKAGES_SUPPORT_H
#define TESTS_UNIT_PACKAGES_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pilab/packages/difference.h>
#include <pilab/packages/formats.h>
#include <pilab/packages/list.h>

/* Files beside the one that is read are given as name, text, …, NULL; NULL: there are none. */

/* Reads `text` under `name`, whose ending tells the format; NULL with the error filled. */
struct package_list *try_packages(const char *name, const char *text,
                                  const char *const *names_and_texts, struct error *error);
/* The same; a failure fails the test. */
struct package_list *read_packages(const char *name, const char *text,
                                   const char *const *names_and_texts);

/* One line a package, in the file's order: "name version scope relation", with "-" for what is not
 * told, "~" before a range, and "[licence]". */
void assert_packages(const struct package_list *list, const char *expected);
/* Reads, and compares. Nothing may be a problem. */
void assert_packages_read(const char *name, const char *text, const char *const *names_and_texts,
                          const char *expected);
/* That reading fails with this message. */
void assert_packages_refused(const char *name, const char *text, const char *message);

#endif
