# The compiler switches of the house, and checks that name the Debian package to install.

# PILAB_SWITCH(NAME, WHAT IT DOES): --enable-NAME, "no" unless given
AC_DEFUN([PILAB_SWITCH],
    [AC_ARG_ENABLE([$1], AS_HELP_STRING([--enable-$1], [$2]), [], [enable_$1=no])])

# PILAB_DEFAULT_CFLAGS: before AC_PROG_CC. What a person sets stays as it is.
AC_DEFUN([PILAB_DEFAULT_CFLAGS], [
    AC_BEFORE([$0], [AC_PROG_CC])
    AS_IF([test "x$enable_coverage" = xyes], [: "${CFLAGS=-g -O0}"],
        [test "x$enable_sanitizers$enable_fuzzing" != xnono], [: "${CFLAGS=-g -O1}"])
])

# PILAB_LIBRARY(PREFIX, PKG-CONFIG MODULE, DEBIAN PACKAGE)
AC_DEFUN([PILAB_LIBRARY], [
    PKG_CHECK_MODULES([$1], [$2], [],
        [AC_MSG_ERROR([$2 is missing: install the package $3 (or run ./bootstrap, which does)])])
])

# PILAB_TEST_LIBRARY(PREFIX, PKG-CONFIG MODULE, DEBIAN PACKAGE, WHAT GOES MISSING WITHOUT IT)
AC_DEFUN([PILAB_TEST_LIBRARY], [
    PKG_CHECK_MODULES([$1], [$2], [have_$1=yes],
        [have_$1=no
         AC_MSG_WARN([$2 is missing: $4; install the package $3])])
    AM_CONDITIONAL([HAVE_$1], [test "x$have_$1" = xyes])
])

# PILAB_OPTIONAL_LIBRARY(PREFIX, PKG-CONFIG MODULE, DEBIAN PACKAGE, WHAT HAPPENS WITHOUT IT):
# --without-prefix leaves it out
AC_DEFUN([PILAB_OPTIONAL_LIBRARY], [
    AC_ARG_WITH(m4_tolower([$1]), AS_HELP_STRING([--without-]m4_tolower([$1]), [build without $2]),
        [], [AS_VAR_SET([with_]m4_tolower([$1]), [yes])])
    AS_VAR_IF([with_]m4_tolower([$1]), [no], [], [
        PKG_CHECK_MODULES([$1], [$2],
            [AC_DEFINE([HAVE_$1], [1], [Define when $2 is there.])],
            [AC_MSG_WARN([$2 is missing: $4; install the package $3])])
    ])
])

# PILAB_ADD_FLAGS(VARIABLE, FLAGS, [FLAGS THAT THEY NEED]): those that the compiler takes
AC_DEFUN([PILAB_ADD_FLAGS], [
    m4_foreach_w([flag], [$2],
        [AX_CHECK_COMPILE_FLAG(flag, [$1="$[$1] flag"], [], [$3 -Werror])])
])

AC_DEFUN([PILAB_WARNINGS], [
    PILAB_ADD_FLAGS([WARNING_CFLAGS], [-Wall -Wextra -Wshadow -Wconversion -Wsign-conversion
        -Wformat=2 -Wimplicit-fallthrough -Wvla -Wstrict-prototypes -Wold-style-definition
        -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wundef -Wdate-time -Wtrampolines
        -Wlogical-op -Wduplicated-cond -Wbidi-chars=any -Werror=implicit
        -Werror=incompatible-pointer-types -Werror=int-conversion])
    PILAB_ADD_FLAGS([WARNING_CFLAGS], [-Werror=format-security], [-Wformat])
    AS_IF([test "x$enable_werror" = xyes], [WARNING_CFLAGS="$WARNING_CFLAGS -Werror"])
    AC_SUBST([WARNING_CFLAGS])
])

# PILAB_ADD_LINK_FLAG(FLAG): when the linker takes it
AC_DEFUN([PILAB_ADD_LINK_FLAG],
    [AX_CHECK_LINK_FLAG([$1], [HARDENING_LDFLAGS="$HARDENING_LDFLAGS $1"])])

