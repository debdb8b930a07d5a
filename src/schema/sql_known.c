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
