#!/bin/sh
# Turns the migrations and the texts of an audit bundle into one C file, on standard output.
#
# embed.sh DIRECTORY: the source folder of the store room
set -eu
folder=$1

# One C string literal a line of the file named $1.
literal() {
    awk '{ gsub(/["\\]/, "\\\\&"); gsub(/\?\?/, "?\"\"?"); print "    \"" $0 "\\n\"" }' "$1"
}

text() {
    echo
    echo "const char $1[] ="
    literal "$2"
    echo "    ;"
}

echo "/* Made by embed.sh; do not edit. */"
echo '#include "src/store/embedded.h"'
echo
echo "const struct migration embedded_migrations[] = {"
count=0
for file in "$folder"/migrations/sqlite/[0-9][0-9][0-9]_*.sql; do
    count=$((count + 1))
    name=$(basename "$file" .sql)
    case $name in
        "$(printf %03d $count)"_*) ;;
        *)
            echo "embed.sh: $file: expected migration number $count" >&2
            exit 1
            ;;
    esac
    echo "    { $count, \"$name\","
    literal "$file"
    printf '    "PRAGMA user_version = %d;\\n" },\n' $count
done
echo "};"
echo
echo "const size_t embedded_migration_count = $count;"
text embedded_bundle_readme "$folder/bundle/README"
text embedded_bundle_verify "$folder/bundle/verify.sh"
