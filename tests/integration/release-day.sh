#!/bin/sh
# A release day by subcommands only: from an empty home to an audit that anybody can check.
#
#     release-day.sh FOLDER
#
# FOLDER must not be there yet; everything is made in it, also the home of the program. pilab and git
# are found along PATH. Every step is checked: the script ends with 0 and the line "the release day
# is proved", or at the first thing that is not as it should be. doc/guide/release-day.md tells the
# same in words. It needs sha256sum, and jq for the auditor's part.
#
# One person plays all of them: where the clock stands still (PILAB_CLOCK, which only demo and test
# stores allow), PILAB_LOGIN says who is at the keyboard.
set -eu

day=${1:?usage: release-day.sh FOLDER}
mkdir "$day"
day=$(cd "$day" && pwd)
cd "$day"

HOME=$day/home
XDG_CONFIG_HOME=$HOME XDG_DATA_HOME=$HOME XDG_CACHE_HOME=$HOME XDG_STATE_HOME=$HOME
PILAB_STORE=$day/store.db
GIT_AUTHOR_NAME='Ada Example' GIT_AUTHOR_EMAIL=ada@example.org
GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME PILAB_STORE \
    GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL \
    GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
mkdir "$HOME"

# --- How it is told -------------------------------------------------------------------------------

step() {
    echo "== $*"
}

wrong() {
    echo "release-day.sh: $*" >&2
    exit 1
}

# as LOGIN WORDS…: somebody runs pilab, a minute after the one before. What it says is in out and err.
minute=0
as() {
    PILAB_LOGIN=$1
    shift
    minute=$((minute + 1))
    PILAB_CLOCK=$(printf '2025-03-04T%02d:%02d:00Z' $((8 + minute / 60)) $((minute % 60)))
    export PILAB_LOGIN PILAB_CLOCK
    status=0
    pilab "$@" >out 2>err </dev/null || status=$?
    test "$status" -eq "$expected" || {
        cat out err >&2
        wrong "$PILAB_LOGIN: pilab $*: exit status $status instead of $expected"
    }
}

# does LOGIN WORDS…: it must succeed.
does() {
    expected=0
    as "$@"
}

# refused STATUS LOGIN WORDS…: it must end with that.
refused() {
    expected=$1
    shift
    as "$@"
}

# says TEXT, warns TEXT: what the last command printed, and what it said beside that.
says() {
    grep -qF -- "$1" out || { cat out err >&2; wrong "nobody said: $1"; }
}

warns() {
    grep -qF -- "$1" err || { cat out err >&2; wrong "nobody said on standard error: $1"; }
}

digest() {
    sha256sum "$1" | cut -d ' ' -f 1
}

# --- Repositories and a table: what a team has anyway ---------------------------------------------

# change REPOSITORY FILE TEXT MESSAGE [TAG]
change() {
    hour=$((hour + 1))
    GIT_AUTHOR_DATE=$(printf '2025-02-%02dT09:00:00Z' "$hour") GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
    export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
    test -d "src/$1" || git init --quiet "src/$1"
    mkdir -p "src/$1/$(dirname "$2")"
    printf '%b' "$3" >"src/$1/$2"
    git -C "src/$1" add -A
    git -C "src/$1" commit --quiet --message "$4"
    test $# -lt 5 || git -C "src/$1" tag "$5"
}

step "two repositories and a table of versions"
hour=0
mkdir src
change auth go.mod 'module example.org/auth\n' '[MB-100] Begin' v1.0.0
change auth login.go 'package auth\n' '[MB-234] feat: log in with a passkey' v1.1.0
change auth deploy/values.yaml 'replicas: 2\nsession_minutes: 15\n' '[MB-240] fix: end idle sessions' v1.1.1
change web package.json '{"name": "web"}\n' '[MB-100] Begin' v3.0.0
change web index.html '<p>Hello\n' '[MB-250] feat: greet people' v3.1.0
cat >versions.csv <<'TABLE'
module,SIT,UAT,PROD
auth,1.1.1,1.1.0,1.0.0
web,3.1.0,3.0.0,3.0.0
TABLE

# --- The project ----------------------------------------------------------------------------------

step "the table becomes a project"
refused 64 olga init --from versions.csv --repos 'src/{module}'
test ! -e store.db || wrong "a store was made without --yes"
does olga init --from versions.csv --repos 'src/{module}' --name 'Mobile Banking' --code MB --yes
does olga manifest show
says 1.1.0

step "people, a group, and who must approve"
for login in alice bob carla dan; do
    does olga member add "$login" --role ADMIN
done
does olga member add erin --role CONTRIBUTOR
does olga member add victor --role VIEWER
does olga group set security carla dan
does olga project export -o pilab.yaml
sed 's/name: PROD, stage: PROD,/& approvals: [{group: security, count: 1}, {role: ADMIN, count: 1}],/' \
    pilab.yaml >rules.yaml
does olga project import rules.yaml

# --- What runs where ------------------------------------------------------------------------------

