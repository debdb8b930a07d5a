#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/clock.h>
#include <pilab/drift/mask.h>

#include "../../support/patience.h"

struct shown {
    const char *key, *sql, *expected; /* NULL: nothing in it is secret */
    size_t count;
};

static void assert_rows(enum sql_dialect dialect, const struct shown *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *expected = rows[i].expected != NULL ? rows[i].expected : rows[i].sql;
        struct strbuf out = STRBUF_INIT;
        size_t found = mask_sql(&out, dialect, rows[i].key, rows[i].sql, strlen(rows[i].sql));

        if (strcmp(out.data, expected) != 0)
            fail_msg("%s\nis shown as\n%s\nand not as\n%s", rows[i].sql, out.data, expected);
        assert_int_equal(found, rows[i].count);
        strbuf_release(&out);
    }
}

#define ASSERT_ROWS(dialect, rows) assert_rows(dialect, rows, sizeof(rows) / sizeof *(rows))

/* clang-format off */
static void a_string_of_a_secret_name_is_masked(void **state)
{
    static const struct shown rows[] = {
        { NULL, "create table t (api_key varchar(20) not null default 'K1', kind text default 'a')",
          "create table t (api_key varchar(20) not null default '••••', kind text default 'a')", 1 },
        { NULL, "alter table t alter \"apiKey\" set default 'K1'::text",
          "alter table t alter \"apiKey\" set default '••••'::text", 1 },
        { NULL, "t text check (length(t) > 1), token text check (token <> '') default 'K1'",
          "t text check (length(t) > 1), token text check (token <> '') default '••••'", 1 },
        { "api_key", "'K1'::text", "'••••'::text", 1 },
        { "token_id", "'K1'::text", NULL, 0 },
        { "secret_no", "nextval('public.secret_no_seq'::regclass)", NULL, 0 },
        { NULL, "update users set password = 'K1', name = 'x'",
          "update users set password = '••••', name = 'x'", 1 },
        { NULL, "insert into settings (key, value) values ('smtp_password', 'K1'), ('smtp_host', 'h')",
          "insert into settings (key, value) values ('smtp_password', '••••'), ('smtp_host', 'h')", 1 },
        { NULL, "insert into settings values (1, 'smtp.password', 'K1'), (2, 'smtp.host', 'h')",
          "insert into settings values (1, 'smtp.password', '••••'), (2, 'smtp.host', 'h')", 1 },
        { NULL, "insert into s (id, name, config_value) select 1, 'api_key', 'K1' union all select 2, 'host', 'h'",
          "insert into s (id, name, config_value) select 1, 'api_key', '••••' union all select 2, 'host', 'h'", 1 },
        { NULL, "update settings set value = 'K1', x = 'a' where key = 'smtp_password'",
          "update settings set value = '••••', x = 'a' where key = 'smtp_password'", 1 },
        { NULL, "update settings set value = 'a' where key = 'smtp_host'; update t set x = 1 where key = 'password'", NULL, 0 },
        { NULL, "insert into users (name, password) select 'x', 'K1' from dual where name = 'y'",
          "insert into users (name, password) select 'x', '••••' from dual where name = 'y'", 1 },
        { NULL, "insert into t (key, value) values ('the password', 'x')", NULL, 0 },
        { NULL, "insert into t (id, api_key, kind) values (1, 'K1', 'a'), (2, 'K2', 'b');",
          "insert into t (id, api_key, kind) values (1, '••••', 'a'), (2, '••••', 'b');", 2 },
        { NULL, "select 'K1'::a::b::c /* d */ as password, 'x'::a as kind, 'y'::'z'",
          "select '••••'::a::b::c /* d */ as password, 'x'::a as kind, 'y'::'z'", 1 },
        { NULL, "select 'K1'::text as password, 'x' as kind",
          "select '••••'::text as password, 'x' as kind", 1 },
    };

    (void)state;
    ASSERT_ROWS(DIALECT_POSTGRESQL, rows);
}

