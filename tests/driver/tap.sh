# shellcheck shell=sh
# For tests that are scripts: source it, call `case_is` for each case, end with `cases_done`.

cases=0
failures=0

# case_is NAME COMMAND…: the case passes when the command succeeds. What it prints is shown, as a
# comment, when it does not.
case_is() {
    case_name=$1
    shift
    cases=$((cases + 1))
    if case_output=$("$@" 2>&1); then
        echo "ok $cases - $case_name"
    else
        failures=$((failures + 1))
        echo "not ok $cases - $case_name"
        printf '%s\n' "$case_output" | sed 's/^/# /'
    fi
}

case_skipped() {
    cases=$((cases + 1))
    echo "ok $cases - $1 # SKIP $2"
}

# same WHAT EXPECTED ACTUAL
same() {
    test "$2" = "$3" || {
        printf '%s differs, expected:\n%s\nbut it is:\n%s\n' "$1" "$2" "$3"
        return 1
    }
}

cases_done() {
    echo "1..$cases"
    test "$failures" -eq 0
}

# A folder of its own for the test, removed at its end.
scratch() {
    scratch=$(mktemp -d "${TMPDIR:-/tmp}/pilab-test.XXXXXX") || exit 1
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 1' HUP INT TERM
}
