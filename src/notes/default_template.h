/* The built-in template, default.md.tmpl, which the build turns into C. */
#ifndef NOTES_DEFAULT_TEMPLATE_H
#define NOTES_DEFAULT_TEMPLATE_H

extern const char note_default_template[];

#endif