# PILAB_FORTIFY: the highest level that the C library takes without a warning; it needs
# optimisation, and gets in the way of the sanitizers.
AC_DEFUN([PILAB_FORTIFY], [
    AC_MSG_CHECKING([for the level of _FORTIFY_SOURCE])
    HARDENING_CPPFLAGS=
    AS_IF([test "x$enable_sanitizers$enable_fuzzing" = xnono], [
        pilab_saved_cppflags=$CPPFLAGS
        pilab_saved_cflags=$CFLAGS
        CFLAGS="$CFLAGS -Werror"
        for pilab_level in 3 2; do
            CPPFLAGS="$pilab_saved_cppflags -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$pilab_level"
            AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[#include <string.h>]])],
                [HARDENING_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$pilab_level"; break])
        done
        CPPFLAGS=$pilab_saved_cppflags
        CFLAGS=$pilab_saved_cflags
    ])
    AC_MSG_RESULT([${HARDENING_CPPFLAGS:-none}])
])

# OpenSSF, "Compiler Options Hardening Guide for C and C++", as far as the compiler takes them.
AC_DEFUN([PILAB_HARDENING], [
    PILAB_FORTIFY
    PILAB_ADD_FLAGS([HARDENING_CFLAGS], [-fstack-clash-protection -fstack-protector-strong
        -fcf-protection=full -fPIE -fno-delete-null-pointer-checks -fno-strict-overflow
        -fno-strict-aliasing -ftrivial-auto-var-init=zero -fexceptions])
    PILAB_ADD_LINK_FLAG([-pie])
    PILAB_ADD_LINK_FLAG([[-Wl,-z,relro]])
    PILAB_ADD_LINK_FLAG([[-Wl,-z,now]])
    PILAB_ADD_LINK_FLAG([[-Wl,-z,noexecstack]])
    PILAB_ADD_LINK_FLAG([[-Wl,--as-needed]])
    PILAB_ADD_LINK_FLAG([[-Wl,--no-copy-dt-needed-entries]])
    AC_SUBST([HARDENING_CPPFLAGS])
    AC_SUBST([HARDENING_CFLAGS])
    AC_SUBST([HARDENING_LDFLAGS])
])

AC_DEFUN([PILAB_SANITIZERS], [
    AS_IF([test "x$enable_sanitizers" = xyes], [
        SANITIZER_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
        SANITIZER_LDFLAGS="-fsanitize=address,undefined"
    ])
    AC_SUBST([SANITIZER_CFLAGS])
    AC_SUBST([SANITIZER_LDFLAGS])
])

AC_DEFUN([PILAB_COVERAGE], [
    AS_IF([test "x$enable_coverage" = xyes], [
        COVERAGE_CFLAGS="--coverage"
        COVERAGE_LDFLAGS="--coverage"
        AS_IF([test -z "$GCOV"], [AC_MSG_ERROR([--enable-coverage needs gcov, which comes with gcc])])
    ])
    AC_SUBST([COVERAGE_CFLAGS])
    AC_SUBST([COVERAGE_LDFLAGS])
    AM_CONDITIONAL([COVERAGE], [test "x$enable_coverage" = xyes])
])

# FUZZER_LIBS is libFuzzer's archive, whose main() is linked where a program brings none of its own.
AC_DEFUN([PILAB_FUZZING], [
    AS_IF([test "x$enable_fuzzing" = xyes], [
        AX_CHECK_COMPILE_FLAG([-fsanitize=fuzzer-no-link], [],
            [AC_MSG_ERROR([--enable-fuzzing needs clang: ./configure CC=clang --enable-fuzzing])])
        SANITIZER_CFLAGS="-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer"
        SANITIZER_LDFLAGS="-fsanitize=address,undefined"
        FUZZER_LIBS=`$CC -print-file-name=libclang_rt.fuzzer-\`uname -m\`.a`
        AS_IF([test -f "$FUZZER_LIBS"], [],
            [AC_MSG_ERROR([libFuzzer is missing: install the package libclang-rt-dev])])
        FUZZER_LIBS="$FUZZER_LIBS -lstdc++ -lm"
    ])
    AC_SUBST([FUZZER_LIBS])
    AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
])
