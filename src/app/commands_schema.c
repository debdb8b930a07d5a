#include <pilab/app/use_cases.h>

#include "command_group.h"

static const char dialects[] = "postgresql mysql mariadb sqlite";

/* clang-format off */
static const struct argument_spec source_argument[] = {
    { "source", false, false,
      "a connection string, a snapshot, a file of SQL, a folder of migrations, or REVISION:path" },
};

static const struct argument_spec sides[] = {
    { "previous", false, false, "what is there" },
    { "current", false, false, "what is wanted" },
};

static const struct option_spec snapshot_options[] = {
    { "output", 'o', "FILE", NULL, "write to this file instead of the screen" },
    { "dialect", 0, "DIALECT", dialects, "what SQL is written in (by its words)" },
    { "scratch", 0, "SERVER", NULL, "run SQL in a database made for it there, and read that" },
    { "timeout", 0, "SECONDS", NULL, "of one statement on a server (60)" },
};

static const struct option_spec diff_options[] = {
    { "wide", 'w', NULL, NULL, "show everything: also the parts of what came or went as a whole" },
    { "ignore-comments", 0, NULL, NULL, "comments of objects are no difference" },
    { "exact", 0, NULL, NULL, "SQL differs when it is written otherwise" },
    { "exit-code", 0, NULL, NULL, "end with status 2 when there are differences" },
    { "dialect", 0, "DIALECT", dialects, "what SQL is written in (by its words)" },
    { "scratch", 0, "SERVER", NULL, "run SQL in a database made for it there, and read that" },
    { "timeout", 0, "SECONDS", NULL, "of one statement on a server (60)" },
};

static const struct option_spec check_options[] = {
    { "wide", 'w', NULL, NULL, "show everything: also the parts of what came or went as a whole" },
    { "ignore-comments", 0, NULL, NULL, "comments of objects are no difference" },
    { "exact", 0, NULL, NULL, "SQL differs when it is written otherwise" },
    { "dialect", 0, "DIALECT", dialects, "what SQL is written in (by its words)" },
    { "scratch", 0, "SERVER", NULL, "run SQL in a database made for it there, and read that" },
    { "timeout", 0, "SECONDS", NULL, "of one statement on a server (60)" },
};

static const struct option_spec sync_options[] = {
    { "output", 'o', "FILE", NULL, "write to this file instead of the screen" },
    { "rollback", 0, NULL, NULL, "write the way back instead; its drops are comments likewise" },
    { "allow-destructive", 0, NULL, NULL, "drops are statements, not comments" },
    { "verify", 0, "SERVER", NULL, "try it on a copy, in a database made for it on this server" },
    { "dialect", 0, "DIALECT", dialects, "what SQL is written in (by its words)" },
    { "scratch", 0, "SERVER", NULL, "run SQL in a database made for it there, and read that" },
    { "timeout", 0, "SECONDS", NULL, "of one statement on a server (60)" },
};

#define SIDES \
    "A side is a live database (postgresql://USER@HOST/DATABASE, service=NAME, " \
    "mariadb://USER@HOST/DATABASE, sqlite:FILE), a snapshot, a file of SQL, a folder of " \
    "migrations, or one of these at a revision of the repository here (v1.2:db/migrations). " \
    "A password in a connection string is refused: it comes from ~/.pgpass, a service file, " \
    "~/.my.cnf, PGPASSWORD or MYSQL_PWD, or with ?secret=ENVIRONMENT:NAME from the project's " \
    "secrets.\n\n" \
    "SQL is read as text. With --scratch it is run instead, by a server, in a database that is " \
    "made for it there and dropped again, and its catalog is read: what no text tells (blocks of " \
    "code, what a server fills in) is then known. Its user may make databases and must have " \
    "nothing else there."

static const struct command rows[] = {
    { "schema diff", "Show how two database schemas differ",
      "What would have to change in the first to make it like the second: object by object, with "
      "what is dangerous about it, what may have been renamed, and what was not compared. The exit "
      "status is 1 when one side could not be read as a whole.\n\n"
      SIDES,
      "pilab schema diff service=uat prod.schema.json\n"
      "pilab schema diff v1.2:db/migrations HEAD:db/migrations\n"
      "pilab schema diff sqlite:shop.db shop-new.db --json",
      ARGUMENTS(sides), OPTIONS(diff_options),
      SCOPE_ANY, PERMISSION_RUN_DRIFT, false, true, app_schema_diff },
    { "schema snapshot", "Keep a database schema as a file",
      "Reads the catalog, changes nothing, and prints a JSON document that says all that is "
      "compared, in an order that does not change. What could not be read stands in it, and the "
      "exit status is 1.\n\n" SIDES,
      "pilab schema snapshot service=prod -o prod.schema.json\n"
      "pilab schema snapshot HEAD:db/migrations > wanted.schema.json",
      ARGUMENTS(source_argument), OPTIONS(snapshot_options),
      SCOPE_ANY, PERMISSION_RUN_DRIFT, false, false, app_schema_snapshot },
    { "schema sync", "Write the SQL that makes one schema like another",
      "Statements in the order in which they work, with short locks, safe to run again where the "
      "database can say IF NOT EXISTS. What destroys is a comment unless --allow-destructive is given, "
      "in the rollback, too: what the script has made goes with what was written to it since. So is "
      "what cannot be done without that, and says what it waits for. "
      "Nothing is run, but with "
      "--verify, on a copy of the first side without its data, in a database that is made on that "
      "server and dropped again (SQLite: sqlite::memory:): with all its drops the script must leave "
      "no difference, and its rollback lead back; else the exit status is 1. What it leaves as it is "
      "written, with drops as comments, is said. What cannot be taken back as a whole, or "
      "run twice, says so in its first lines: each statement of MySQL and MariaDB commits for "
      "itself, and SQLite makes tables anew that it cannot alter.\n\n"
      "A script that holds secret values (a default, a password in a body) works only with them: it "
      "is written to the file of --output, which nobody else can read, says in its first line how "
      "many it holds, and is not printed. With --json they are masked.\n\n" SIDES,
      "pilab schema sync service=prod service=uat -o sync.sql\n"
      "pilab schema sync service=prod HEAD:db/migrations --verify service=scratch\n"
      "pilab schema sync sqlite:shop.db wanted.sql --verify sqlite::memory:\n"
      "pilab schema sync service=prod service=uat --rollback -o back.sql",
      ARGUMENTS(sides), OPTIONS(sync_options),
      SCOPE_ANY, PERMISSION_RUN_DRIFT, false, false, app_schema_sync },
    { "schema check", "Fail when two database schemas differ",
      "For pipelines: exit status 0 when there is no difference, 2 when there are some, 3 when one "
      "of them would destroy something, and 1 when one side could not be read as a whole.\n\n"
      SIDES,
      "pilab schema check service=prod prod.schema.json",
      ARGUMENTS(sides), OPTIONS(check_options),
      SCOPE_ANY, PERMISSION_RUN_DRIFT, false, false, app_schema_check },
};
/* clang-format on */

const struct command_group schema_commands = COMMAND_GROUP(rows);
