#include <pilab/app/manual.h>

#include <string.h>

/* One line for each verb: its options, as words. */
static void add_option_words(struct strbuf *out, const struct option_spec *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, " --%s%s", options[i].name, options[i].value != NULL ? "=" : "");
}

static void add_cases(struct strbuf *out)
{
    size_t count = command_count();

    for (size_t i = 0; i < count; i++) {
        strbuf_printf(out, "    '%s') printf '%%s' '", command_at(i)->verb);
        add_option_words(out, command_at(i)->options, command_at(i)->option_count);
        strbuf_add(out, "' ;;\n");
    }
}

/* Every noun once, every verb below its noun. */
static void add_nouns(struct strbuf *out)
{
    size_t count = command_count();
    const char *last = "";

    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(command_at(i)->verb, " ");

        if (strncmp(last, command_at(i)->verb, length) == 0 && last[length] == ' ')
            continue;
        strbuf_printf(out, "%s%.*s", i > 0 ? " " : "", (int)length, command_at(i)->verb);
        last = command_at(i)->verb;
    }
}

static void add_verbs(struct strbuf *out)
{
    size_t count = command_count();

    for (size_t i = 0; i < count; i++) {
        const char *blank = strchr(command_at(i)->verb, ' ');

        if (blank != NULL)
            strbuf_printf(out, "    [ \"$1\" = '%.*s' ] && printf '%%s ' '%s'\n",
                          (int)(blank - command_at(i)->verb), command_at(i)->verb, blank + 1);
    }
}

/* What stands behind each option: "one of" its choices, or what its value is called. */
static void add_values(struct strbuf *out)
{
    size_t count = command_count(), common_count;
    const struct option_spec *common = command_common_options(&common_count);

    for (size_t i = 0; i <= count; i++) {
        const struct option_spec *options = i < count ? command_at(i)->options : common;
        size_t option_count = i < count ? command_at(i)->option_count : common_count;

        for (size_t j = 0; j < option_count; j++) {
            const struct option_spec *option = &options[j];

            if (option->value == NULL)
                continue;
            if (i < count)
                strbuf_printf(out, "    '%s --%s'", command_at(i)->verb, option->name);
            else
                strbuf_printf(out, "    *' --%s'", option->name);
            if (option->letter != '\0')
                strbuf_printf(out, " | %s%s -%c'", i < count ? "'" : "*'",
                              i < count ? command_at(i)->verb : "", option->letter);
            if (option->choices != NULL)
                strbuf_printf(out, ") printf 'one of %s' ;;\n", option->choices);
            else
                strbuf_printf(out, ") printf '%s' ;;\n", option->value);
        }
    }
}

/* What the words after each verb are called. */
static void add_arguments(struct strbuf *out)
{
    size_t count = command_count();

    for (size_t i = 0; i < count; i++)
        if (command_at(i)->argument_count > 0)
            strbuf_printf(out, "    '%s') printf '%s' ;;\n", command_at(i)->verb,
                          command_at(i)->arguments[0].name);
}

/* The words are matched by hand: compgen -W would expand what a branch is called, and a branch may
 * be called $(anything). Names in the project come out of the store, which is asked for some
 * milliseconds: the one that the line names, if it does. A member of a list's items stands behind
 * six blanks; what lies deeper bears other names. */
