#!/bin/sh
# Turns the stories of the sample world into one C file, on standard output.
#
# embed.sh FOLDER: where the .story files are
set -eu
folder=$1

# One C string literal a line of the file named $1.
literal() {
    sed 's/\\/\\\\/g; s/"/\\"/g; s/^/      "/; s/$/\\n"/' "$1"
}

echo "/* Made by embed.sh; do not edit. */"
echo '#include "src/demo/embedded.h"'
echo
echo "const struct embedded_story embedded_stories[] = {"
count=0
for file in "$folder"/*.story; do
    count=$((count + 1))
    echo "    { \"$(basename "$file" .story)\","
    literal "$file"
    echo "    },"
done
echo "};"
echo
echo "const size_t embedded_story_count = $count;"
