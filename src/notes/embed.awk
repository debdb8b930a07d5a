# Turns the built-in template into C: awk -f embed.awk default.md.tmpl >default_template.c
BEGIN {
    print "/* Made by embed.awk; do not edit. */"
    print "#include \"src/notes/default_template.h\""
    print ""
    print "const char note_default_template[] ="
}
{
    gsub(/\\/, "\\\\")
    gsub(/"/, "\\\"")
    print "    \"" $0 "\\n\""
}
END {
    print "    ;"
}
