# Finds circles between object files and prints them as "circle: a -> b -> a (name)", the name that closes it. Input:
# what `nm -A -P -g` says, each line "src/tui/table.o: table_new T 0 1f".

BEGIN {
    # A table of rows names what it lists, and help tells what is in the table.
    lists("app/command_table", "app/commands_program")
}

function lists(from, to)
{
    excused[from, to]
}

function file_of(path)
{
    sub(/:$/, "", path)
    sub(/\.o$/, "", path)
    sub(/^.*src\//, "", path)
    return path
}

NF >= 3 {
    file = file_of($1)
    if ($3 == "U") {
        wants[file] = wants[file] " " $2
    } else if (!($2 in home)) {
        home[$2] = file
        files++
    }
}

# Depth-first; `trail` is the way from the start to here.
function walk(file, trail,    list, count, i, to)
{
    state[file] = "open"
    count = split(wants[file], list, " ")
    for (i = 1; i <= count; i++) {
        if (!(list[i] in home))
            continue
        to = home[list[i]]
        if (to == file || (file, to) in excused)
            continue
        if (state[to] == "open")
            print "circle: " round(trail " " file, to, list[i])
        else if (state[to] == "")
            walk(to, trail " " file)
    }
    state[file] = "done"
}

function round(trail, to, name)
{
    trail = substr(trail " ", index(trail " ", " " to " ") + 1)
    gsub(/ +$/, "", trail)
    gsub(/ /, " -> ", trail)
    return trail " -> " to " (" name ")"
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
    if (files == 0)
        print "empty: no object was read"
    for (file in wants)
        nodes[++count] = file
    sort(nodes, count)
    for (i = 1; i <= count; i++)
        if (state[nodes[i]] == "")
            walk(nodes[i], "")
}