static void short_names_of_passwords_are_as_secret_as_long_ones(void **state)
{
    static const struct shown rows[] = {
        { NULL, "alter table u alter column pw set default 'K1', alter kind set default 'a'",
          "alter table u alter column pw set default '••••', alter kind set default 'a'", 1 },
        { NULL, "create table u (pw text default 'K1', db_pw text default 'K2', pass text default 'K3')",
          "create table u (pw text default '••••', db_pw text default '••••', pass text default '••••')", 3 },
        { NULL, "alter table u add column \"userPw\" text default 'K1'",
          "alter table u add column \"userPw\" text default '••••'", 1 },
        { NULL, "alter table u modify pw varchar(9) not null default 'K1'",
          "alter table u modify pw varchar(9) not null default '••••'", 1 },
        { NULL, "alter table u change old pw varchar(9) default 'K1' comment 'of a user'",
          "alter table u change old pw varchar(9) default '••••' comment 'of a user'", 1 },
        { NULL, "insert into u (pw, kind) values ('K1', 'a'); update u set pw = 'K2', kind = 'b'",
          "insert into u (pw, kind) values ('••••', 'a'); update u set pw = '••••', kind = 'b'", 2 },
        { NULL, "set app.pw = 'K1'; alter role r set app.pw to 'K2'; set @pw = 'K3'",
          "set app.pw = '••••'; alter role r set app.pw to '••••'; set @pw = '••••'", 3 },
        { NULL, "declare pw text := 'K1'; kind text := 'a'",
          "declare pw text := '••••'; kind text := 'a'", 1 },
        { "pw", "'K1'", "'••••'", 1 },
        { NULL, "create table bypass (compass text default 'n', pwm text default 'a', pass_through text default 'b')", NULL, 0 },
        { NULL, "insert into results (result) values ('pass'); select 1 from p pw where kind = 'a'", NULL, 0 },
    };

    (void)state;
    ASSERT_ROWS(DIALECT_POSTGRESQL, rows);
}

static void what_goes_into_columns_by_other_ways_is_masked(void **state)
{
    static const struct shown mysql[] = {
        { NULL, "insert into a (id) values (1) on duplicate key update password = 'K1', b = 'x'",
          "insert into a (id) values (1) on duplicate key update password = '••••', b = 'x'", 1 },
        { NULL, "update password set a = 'x'", NULL, 0 },
        { NULL, "replace into u (id, password) select 1, 'K1' from t where kind = 'a' union select 2, 'K2'",
          "replace into u (id, password) select 1, '••••' from t where kind = 'a' union select 2, '••••'", 2 },
    };
    static const struct shown rows[] = {
        { NULL, "insert into u (id, password) select 1, 'K1' where not exists (select 1, 'a' from u where name = 'b')",
          "insert into u (id, password) select 1, '••••' where not exists (select 1, '••••' from u where name = 'b')", 2 },
        { NULL, "insert into u (id, password, kind) values ((select id from r where n = 'a'), 'K1', 'b')",
          "insert into u (id, password, kind) values ((select id from r where n = 'a'), '••••', 'b')", 1 },
        { NULL, "insert into u (id, password) values (1, 'K1') on conflict (id) do update set kind = 'a', password = 'K2'",
          "insert into u (id, password) values (1, '••••') on conflict (id) do update set kind = 'a', password = '••••'", 2 },
        { NULL, "merge into u using (select 1, 'a') s on u.id = s.id when not matched then insert (id, password) values (1, 'K1')",
          "merge into u using (select 1, 'a') s on u.id = s.id when not matched then insert (id, password) values (1, '••••')", 1 },
        { NULL, "update u set (name, password) = ('a', 'K1'), kind = 'b' where name = 'c'",
          "update u set (name, password) = ('a', '••••'), kind = 'b' where name = 'c'", 1 },
        { NULL, "update u set password = case when name = 'a' then 'K1' when kind in ('x', 'y') then upper('K2') else 'K3' end, kind = 'b'",
          "update u set password = case when name = 'a' then '••••' when kind in ('x', 'y') then upper('••••') else '••••' end, kind = 'b'", 3 },
        { NULL, "update u set kind = case when password is null then 'a' else 'b' end, name = 'c'", NULL, 0 },
        { NULL, "update u set password = coalesce(password, 'K1'), kind = coalesce(kind, 'a')",
          "update u set password = coalesce(password, '••••'), kind = coalesce(kind, 'a')", 1 },
        { NULL, "insert into u (id, password, kind) values (1, md5(concat('K1', 'K2')), 'a')",
          "insert into u (id, password, kind) values (1, md5(concat('••••', '••••')), 'a')", 2 },
        { NULL, "grant insert (id, password) on u to r; insert into t values ('a', 'b')", NULL, 0 },
    };
    static const struct shown sqlite[] = {
        { NULL, "pragma key = 'K1'; pragma foreign_keys = on; pragma rekey('K2'); attach 'f.db' as f key 'K3'",
          "pragma key = '••••'; pragma foreign_keys = on; pragma rekey('••••'); attach 'f.db' as f key '••••'", 3 },
        { NULL, "create table t (key text default 'a'); attach 'f.db' as f; insert into t (key) values ('b')", NULL, 0 },
    };

    (void)state;
    ASSERT_ROWS(DIALECT_MYSQL, mysql);
    ASSERT_ROWS(DIALECT_POSTGRESQL, rows);
    ASSERT_ROWS(DIALECT_SQLITE, sqlite);
}

