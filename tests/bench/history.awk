# Prints a git fast-import stream: a repository with `commits` commits (default 5000) between the
# tags v1.0.0 and v2.0.0, the same bytes whenever and wherever it runs. 12 modules of 30 files of
# `lines` lines (default 40); 1 to 5 files a commit; a merge of three commits now and then, reverts,
# tickets, conventional types.

BEGIN {
    commits += 0
    if (!commits)
        commits = 5000
    modules = 12
    files = 30
    lines += 0
    if (!lines)
        lines = 40
    when = 1700000000
    seed = 20250115
    type_count = split("feat fix fix fix perf refactor docs test chore build", types, " ")
    verb_count = split("add keep drop check limit retry sort cache close explain", verbs, " ")
    noun_count = split("session timeout payment ledger token header queue page balance limit", nouns,
                       " ")
    person_count = split("alice bob carla dan erin", people, " ")

    base()
    main_tip = mark
    done = 0
    while (done < commits) {
        if (commits - done >= 4 && chance(12))
            merged_branch()
        else if (last_subject != "" && chance(80))
            ordinary("Revert \"" last_subject "\"\n\nThis reverts an earlier commit.\n")
        else
            ordinary(message())
    }
    tag("v2.0.0", main_tip)
    print "done"
}

# 0 <= result < limit; a linear congruential generator, since awk's rand() differs between awks.
function random(limit)
{
    seed = (seed * 69069 + 1) % 4294967296
    return int(seed / 65536) % limit
}

function chance(one_in)
{
    return random(one_in) == 0
}

function data(text)
{
    printf "data %d\n%s\n", length(text), text
}

function begin_commit(branch, text, from, merge,    person)
{
    person = people[1 + random(person_count)]
    when += 60 + random(7200)
    written = when - random(600)
    printf "commit refs/heads/%s\nmark :%d\n", branch, ++mark
    printf "author %s <%s@example.org> %d +0000\n", person, person, written
    printf "committer %s <%s@example.org> %d +0000\n", person, person, when
    data(text)
    if (from)
        printf "from :%d\n", from
    if (merge)
        printf "merge :%d\n", merge
}

function path(module, file)
{
    return sprintf("module-%02d/src/part-%d/file-%02d.txt", module, file % 4, file)
}

function write_file(module, file,    text, line)
{
    text = ""
    for (line = 0; line < lines; line++)
        text = text "line " line " of file " file " stands at " value[module, file, line] + 0 "\n"
    printf "M 100644 inline %s\n", path(module, file)
    data(text)
}

function change_files(    count, module, file, i)
{
    count = 1 + random(5)
    module = random(modules)
    for (i = 0; i < count; i++) {
        file = random(files)
        value[module, file, random(lines)] = mark
        write_file(module, file)
        touched[++touched_count] = module " " file
    }
}

# A merge starts from main's tree: it takes the files of its branch over.
function rewrite_touched(    i, at)
{
    for (i = 1; i <= touched_count; i++) {
        split(touched[i], at, " ")
        write_file(at[1], at[2])
    }
}

# One statement a draw: the order in which an expression calls functions is not the same in every awk.
function message(    type, module, verb, noun, ticket, text)
{
    type = types[1 + random(type_count)]
    module = sprintf("module-%02d", random(modules))
    verb = verbs[1 + random(verb_count)]
    noun = nouns[1 + random(noun_count)]
    last_subject = type "(" module "): " verb " the " noun
    if (!chance(3)) {
        ticket = 100 + random(900)
        last_subject = "[MB-" ticket "] " last_subject
    }
    text = last_subject "\n"
    if (chance(4)) {
        ticket = random(500)
        text = text "\nIt was seen in the test environment.\n\nRefs: OPS-" ticket "\n"
    }
    return text
}

function base(    module, file)
{
    begin_commit("main", "chore: lay the ground\n", 0, 0)
    for (module = 0; module < modules; module++)
        for (file = 0; file < files; file++)
            write_file(module, file)
    tag("v1.0.0", mark)
}

function tag(name, target)
{
    printf "tag %s\nfrom :%d\ntagger alice <alice@example.org> %d +0000\n", name, target, when
    data(name "\n")
}

function ordinary(text)
{
    begin_commit("main", text, main_tip, 0)
    change_files()
    main_tip = mark
    done++
}

function merged_branch(    i, tip)
{
    tip = main_tip
    split("", touched)
    touched_count = 0
    for (i = 0; i < 3; i++) {
        begin_commit("topic", message(), tip, 0)
        change_files()
        tip = mark
    }
    begin_commit("main", "Merge branch 'topic-" mark "'\n", main_tip, tip)
    rewrite_touched()
    main_tip = mark
    done += 4
}
