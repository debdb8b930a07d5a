#include <strings.h>

#include "sql_cursor.h"

/* Words that statements begin with. What only steers others (IF, WHILE) is read as a block. */
static const char common[] = "ALTER ANALYZE BEGIN COMMIT CREATE DELETE DROP EXPLAIN INSERT RELEASE "
                             "ROLLBACK SAVEPOINT SELECT UPDATE VALUES WITH";
static const char of_sqlite[] = "ATTACH DETACH END PRAGMA REINDEX REPLACE VACUUM";
static const char of_mysql[] =
    "BACKUP BINLOG CACHE CALL CASE CHANGE CHECK CHECKSUM CLONE DEALLOCATE DESC DESCRIBE DO END "
    "EXECUTE FLUSH FOR GET GRANT HANDLER HELP IF IMPORT INSTALL KILL LOAD LOCK LOOP OPTIMIZE "
    "PREPARE PURGE RENAME REPAIR REPEAT REPLACE RESET RESIGNAL RESTART REVOKE SET SHOW SHUTDOWN "
    "SIGNAL SLAVE START STOP TABLE TRUNCATE UNINSTALL UNLOCK USE WHILE XA";
static const char of_others[] =
    "ABORT ANALYSE AUDIT BULK CHECKPOINT CLOSE CLUSTER COMMENT COPY DBCC DECLARE DENY DISABLE "
    "DISCARD ENABLE EXEC FETCH FLASHBACK LISTEN MERGE MOVE NOAUDIT NOTIFY OPEN PRINT RAISERROR "
    "REASSIGN RECONFIGURE REFRESH RESTORE RETURN REVERT SAVE SECURITY THROW UNLISTEN UPSERT "
    "WAITFOR";

/* Of Oracle and SQL Server: what CREATE, ALTER and DROP are about besides what all have. */
static const char kinds_of_others[] =
    "ANALYTIC APPLICATION ASSEMBLY ASYMMETRIC ATTRIBUTE AUDIT AUTHORIZATION AVAILABILITY BROKER "
    "CERTIFICATE CLUSTER COLUMNSTORE CONTEXT CONTRACT CONTROLFILE CREDENTIAL CRYPTOGRAPHIC DEFAULT "
    "DIMENSION DIRECTORY DISKGROUP EDITION ENDPOINT EXTERNAL FLASHBACK FULLTEXT HIERARCHY "
    "INDEXTYPE INMEMORY JAVA LIBRARY LOCKDOWN LOGIN MASTER MESSAGE OUTLINE PARTITION PFILE "
    "PLUGGABLE PROFILE QUEUE REMOTE RESOURCE RESTORE ROLLBACK ROUTE SEARCH SECURITY SELECTIVE "
    "SERVICE SESSION SIGNATURE SPFILE SYMMETRIC SYSTEM WORKLOAD XML";
/* Words that stand before the kind. */
static const char before_kind[] =
    "OR REPLACE ALTER AND COMPILE RESOLVE NOFORCE FORCE PUBLIC SHARED "
    "PRIVATE GLOBAL CLUSTERED NONCLUSTERED PRIMARY BITMAP EDITIONABLE "
    "NONEDITIONABLE COLUMN DATABASE SERVER";
/* Commands of their clients that change nothing; those that bring in other files are none. */
static const char of_clients[] =
    "ACCEPT BREAK BTITLE CLEAR COLUMN COMPUTE CONN CONNECT DEFINE DISCONNECT ERRORS EXIT PAUSE "
    "PROMPT QUIT REM REMARK SPOOL TIMING TTITLE UNDEFINE VARIABLE WHENEVER";

static bool is_one_of(const struct sql_token *token, const char *words)
{
    const struct sql_cursor at = { .tokens = token, .count = 1 };

    return sql_at_one_of(&at, words);
}

bool sql_begins_statement(enum sql_dialect dialect, const struct sql_token *first)
{
    if (sql_token_is_sign(first, "(")) /* a query */
        return true;
    if (is_one_of(first, common))
        return true;
    if (dialect == DIALECT_SQLITE)
        return is_one_of(first, of_sqlite);
    if (sql_dialect_is_mysql(dialect))
        return is_one_of(first, of_mysql);
    return is_one_of(first, of_sqlite) || is_one_of(first, of_mysql) || is_one_of(first, of_others);
}

/* SQL Server: one that begins a batch is called without EXEC. */
static bool is_procedure(const struct sql_token *token)
{
    return token->kind == SQL_WORD && token->length > 3 &&
           (strncasecmp(token->start, "sp_", 3) == 0 || strncasecmp(token->start, "xp_", 3) == 0);
}

bool sql_makes_something(enum sql_dialect dialect, const struct sql_token *tokens, size_t count)
{
    struct sql_cursor at = { .dialect = dialect, .tokens = tokens, .at = 1, .count = count };
    enum sql_object_kind kind;

    if (!is_one_of(&tokens[0], "CREATE"))
        return true;
    return sql_at_one_of(&at, "OR TEMP TEMPORARY UNIQUE FULLTEXT SPATIAL VECTOR ONLINE OFFLINE "
                              "ALGORITHM DEFINER SQL UNDO LOGFILE RESOURCE") ||
           sql_take_object_kind(&at, &kind, NULL);
}

bool sql_is_other_statement(enum sql_dialect dialect, const struct sql_token *tokens, size_t count)
{
    size_t at = 1;

    if (dialect == DIALECT_POSTGRESQL || dialect == DIALECT_SQLITE || sql_dialect_is_mysql(dialect))
        return false;
    if (!is_one_of(&tokens[0], "CREATE ALTER DROP"))
        return is_one_of(&tokens[0], of_clients) || is_procedure(&tokens[0]);
    while (at < count && is_one_of(&tokens[at], before_kind))
        at++;
    return at < count && is_one_of(&tokens[at], kinds_of_others);
}