/* The first argument of what makes a hash or another form of it; the others say how. */
static void a_secret_stands_in_parentheses_and_calls(void **state)
{
    static const struct shown rows[] = {
        { NULL, "t alter token set default ('K1'), alter kind set default ('a')",
          "t alter token set default ('••••'), alter kind set default ('a')", 1 },
        { NULL, "t (token text default (('K1')) not null, kind text default 'a')",
          "t (token text default (('••••')) not null, kind text default 'a')", 1 },
        { NULL, "insert into u (name, password) values ('a', crypt('K1', gen_salt('bf'))), ('b', lower('K2'))",
          "insert into u (name, password) values ('a', crypt('••••', gen_salt('bf'))), ('b', lower('••••'))", 2 },
        { NULL, "update u set password = md5('K1'), kind = lower('A')",
          "update u set password = md5('••••'), kind = lower('A')", 1 },
        { NULL, "t add token text default encode(gen_random_bytes(16), 'hex'), add kind text default 'a'", NULL, 0 },
        { NULL, "select set_config('app.password', 'K1', false), set_config('app.mode', 'fast', false)",
          "select set_config('app.password', '••••', false), set_config('app.mode', 'fast', false)", 1 },
        { NULL, "do $$ begin perform set_config('app.pw', 'K1', true); end $$",
          "do $$ begin perform set_config('app.pw', '••••', true); end $$", 1 },
        { NULL, "select set_config(name, 'x', true), set_config('app.token', current_setting('a'), true), 'y'", NULL, 0 },
    };

    (void)state;
    ASSERT_ROWS(DIALECT_POSTGRESQL, rows);
}

/* Each line of a patch may stand alone. */
static void a_patch_hides_settings_with_short_names(void **state)
{
    static const char patch[] = "@@ -1,2 +1,3 @@\n"
                                " SELECT set_config('app.password', 'K1', false);\n"
                                "-SET app.pw = 'K2';\n"
                                "+SET app.pw = 'K3';\n"
                                "+ALTER TABLE u ALTER pw SET DEFAULT 'K4';\n";
    struct strbuf out = STRBUF_INIT;

    (void)state;
    mask_patch(&out, "db/V2.sql", patch, sizeof patch - 1);
    assert_string_equal(out.data, "@@ -1,2 +1,3 @@\n"
                                  " SELECT set_config('app.password', '••••', false);\n"
                                  "-SET app.pw = '••••';\n"
                                  "+SET app.pw = '••••';\n"
                                  "+ALTER TABLE u ALTER pw SET DEFAULT '••••';\n");
    strbuf_release(&out);
}

static void passwords_of_roles_and_servers_are_masked(void **state)
{
    static const struct shown rows[] = {
        { NULL, "alter user a password $$K1$$", "alter user a password $$••••$$", 1 },
        { NULL, "create server s options (password $x$K1$x$)",
          "create server s options (password $x$••••$x$)", 1 },
        { NULL, "create function f() returns int as $$ select 1 $$ language sql", NULL, 0 },
        { NULL, "create role r login password 'K1' valid until '2027-01-01'",
          "create role r login password '••••' valid until '••••'", 2 },
        { NULL, "alter user r encrypted password 'K1'", "alter user r encrypted password '••••'", 1 },
        { NULL, "create user mapping for public server s options (user 'u', password 'K1')",
          "create user mapping for public server s options (user 'u', password '••••')", 1 },
        { NULL, "create subscription s connection 'host=h password=K1' publication p",
          "create subscription s connection 'host=h password=••••' publication p", 1 },
        { NULL, "select dblink('postgres://u:K1@h/d', 'select 1')",
          "select dblink('postgres://u:••••@h/d', 'select 1')", 1 },
        { NULL, "alter subscription s connection 'host=''h'' password = ''K1'''",
          "alter subscription s connection 'host=''h'' password = ''••••'''", 1 },
    };
    static const struct shown mysql[] = {
        { NULL, "create user 'u'@'h' identified by 'K1'",
          "create user 'u'@'h' identified by '••••'", 1 },
        { NULL, "alter user u identified with mysql_native_password as 'K1'",
          "alter user u identified with mysql_native_password as '••••'", 1 },
        { NULL, "set password for u = password('K1')", "set password for u = password('••••')", 1 },
        { NULL, "set password for u = 'K1'", "set password for u = '••••'", 1 },
        { NULL, "alter user u identified via ed25519 using 'K1'",
          "alter user u identified via ed25519 using '••••'", 1 },
        { NULL, "alter user u identified by random password", NULL, 0 },
        { NULL, "change master to master_password='K1', master_host='h'",
          "change master to master_password='••••', master_host='h'", 1 },
        { NULL, "password varchar(20) comment 'the hash', kind varchar(2) default 'a'", NULL, 0 },
    };
    static const struct shown oracle[] = {
        { NULL, "create user u identified by K1 default tablespace t",
          "create user u identified by •••• default tablespace t", 1 },
        { NULL, "alter user u identified by \"K1\" account lock",
          "alter user u identified by \"••••\" account lock", 1 },
    };

    (void)state;
    ASSERT_ROWS(DIALECT_POSTGRESQL, rows);
    ASSERT_ROWS(DIALECT_MYSQL, mysql);
    ASSERT_ROWS(DIALECT_ORACLE, oracle);
}

