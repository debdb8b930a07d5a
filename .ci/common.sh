# shellcheck shell=bash
# What .ci/run and .ci/nightly share: steps that are counted, and the last line.

passed=0
failed=0
skipped=0
logs=build-logs

# The machine may have other work: limits of time in tests guard against work without end, no more.
export PILAB_TEST_SLOWNESS=${PILAB_TEST_SLOWNESS:-10}

# kilobytes_of_memory: how much of it nobody uses
kilobytes_of_memory() {
    awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null || echo 0
}

# runs_programs FOLDER: whether what lies in it may be run
runs_programs() {
    local script status
    script=$(mktemp "$1/pilab-ci.XXXXXX" 2>/dev/null) || return 1
    printf '#!/bin/sh\n' >"$script"
    chmod 700 "$script"
    "$script" 2>/dev/null
    status=$?
    rm -f "$script"
    return $status
}

# Tests make and remove files by the hundred thousand: in memory, where there is plenty of it, a
# slow disk does not hold them up. What is built stays on the disk.
use_memory_for_temporary_files() {
    local room
    room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
    if [[ -z ${TMPDIR-} && -k /dev/shm && ${room:-0} -gt $((4 << 20)) &&
        $(kilobytes_of_memory) -gt $((8 << 20)) ]] && runs_programs /dev/shm; then
        export TMPDIR=/dev/shm
    fi
}

# say TEXT…: where we are, with the seconds since the start
say() {
    printf '[%4d s] %s\n' "$SECONDS" "$*"
}

# step NAME COMMAND…: one case; its output is kept, and shown when it fails.
step() {
    local name=$1 log
    shift
    log=$logs/${name//[^A-Za-z0-9]/-}.log
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
        say "PASS: $name"
        return 0
    fi
    failed=$((failed + 1))
    say "FAIL: $name ($log)"
    tail -n 60 "$log"
    return 1
}

skip() {
    skipped=$((skipped + 1))
    say "SKIP: $1: $2"
}

# add_cases NAME LINE: adds the counts of "N passed, N failed, N skipped"; none at all is a failure.
add_cases() {
    local name=$1 line=$2
    if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]] &&
        ((BASH_REMATCH[1] + BASH_REMATCH[2] + BASH_REMATCH[3] > 0)); then
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
        skipped=$((skipped + BASH_REMATCH[3]))
        say "$name: $line"
    else
        failed=$((failed + 1))
        say "FAIL: $name ran no test"
    fi
}

# suite NAME FOLDER TARGET [VARIABLE…]: a make target that runs tests; its cases are counted.
suite() {
    local name=$1 folder=$2 log
    shift 2
    log=$logs/${name//[^A-Za-z0-9]/-}.log
    rm -f "$folder/test-suite.log"
    make -C "$folder" -s -j"$(nproc)" "$@" >"$log" 2>&1 || tail -n 200 "$log"
    add_cases "$name" "$(tests/driver/summary "$folder/test-suite.log" 2>/dev/null)"
}

# configured FOLDER OPTION…: configures a fresh folder and builds there
configured() {
    local folder=$1
    shift
    rm -rf "$folder" && mkdir "$folder" &&
        (cd "$folder" && ../configure --quiet "$@") && make -C "$folder" -s -j"$(nproc)"
}

# packages NAME…: installs those that are missing
packages() {
    local missing=() package
    for package; do
        dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
            missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get)
    (($(id -u) == 0)) || apt=(sudo "${apt[@]}")
    local install=("${apt[@]}" install -y -q --no-install-recommends
        -o DPkg::Lock::Timeout=300 "${missing[@]}")
    "${install[@]}" || { "${apt[@]}" update -q && "${install[@]}"; }
}

# The last line: the counts. Nothing that ran is no success.
finish() {
    say "done; logs are in $logs/"
    echo "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0 && passed > 0))
    exit
}

use_memory_for_temporary_files
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
rm -rf "$logs" && mkdir "$logs" || exit 1