static const char completion_body[] =
    "_pilab_names() {\n"
    "    local word i=1 where=()\n"
    "    while [ $((i + 1)) -lt \"$COMP_CWORD\" ]; do\n"
    "        word=${COMP_WORDS[i + 1]}\n"
    "        [ \"$word\" = '=' ] && word=${COMP_WORDS[i + 2]}\n"
    "        case ${COMP_WORDS[i]} in\n"
    "        -p | --project) where+=(--project \"$word\") ;;\n"
    "        --store) where+=(--store \"$word\") ;;\n"
    "        esac\n"
    "        i=$((i + 1))\n"
    "    done\n"
    "    pilab \"$1\" \"$2\" --json \"${where[@]}\" 2>/dev/null |\n"
    "        sed -n 's/^ \\{6\\}\"'\"$3\"'\": *\"\\([A-Za-z0-9._-]*\\)\".*/\\1/p'\n"
    "}\n"
    "_pilab_refs() {\n"
    "    git for-each-ref --format='%(refname:short)' refs/tags refs/heads 2>/dev/null\n"
    "}\n"
    /* The index of the command's name, past the options before it and their values. */
    "_pilab_first() {\n"
    "    local i=1\n"
    "    while [ \"$i\" -lt \"$COMP_CWORD\" ] && [[ ${COMP_WORDS[i]} == -* ]]; do\n"
    "        if [ \"${COMP_WORDS[i + 1]}\" = '=' ]; then\n"
    "            i=$((i + 3))\n"
    "        elif [ -n \"$(_pilab_value '' \"${COMP_WORDS[i]}\")\" ]; then\n"
    "            i=$((i + 2))\n"
    "        else\n"
    "            i=$((i + 1))\n"
    "        fi\n"
    "    done\n"
    "    echo \"$i\"\n"
    "}\n"
    "_pilab() {\n"
    "    local current=$2 previous=$3 first noun verb verbs value words='' before='' word\n"
    "    COMPREPLY=()\n"
    "    first=$(_pilab_first)\n"
    "    noun=${COMP_WORDS[first]}\n"
    "    if [ \"$current\" = '=' ]; then\n"
    "        current=''\n"
    "    elif [ \"$previous\" = '=' ]; then\n"
    "        previous=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    fi\n"
    "    verb=$noun\n"
    "    verbs=$(_pilab_verbs \"$noun\")\n"
    "    if [ -n \"$verbs\" ] && [ \"$COMP_CWORD\" -gt $((first + 1)) ]; then\n"
    "        verb=\"$noun ${COMP_WORDS[first + 1]}\"\n"
    "    fi\n"
    "    value=$(_pilab_value \"$verb\" \"$previous\")\n"
    "    if [ \"$COMP_CWORD\" -eq \"$first\" ] && [[ $current != -* ]]; then\n"
    "        words=$_pilab_nouns\n"
    "    elif [ \"$COMP_CWORD\" -eq $((first + 1)) ] && [ -n \"$verbs\" ] &&\n"
    "        [[ $current != -* ]]; then\n"
    "        words=$verbs\n"
    "    elif [ -z \"$value\" ] && [[ $current == -* ]]; then\n"
    "        words=$(_pilab_options \"$verb\")\n"
    "        compopt -o nospace 2>/dev/null\n"
    "    else\n"
    "        case ${value:-$(_pilab_argument \"$verb\")} in\n"
    "        'one of '*) words=${value#one of } ;;\n"
    "        ENV | previous) words=$(_pilab_names env list name) ;;\n"
    "        release) words=$(_pilab_names release list name) ;;\n"
    "        group) words=$(_pilab_names group list name) ;;\n"
    "        login) words=$(_pilab_names member list login) ;;\n"
    "        NAME)\n"
    "            case $previous in\n"
    "            --baseline) words=$(_pilab_names manifest baselines name) ;;\n"
    "            --release) words=$(_pilab_names release list name) ;;\n"
    "            --environment | -e) words=$(_pilab_names env list name) ;;\n"
    "            esac\n"
    "            ;;\n"
    "        MODULE | module) words=$(_pilab_names manifest show module) ;;\n"
    "        PROJECT) words=$(_pilab_names project list code) ;;\n"
    "        shell) words=bash ;;\n"
    "        command)\n"
    "            words=$_pilab_nouns\n"
    "            [ \"$COMP_CWORD\" -gt $((first + 1)) ] && words=$(_pilab_verbs \"$previous\")\n"
    "            ;;\n"
    "        states)\n"
    "            words=$(_pilab_refs)\n"
    "            [[ $current == *..* ]] && before=${current%%..*}.. && current=${current#*..}\n"
    "            ;;\n"
    "        FILE | DIR | file | folder | bundle) return ;;\n"
    "        esac\n"
    "    fi\n"
    "    case ${value:-$(_pilab_argument \"$verb\")} in\n"
    "    states) ;;\n"
    "    *) compopt +o default 2>/dev/null ;;\n"
    "    esac\n"
    "    while read -r word; do\n"
    "        [[ -n $word && $word == \"$current\"* ]] &&\n"
    "            COMPREPLY+=(\"$(printf '%q' \"$before$word\")\")\n"
    "    done < <(printf '%s\\n' \"$words\" | tr ' ' '\\n')\n"
    "}\n"
    "complete -o default -F _pilab pilab\n";

void manual_completion_bash(struct strbuf *out)
{
    size_t common_count;
    const struct option_spec *common = command_common_options(&common_count);

    strbuf_add(out, "# bash completion for pilab, made by `pilab completion bash`\n"
                    "_pilab_nouns='");
    add_nouns(out);
    strbuf_add(out, "'\n_pilab_verbs() {\n");
    add_verbs(out);
    strbuf_add(out, "    true\n}\n_pilab_options() {\n    case $1 in\n");
    add_cases(out);
    strbuf_add(out, "    esac\n    printf '%s' '");
    add_option_words(out, common, common_count);
    strbuf_add(out, "'\n}\n_pilab_value() {\n    case \"$1 $2\" in\n");
    add_values(out);
    strbuf_add(out, "    esac\n}\n_pilab_argument() {\n    case $1 in\n");
    add_arguments(out);
    strbuf_add(out, "    esac\n}\n");
    strbuf_add(out, completion_body);
}