static void a_setting_of_a_secret_name_needs_no_quotes(void **state)
{
    static const struct shown rows[] = {
        { NULL, "set app.secret = 'K1'", "set app.secret = '••••'", 1 },
        { NULL, "set local \"app\".\"jwt_secret\" to K1", "set local \"app\".\"jwt_secret\" to ••••", 1 },
        { NULL, "alter role u set app.secret to K1", "alter role u set app.secret to ••••", 1 },
        { NULL, "alter database d set app.secret = \"K1\"", "alter database d set app.secret = \"••••\"", 1 },
        { NULL, "create function h() returns int set app.secret = 123 as 'x'",
          "create function h() returns int set app.secret = •••• as 'x'", 1 },
        { NULL, "set app.secret = default; set app.secret to on", NULL, 0 },
        { NULL, "set app.mode = fast; set password_encryption = md5; set search_path to a.secret, b", NULL, 0 },
        { NULL, "update t set t.password = other where a = b", NULL, 0 },
        { NULL, "set new.password = old.password", NULL, 0 },
        { NULL, "set t.password = lower(x)", NULL, 0 },
    };

    (void)state;
    ASSERT_ROWS(DIALECT_POSTGRESQL, rows);
}

static void bodies_and_comments_are_looked_into(void **state)
{
    static const struct shown rows[] = {
        { NULL, "create function f() returns void as $x$ begin v_token := 'K1'; end $x$ language plpgsql",
          "create function f() returns void as $x$ begin v_token := '••••'; end $x$ language plpgsql", 1 },
        { NULL, "do $$ begin insert into t (pwd) values ('K1'); end $$",
          "do $$ begin insert into t (pwd) values ('••••'); end $$", 1 },
        { NULL, "select 'Bearer K1xx' -- password: K2\n",
          "select 'Bearer ••••' -- password: ••••\n", 2 },
        { NULL, "create function g() returns int language sql as 'select * from dblink(''host=h password=K1'', ''x'')'",
          "create function g() returns int language sql as 'select * from dblink(''host=h password=••••'', ''x'')'", 1 },
        { NULL, "do 'begin execute ''alter role x password ''''K1''''''; end'",
          "do 'begin execute ''alter role x password ''''••••''''''; end'", 1 },
        { NULL, "do 'begin raise notice ''it''''s done''; end'", NULL, 0 },
        { NULL, "comment on table t is 'password: K1'", "comment on table t is 'password: ••••'", 1 },
    };

    (void)state;
    ASSERT_ROWS(DIALECT_POSTGRESQL, rows);
}

static void what_is_not_closed_is_masked_to_its_end(void **state)
{
    static const struct shown rows[] = {
        { NULL, "alter role r password 'K1", "alter role r password '••••", 1 },
        { NULL, "alter role r password E'K1", "alter role r password E'••••", 1 },
        { NULL, "select 'x' as password, 'token=K1", "select '••••' as password, 'token=••••", 2 },
        { NULL, "select 'K1 €", NULL, 0 },
        { NULL, "do $a$ perform login(password => 'K1", "do $a$ perform login(password => '••••", 1 },
        { NULL, "do $a$ €", NULL, 0 },
        { NULL, "/* password: K1 */ select 1", "/* password: •••• */ select 1", 1 },
        { NULL, "/* /* /* /* /* token: K1 */ */ */ */ */ select 1",
          "/* /* /* /* /* token: •••• */ */ */ */ */ select 1", 1 },
        { NULL, "/* /* /*\ntoken: K1 */\n*/ */ select 1",
          "/* /* /*\ntoken: ••••\n*/ */ */ select 1", 1 },
        { NULL, "/* a /* token: K1 */ b */ select 1", "/* a /* token: •••• */ */ select 1", 1 },
    };

    (void)state;
    ASSERT_ROWS(DIALECT_POSTGRESQL, rows);
}

