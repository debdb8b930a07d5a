/* The themes of themes/ that are built in; the table is made from the files (theme_builtin.awk). */
#ifndef PILAB_TUI_THEME_BUILTIN_H
#define PILAB_TUI_THEME_BUILTIN_H

struct theme_builtin {
    const char *name;
    const char *text;
};

/* `dark` stands first; a row without a name ends it. */
extern const struct theme_builtin theme_builtins[];

#endif
