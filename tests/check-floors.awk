# Finds the arrows between rooms in C files and prints those that the plan of the house does not
# have, as "kind: file:line: what". Input: every .c and .h below src/ and include/, named relative
# to the root of the tree.
#
# A room is a .c with its public header: src/git/walk.c and include/pilab/git/walk.h are git/walk.
#
# A file whose header stands beside it in src/ is an inner part of its folder. It may use the words
# of the folder's public headers, so that arrow closes no circle; one between inner parts does.

BEGIN {
    plan("1 base")
    plan("2 store git schema terraform packages images document net account")
    plan("3 connect")
    plan("4 drift source")
    plan("5 notes release")
    plan("6 app demo")
    plan("7 tui cli server")
    plan("8 main")

    # Arrows between two folders of one floor.
    beside["packages document"]
    beside["source drift"]
    beside["terraform document"]
    beside["images document"]
    beside["app demo"]
    beside["demo app"]

    # Faces act through app, and read values and renderers of the floors below it.
    never("tui cli server", "store git net connect source")
    # Services know nothing of our tables; what compares is pure.
    never("connect", "store")
    never("drift", "store net connect")
}

function plan(line,    words, count, i)
{
    count = split(line, words, " ")
    for (i = 2; i <= count; i++)
        floor[words[i]] = words[1] + 0
}

function never(callers, targets,    from, to, i, j, m, n)
{
    m = split(callers, from, " ")
    n = split(targets, to, " ")
    for (i = 1; i <= m; i++)
        for (j = 1; j <= n; j++)
            forbidden[from[i] " " to[j]]
}

# "git/walk" for a file of that room, "main" for src/main.c.
function room_of(path)
{
    sub(/^include\/pilab\//, "", path)
    sub(/^src\//, "", path)
    sub(/\.[ch]$/, "", path)
    return path
}

function folder_of(room)
{
    sub(/\/.*/, "", room)
    return room
}

# The path of "name" as the file `from` includes it.
function beside_file(from, name)
{
    sub(/[^\/]*$/, "", from)
    name = from name
    while (sub(/[^\/]+\/\.\.\//, "", name))
        ;
    gsub(/\/\.\//, "/", name)
    return name
}

function say(kind, where, what)
{
    print kind ": " where ": " what
}

function arrow(from_room, to_room, where,    from, to)
{
    from = folder_of(from_room)
    to = folder_of(to_room)
    if (from_room != to_room && !((from_room, to_room) in calls)) {
        calls[from_room, to_room] = where
        targets[from_room] = targets[from_room] " " to_room
    }
    if (from == to)
        return
    if (!((from, to) in folder_calls)) {
        folder_calls[from, to] = where
        folder_targets[from] = folder_targets[from] " " to
    }
    if (!(to in floor)) {
        say("floor", where, "\"" to "\" stands on no floor")
        return
    }
    if (!(from in floor))
        return
    if (floor[from] == 7 && floor[to] == 7)
        say("face", where, from " includes " to ", another face")
    else if (floor[to] > floor[from])
        say("up", where, from " (floor " floor[from] ") includes " to " (floor " floor[to] ")")
    else if (floor[to] == floor[from] && !((from " " to) in beside))
        say("sideways", where, from " includes " to ", both on floor " floor[to])
    if ((from " " to) in forbidden)
        say("never", where, from " must never include " to)
}

FNR == 1 {
    here = room_of(FILENAME)
    if (FILENAME ~ /^include\//)
        public[here]
    if (!(folder_of(here) in floor))
        say("floor", FILENAME ":1", "\"" folder_of(here) "\" stands on no floor")
}

/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
    name = $0
    sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
    quoted = substr(name, 1, 1) == "\""
    name = substr(name, 2)
    sub(/[>"].*/, "", name)
    if (name ~ /^pilab\//)
        target = room_of("include/" name)
    else if (quoted)
        target = room_of(beside_file(FILENAME, name))
    else
        next
    arrow(here, target, FILENAME ":" FNR)
}

# Depth-first; `trail` is the way from the start to here. A call back to a room on the trail closes
# a circle.
function walk(node, trail, kind, next_of, where_of,    list, count, i, round)
{
    state[kind, node] = "open"
    count = split(next_of[node], list, " ")
    for (i = 1; i <= count; i++) {
        if (words_only(node, list[i]))
            continue
        if (state[kind, list[i]] == "open") {
            round = substr(trail " ", index(trail " ", " " list[i] " ") + 1) list[i]
            say(kind, where_of[node, list[i]], round_text(round))
        } else if (state[kind, list[i]] == "") {
            walk(list[i], trail " " list[i], kind, next_of, where_of)
        }
    }
    state[kind, node] = "done"
}

function words_only(from, to)
{
    return from ~ /\// && !(from in public) && (to in public) && folder_of(from) == folder_of(to)
}

function round_text(round)
{
    gsub(/ /, " -> ", round)
    return round
}

function find_circles(kind, next_of, where_of,    nodes, count, node, i)
{
    count = 0
    for (node in next_of)
        nodes[++count] = node
    sort(nodes, count)
    for (i = 1; i <= count; i++)
        if (state[kind, nodes[i]] == "")
            walk(nodes[i], " " nodes[i], kind, next_of, where_of)
}

function sort(items, count,    i, j, item)
{
    for (i = 2; i <= count; i++) {
        item = items[i]
        for (j = i - 1; j >= 1 && items[j] > item; j--)
            items[j + 1] = items[j]
        items[j + 1] = item
    }
}

END {
    find_circles("circle", targets, calls)
    find_circles("folder-circle", folder_targets, folder_calls)
}