step "the pipeline records what it deployed, as often as it likes"
does erin manifest show --behind-production
refused 77 victor manifest set web UAT 3.1.0
does alice manifest set web UAT 3.1.0 --by pipeline
does alice manifest set web UAT 3.1.0 --by pipeline
does olga manifest history web UAT
test "$(grep -c 3.1.0 out)" -eq 1 || wrong "web is recorded twice"
does olga manifest baseline before-R2025.03 --environment PROD --reason "the way back"

# --- The release ----------------------------------------------------------------------------------

step "a release is cut, and UAT moves on"
refused 77 victor release cut R2025.03 --from UAT --to PROD
does alice release cut R2025.03 --from UAT --to PROD
does alice drift release:R2025.03
says MB-234
does alice manifest set auth UAT 1.1.1 --by pipeline
does alice release show R2025.03
says "UAT moved: auth"
does alice release update R2025.03 --take auth
does alice release show R2025.03 --frozen
frozen=$(digest out)
does alice release show R2025.03 --json
says "$frozen"

step "one question answers where a change is"
does erin where MB-240
says PROD

# --- The notes ------------------------------------------------------------------------------------

step "notes are generated, and written to by a person"
does alice notes release:R2025.03
does alice note generate release:R2025.03
does bob note show 1 --format markdown
sed 's/^## Summary$/&\n\nPeople who use a passkey need no password any more.\n/' out >R2025.03.md
does bob note edit 1 --file R2025.03.md --base 1 --message "say what it means"
refused 1 alice note edit 1 --file R2025.03.md --base 1 --message "too late"
does alice note diff 1
says passkey

step "one person reviews, two approve, and others may not"
refused 77 victor note review 1
does alice note review 1
refused 77 bob note approve 1
warns "edited rev 2"
refused 77 alice note approve 1
warns "asked for it"
refused 77 erin note approve 1
does olga note approve 1 --rev 2
refused 1 olga note publish 1 --to published
warns "1 of security"
test ! -e published || wrong "something was published too early"
does carla note approve 1 --rev 2
does alice note show 1 --approvals
says APPROVED

step "what was approved is what is published, byte for byte"
does olga note publish 1 --to published
does olga note show 1 --approvals --json
says "\"markdown_digest\":"
says "$(digest published/R2025.03.md)"
says "$(digest published/R2025.03.json)"
markdown=$(digest published/R2025.03.md)
does olga audit list --action note.approve --json
says "$markdown"
before=$(cat published/* | sha256sum)
does olga note publish 1 --to published
test "$before" = "$(cat published/* | sha256sum)" || wrong "published files changed"

# --- Deployment -----------------------------------------------------------------------------------

step "it is deployed; one module has to go back, and comes again"
does olga manifest set auth PROD 1.1.1 --release R2025.03
refused 1 olga release close R2025.03
does olga manifest set web PROD 3.1.0 --release R2025.03 --status failed --reason "it does not start"
does olga manifest show
says FAIL
does olga manifest compare baseline:before-R2025.03 env:PROD
says auth
does olga manifest set auth PROD 1.0.0 --reason "back: web does not start"
does olga manifest set auth PROD 1.1.1 --release R2025.03 --reason "the disk was full"
does olga manifest set web PROD 3.1.0 --release R2025.03
does olga release show R2025.03
says close
does olga release close R2025.03 --outcome "as planned, after one way back"
refused 1 olga release update R2025.03 --keep
does erin where MB-240
says R2025.03

# --- The proof ------------------------------------------------------------------------------------

# proves FOLDER [COUNT HASH]: what the auditor's page of shell says of a bundle; refutes: it must not
# accept it.
proves() {
    bundle=$1
    shift
    sh "$bundle/verify.sh" "$@" >out || { cat out >&2; wrong "$bundle is refused"; }
}

refutes() {
    bundle=$1
    shift
    if sh "$bundle/verify.sh" "$@" >out; then
        wrong "$bundle is accepted"
    fi
}

step "an auditor needs sh, sha256sum and jq"
does olga audit verify
does olga audit list --action release.
says release.close
does olga audit export evidence --bodies
proves evidence
cp evidence/checkpoint kept
does olga member remove victor
does olga audit verify --checkpoint kept

step "one changed byte is refused"
cp -R evidence changed
sed 's/carla/clara/' evidence/audit.jsonl >changed/audit.jsonl
refutes changed
says BROKEN
refused 1 olga audit verify changed

# Whoever cuts off the end writes a checkpoint that fits. Only the one that was kept elsewhere tells.
step "a tail that was cut off is refused with the checkpoint that was kept"
cp -R evidence cut
rm cut/bodies.jsonl
sed '$d' evidence/audit.jsonl >cut/audit.jsonl
refutes cut
last=$(tail -n 1 cut/audit.jsonl)
{
    sed -n 1p evidence/checkpoint
    wc -l <cut/audit.jsonl | tr -d ' '
    printf '%s' "$last" | sha256sum | cut -d ' ' -f 1
} >cut/checkpoint
proves cut
# shellcheck disable=SC2046 # two words: how many entries, and the hash of the last
refutes cut $(sed -n 2,3p kept)
says "have been cut off"
refused 1 olga audit verify cut --checkpoint kept

echo "the release day is proved"
