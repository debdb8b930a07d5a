#!/bin/sh
# Checks the audit bundle in this folder. Needs sh, jq and sha256sum.
#
# verify.sh [COUNT HASH]: COUNT and HASH of a checkpoint that you kept elsewhere.
# Exit 0: every entry holds. Exit 1: the first one that does not is named. Exit 2: cannot check.
set -u
cd "$(dirname "$0")" || exit 2
for tool in jq sha256sum; do
    command -v $tool >/dev/null || { echo "verify.sh needs $tool" >&2; exit 2; }
done
[ $# -eq 0 ] || [ $# -eq 2 ] || { echo "usage: verify.sh [COUNT HASH]" >&2; exit 2; }

broken() {
    echo "BROKEN: $1"
    exit 1
}

sum() {
    printf '%s' "$1" | sha256sum | cut -d' ' -f1
}

# The tools below do not see a NUL, and leave out a line that does not end.
for file in audit.jsonl bodies.jsonl checkpoint; do
    [ -f $file ] || continue
    [ "$(tr -d '\000\r' <$file | wc -c)" -eq "$(wc -c <$file)" ] ||
        broken "$file has bytes in it that no export writes"
    [ ! -s $file ] || [ "$(tail -c 1 $file | wc -l)" -eq 1 ] ||
        broken "$file is cut off in the middle of a line"
done

# seq, prev and body of every line in one run of jq; the lines themselves are hashed as they are.
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
jq -Rr 'fromjson | "\(.seq) \(.prev) \(.body)"' audit.jsonl >"$work/fields" 2>/dev/null ||
    broken "audit.jsonl is not one JSON object a line"

count=0
hash=$(printf '%064d' 0)
while IFS= read -r line && IFS=' ' read -r seq prev body <&3; do
    [ "$seq" = $((count + 1)) ] || broken "entry $((count + 1)) is missing: entry $seq stands there"
    [ "$prev" = "$hash" ] || broken "entry $seq does not continue entry $count"
    count=$seq
    hash=$(sum "$line")
    if [ "$count" = "${1:-}" ] && [ "$hash" != "${2:-}" ]; then
        broken "entry $count is not the one that your checkpoint names"
    fi
    echo "$body" >>"$work/digests"
done <audit.jsonl 3<"$work/fields"

[ "$(sed -n 2,3p checkpoint)" = "$(printf '%s\n%s' "$count" "$hash")" ] ||
    broken "the checkpoint in this folder does not match: $count entries, last hash $hash"
store=$(head -n 1 audit.jsonl | jq -r 'select(.action == "store.create") | .object')
[ -z "$store" ] || [ "$(sed -n 1p checkpoint)" = "pilab/$store" ] ||
    broken "the checkpoint in this folder is of another store"
[ "${1:-0}" -le "$count" ] || broken "entries $((count + 1)) to $1 have been cut off"

bodies=0
last=0
if [ -f bodies.jsonl ]; then
    while IFS= read -r line; do
        seq=$(printf '%s' "$line" | jq -r '.seq | numbers') || broken "bodies.jsonl is not JSON"
        case $seq in
            '' | *[!0-9]*) broken "bodies.jsonl has a line without an entry's number" ;;
        esac
        [ "$seq" -gt "$last" ] || broken "bodies.jsonl has a body out of place: of entry $seq"
        last=$seq
        digest=$(printf '%s' "$line" | jq -j .body | sha256sum | cut -d' ' -f1)
        [ "$(sed -n "${seq}{p;q;}" "$work/digests")" = "$digest" ] ||
            broken "the body of entry $seq has been changed"
        bodies=$((bodies + 1))
    done <bodies.jsonl
fi
of=0
[ "$count" -eq 0 ] || of=$(grep -vc '^null$' "$work/digests")
echo "OK: $count entries, $bodies of $of bodies, last hash $hash ($(sed -n 1p checkpoint))"
