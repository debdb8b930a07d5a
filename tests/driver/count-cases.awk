# Reads what a test program prints, TAP as cmocka 1.1.5 writes it, and counts its cases. Where that
# differs from TAP as specified:
#
#   not ok 2 # SKIP name       is a skipped case, not a failed one
#   output without newline, then "ok 3 - name" on the same line, is still the third case
#   not ok 0 - … GROUP SETUP   stands for every case of the group: none of them ran
#   1..N a second time         opens a second group, numbered from 1 again
#   exit status                is the number of failed cases, so it is no error of its own
#
# A planned case that never reported (crash, exit, time limit) counts as failed; a program without
# any case is an error, unless it exits with 77, which skips it.
#
# name, log_file, trs_file, color, seconds: as given to count-cases. mark: the last line, which
# carries the exit status.

function paint(result)
{
    if (color != "yes")
        return result
    return "\033[" (result == "PASS" ? "32" : result == "SKIP" ? "34" : "31") "m" result "\033[m"
}

function count(result, what)
{
    results[++total] = result " " what
    tally[result]++
    if (result != "PASS")
        print paint(result) ": " name ": " what
    echo_details = (result == "FAIL" || result == "ERROR") ? 20 : 0
}

function end_group(reason,    missing)
{
    for (missing = seen + 1; missing <= planned; missing++)
        count("FAIL", "case " missing " of " planned " did not run: " reason)
    planned = -1
    seen = 0
}

function case_line(line,    ok, skipped, title)
{
    ok = line !~ /^not /
    title = line
    sub(/^(not )?ok *[0-9]* *(- *)?/, "", title)
    skipped = toupper(title) ~ /(^|[ \t])# *SKIP/
    sub(/(^|[ \t]+)# *[Ss][Kk][Ii][Pp] */, title ~ /^#/ ? "" : ": ", title)
    seen++
    count(skipped ? "SKIP" : ok ? "PASS" : "FAIL", title)
}

# What fail_msg() says stands on standard error, which goes to the log alone.
function show_messages(    line)
{
    close(log_file)
    while ((getline line < log_file) > 0)
        if (line ~ /^ERROR: /)
            print "    " line
}

# The part of the line that reports the case we wait for, or "".
function case_part(line,    at)
{
    if (line ~ ("^(not )?ok " (seen + 1) "([^0-9]|$)"))
        return line
    at = match(line, "(not ok|ok) " (seen + 1) " - [A-Za-z_][A-Za-z0-9_]*$")
    if (!at)
        at = match(line, "not ok " (seen + 1) " # SKIP [A-Za-z_][A-Za-z0-9_]*$")
    return at ? substr(line, at) : ""
}

function end_reason(status)
{
    if (status == 124)
        return "it took longer than " seconds " s"
    if (status > 128 && status < 160)
        return "it was ended by signal " (status - 128)
    return "it ended with status " status
}

BEGIN {
    planned = -1
    seen = 0
    total = 0
    status = -1
}

index($0, mark ": ") == 1 {
    status = substr($0, length(mark) + 3) + 0
    next
}

{
    print >> log_file
}

/^[ \t]*#/ {
    if (echo_details-- > 0)
        print "    " $0
    next
}

/^1\.\.[0-9]+[ \t\r]*$/ {
    sub(/^1\.\./, "")
    if (planned < 0 && seen > 0) {
        planned = $0 + 0
        end_group("the program did not report it")
    } else {
        end_group("the next group began")
        planned = $0 + 0
    }
    next
}

/^not ok 0 / {
    sub(/^not ok 0 (- )?/, "")
    if (seen < planned)
        end_group($0)
    else
        count("FAIL", $0)
    next
}

/^Bail out!/ {
    count("ERROR", $0)
    next
}

{
    found = case_part($0)
    if (found != "")
        case_line(found)
    last = $0 != "" ? $0 : last
}

END {
    end_group(end_reason(status))
    if (total == 0 && status == 77)
        count("SKIP", last != "" ? last : "it asked to be skipped")
    else if (total == 0)
        count("ERROR", "it ran no test, and " end_reason(status))
    else if (status != 0 && !(tally["FAIL"] + tally["ERROR"]))
        count("ERROR", end_reason(status) " after its last case")
    else if (status > 128 && status < 160 && results[total] !~ /did not run/)
        count("ERROR", end_reason(status) " after its last case")

    bad = tally["FAIL"] + tally["ERROR"]
    if (bad)
        show_messages()
    whole = tally["ERROR"] ? "ERROR" : bad ? "FAIL" : tally["PASS"] ? "PASS" : "SKIP"
    print ":global-test-result: " whole > trs_file
    print ":recheck: " (bad ? "yes" : "no") > trs_file
    print ":copy-in-global-log: " (whole == "PASS" ? "no" : "yes") > trs_file
    for (i = 1; i <= total; i++)
        print ":test-result: " results[i] > trs_file
    if (whole == "PASS")
        print paint(whole) ": " name " (" tally["PASS"] ")"
    else if (bad)
        print paint("FAIL") ": " name " (" bad " of " total ")"
}
