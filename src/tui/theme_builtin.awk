# Turns theme files into src/tui/theme_builtin.c: their names and texts as one constant table.
BEGIN {
    print "/* Made from themes/ by theme_builtin.awk. */"
    print "#include <stddef.h>\n"
    print "#include \"src/tui/theme_builtin.h\"\n"
    print "const struct theme_builtin theme_builtins[] = {"
}
FNR == 1 {
    if (NR > 1)
        print "    },"
    name = FILENAME
    sub(/.*\//, "", name)
    sub(/\.theme$/, "", name)
    printf "    { \"%s\",\n", name
}
{
    gsub(/\\/, "\\\\")
    gsub(/"/, "\\\"")
    printf "      \"%s\\n\"\n", $0
}
END {
    print "    },\n    { NULL, NULL },\n};"
}
