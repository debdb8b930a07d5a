# A history for git fast-import: 50,653 files in folders of 37, each changed by a commit of its own
# between v1 and v2, so that both the list of files and that of commits are long. Their contents are
# few and take long to compare: lines are still counted when the last key has been measured.

function text(data) {
    printf "data %d\n%s\n", length(data), data
}

function commit(mark, message) {
    print "commit refs/heads/main\nmark :" mark
    print "committer A <a@example.com> " 1735689600 + mark * 60 " +0000"
    text(message)
}

# 6,000 lines; every third one is another in the second version, and some have gone elsewhere.
function content(number, version,    i, lines) {
    lines = ""
    for (i = 0; i < 6000; i++)
        lines = lines (i % 3 == 0 ? version " " : "") number " " (i * (version == 2 && i % 7 == 0 ? 13 : 1)) % 97 "\n"
    return lines
}

function path(file) {
    return int(file / 1369) "/" int(file / 37) % 37 "/" file % 37 ".c"
}

BEGIN {
    files = 37 * 37 * 37
    for (i = 0; i < 20; i++) {
        print "blob\nmark :" 100000 + i
        text(content(i, 1))
        print "blob\nmark :" 200000 + i
        text(content(i, 2))
    }
    commit(1, "Begin")
    for (file = 0; file < files; file++)
        print "M 100644 :" 100000 + file % 20 " " path(file)
    print "reset refs/tags/v1\nfrom :1\n"
    for (file = 0; file < files; file++) {
        commit(file + 2, "MB-" file % 9000 + 1 " Change file " file)
        print "M 100644 :" 200000 + file % 20 " " path(file)
    }
    print "reset refs/tags/v2\nfrom :" files + 1 "\n"
}