static void what_only_speaks_of_secrets_stays(void **state)
{
    static const struct shown rows[] = {
        { NULL, "comment on column users.password is 'how it is hashed'", NULL, 0 },
        { NULL, "create type token_kind as enum ('access', 'refresh')", NULL, 0 },
        { NULL, "create type secret as enum ('a', 'b')", NULL, 0 },
        { NULL, "select * from tokens where kind = 'x' and tokens.state = 'y'", NULL, 0 },
        { NULL, "if new.password = old.password then raise 'the same'; end if", NULL, 0 },
        { NULL, "create view tokens as select 'a' as kind", NULL, 0 },
        { NULL, "create index on users (password) where state = 'open'", NULL, 0 },
        { NULL, "password_policy text default 'strict', token_type text default 'bearer'", NULL, 0 },
        { NULL, "api_key text default ''", NULL, 0 },
        { NULL, "alter table secrets add column kind text default 'x'", NULL, 0 },
    };

    (void)state;
    ASSERT_ROWS(DIALECT_POSTGRESQL, rows);
}
/* clang-format on */

static void a_message_repeats_no_secret(void **state)
{
    static const char *const rows[][2] = {
        {"syntax error at or near \"'K1'\"",          "syntax error at or near \"'••••'\""},
        { "do: UPDATE \"u\" SET \"password\" = 'K1'",
         "do: UPDATE \"u\" SET \"password\" = '••••'"                                     },
        { "near 'token=K1'",                          "near 'token=••••'"                 },
        { "relation \"secrets\" is not \"there\"",    "relation \"secrets\" is not \"there\""     },
        { "it's not \"open",                          "it's not \"open"                           },
        { "",                                         ""                                          },
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(mask_message(arena, SCHEMA_POSTGRESQL, rows[i][0]), rows[i][1]);
    assert_null(mask_message(arena, SCHEMA_MYSQL, NULL));
    arena_free(&arena);
}

static void add_times(struct strbuf *text, const char *part, size_t times)
{
    for (size_t i = 0; i < times; i++)
        strbuf_add(text, part);
}

static int64_t time_of(const char *sql, size_t length)
{
    struct strbuf out = STRBUF_INIT;
    int64_t begin = clock_monotonic();

    mask_sql(&out, DIALECT_POSTGRESQL, NULL, sql, length);
    strbuf_release(&out);
    return clock_monotonic() - begin;
}

static void long_chains_are_read_once(void **state)
{
    static const char *const casts[] = { "::a", "::'x'" };
    struct strbuf sql = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof casts / sizeof *casts; i++) {
        strbuf_clear(&sql);
        strbuf_add(&sql, "select 'x'");
        add_times(&sql, casts[i], 40000);
        assert_true(time_of(sql.data, sql.length) < patience(2000));
    }
    strbuf_clear(&sql);
    add_times(&sql, "/*", 20000);
    strbuf_add(&sql, " password: x ");
    add_times(&sql, "*/", 20000);
    assert_true(time_of(sql.data, sql.length) < patience(2000));
    strbuf_release(&sql);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_string_of_a_secret_name_is_masked),
        cmocka_unit_test(short_names_of_passwords_are_as_secret_as_long_ones),
        cmocka_unit_test(what_goes_into_columns_by_other_ways_is_masked),
        cmocka_unit_test(a_secret_stands_in_parentheses_and_calls),
        cmocka_unit_test(a_patch_hides_settings_with_short_names),
        cmocka_unit_test(passwords_of_roles_and_servers_are_masked),
        cmocka_unit_test(a_setting_of_a_secret_name_needs_no_quotes),
        cmocka_unit_test(bodies_and_comments_are_looked_into),
        cmocka_unit_test(a_message_repeats_no_secret),
        cmocka_unit_test(what_is_not_closed_is_masked_to_its_end),
        cmocka_unit_test(long_chains_are_read_once),
        cmocka_unit_test(what_only_speaks_of_secrets_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
