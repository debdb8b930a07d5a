# The schema, as numbered migrations with their way back.
day -70
by lena
write README.md
| # mb-ledger-db
|
| The schema of the bank's data. A migration is never changed after a release.
write db/migrations/{day -70}_001_create_users.sql
| CREATE TABLE users (
|     id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
|     name VARCHAR(200) NOT NULL,
|     email VARCHAR(200) NOT NULL UNIQUE,
|     created_at TIMESTAMPTZ NOT NULL DEFAULT now()
| );
write db/migrations/{day -70}_001_create_users.down.sql
| DROP TABLE users;
write db/migrations/{day -70}_002_create_accounts.sql
| CREATE TABLE accounts (
|     id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
|     user_id BIGINT NOT NULL REFERENCES users (id),
|     currency CHAR(3) NOT NULL,
|     balance NUMERIC(18, 2) NOT NULL DEFAULT 0
| );
write db/migrations/{day -70}_002_create_accounts.down.sql
| DROP TABLE accounts;
commit
| Create users and accounts
write db/migrations/{day -70}_003_create_transactions.sql
| CREATE TABLE transactions (
|     id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
|     account_id BIGINT NOT NULL REFERENCES accounts (id),
|     amount NUMERIC(18, 2) NOT NULL,
|     reference VARCHAR(140),
|     booked_at TIMESTAMPTZ NOT NULL DEFAULT now()
| );
write db/migrations/{day -70}_003_create_transactions.down.sql
| DROP TABLE transactions;
commit
| feat: [MB-107] transactions
write deploy/values.yaml
| image:
|   repository: registry.example.org/mb/ledger-migrations
|   tag: "v2.0.0"
| env:
|   service_ledger:
|     - name: LOCK_TIMEOUT
|       value: "5s"
|     - name: STATEMENT_TIMEOUT
|       value: "60s"
write deploy/values-dev.yaml
| env:
|   service_ledger:
|     - name: DATABASE_URL
|       value: "postgres://ledger:dev-only@db.dev.example.org/ledger"
write deploy/values-sit.yaml
| env:
|   service_ledger:
|     - name: DATABASE_URL
|       value: "postgres://ledger:sit-only@db.sit.example.org/ledger"
write deploy/values-uat.yaml
| env:
|   service_ledger:
|     - name: DATABASE_URL
|       value: "postgres://ledger:uat-only@db.uat.example.org/ledger"
write deploy/values-prod.yaml
| env:
|   service_ledger:
|     - name: DATABASE_URL
|       value: "postgres://ledger:prod-only@db.prod.example.org/ledger"
|     - name: STATEMENT_TIMEOUT
|       value: "300s"
commit
| config: how long a migration may wait
~ docs/schema.md | docs: a picture of the tables in words
by tom
~ tests/check.sh | test: an empty database gets every table
~ docs/naming.md | docs: how tables and columns are called
tag v2.0.0
| Release v2.0.0

day -58
by tom
write db/migrations/{day -58}_001_index_transactions.sql
| CREATE INDEX CONCURRENTLY transactions_account_booked
|     ON transactions (account_id, booked_at DESC);
write db/migrations/{day -58}_001_index_transactions.down.sql
| DROP INDEX transactions_account_booked;
commit
| perf: [MB-124] an index for the history of an account
~ docs/schema.md | docs: [MB-124] why the index has two columns
by kenji
~ tests/check.sh | test: run every migration and its way back
by mira
~ docs/schema.md | docs: [MB-129] which column holds what of a customer
~ tests/check.sh | test: [MB-124] the history of an account uses the index
bump v2.0.0 v2.0.2 deploy/values.yaml
commit
| chore(release): v2.0.2
tag v2.0.2
| Release v2.0.2

day -46
by ravi
branch feature/MB-144-schedule
write db/migrations/{day -46}_001_create_scheduled_transfers.sql
| CREATE TABLE scheduled_transfers (
|     id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
|     account_id BIGINT NOT NULL REFERENCES accounts (id),
|     amount NUMERIC(18, 2) NOT NULL,
|     due DATE NOT NULL
| );
write db/migrations/{day -46}_001_create_scheduled_transfers.down.sql
| DROP TABLE scheduled_transfers;
commit
| feat: [MB-144] planned transfers
~ tests/check.sh | test: [MB-144] a transfer that is due
switch main
by nora
~ README.md | docs: how to name a migration
merge feature/MB-144-schedule
| Merge pull request #12 from mb/feature/MB-144-schedule
|
| [MB-144] Planned transfers
bump v2.0.2 v2.0.3 deploy/values.yaml
commit
| chore(release): v2.0.3
tag v2.0.3
| Release v2.0.3

day -32
by lena
write db/migrations/{day -32}_001_check_amounts.sql
| ALTER TABLE transactions
|     ADD CONSTRAINT transactions_amount_not_zero CHECK (amount <> 0) NOT VALID;
| ALTER TABLE transactions VALIDATE CONSTRAINT transactions_amount_not_zero;
write db/migrations/{day -32}_001_check_amounts.down.sql
| ALTER TABLE transactions DROP CONSTRAINT transactions_amount_not_zero;
commit
| fix: [MB-163] no transaction of nothing
~ docs/schema.md | docs: [MB-163] what is checked where
by ravi
write db/migrations/{day -32}_002_add_currency_index.sql
| CREATE INDEX CONCURRENTLY accounts_currency ON accounts (currency);
write db/migrations/{day -32}_002_add_currency_index.down.sql
| DROP INDEX accounts_currency;
commit
| perf: [MB-176] an index for the sums of a currency
~ tests/check.sh | test: [MB-163] an amount of nothing is refused
bump v2.0.3 v2.0.5 deploy/values.yaml
commit
| chore(release): v2.0.5
tag v2.0.5
| Release v2.0.5

day -20
by mira
write db/migrations/{day -20}_001_add_last_login.sql
| ALTER TABLE users ADD COLUMN last_login_at TIMESTAMPTZ;
write db/migrations/{day -20}_001_add_last_login.down.sql
| ALTER TABLE users DROP COLUMN last_login_at;
commit
| feat: [MB-181] the time of the last login
write db/migrations/{day -20}_002_create_rates.sql
| CREATE TABLE rates (
|     currency CHAR(3) NOT NULL,
|     day DATE NOT NULL,
|     rate NUMERIC(18, 6) NOT NULL,
|     PRIMARY KEY (currency, day)
| );
write db/migrations/{day -20}_002_create_rates.down.sql
| DROP TABLE rates;
commit
| feat: [MB-187] rates of the day
~ tests/check.sh | test: [MB-187] two rates of one day
bump v2.0.5 v2.0.6 deploy/values.yaml
commit
| chore(release): v2.0.6
tag v2.0.6
| Release v2.0.6

day -10
by tom
~ docs/schema.md | docs: sizes of the tables
by nora
replace deploy/values.yaml
- value: "5s"
+ value: "2s"
commit
| config: [OPS-46] wait two seconds for a lock
by mira
~ docs/runbook.md | docs(runbook): [OPS-46] a migration that waits
~ tests/check.sh | test: [OPS-46] a lock that is held
day -2
by ravi
write db/migrations/{day -2}_001_add_upi_transactions.sql
| CREATE TABLE upi_transactions (
|     id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
|     user_id BIGINT NOT NULL REFERENCES users (id),
|     amount NUMERIC(18, 2) NOT NULL,
|     upi_id VARCHAR(100) NOT NULL,
|     status VARCHAR(20) NOT NULL DEFAULT 'PENDING',
|     created_at TIMESTAMPTZ NOT NULL DEFAULT now()
| );
| CREATE VIEW upi_waiting AS
|     SELECT user_id, count(*) AS payments, sum(amount) AS amount
|     FROM upi_transactions
|     WHERE status = 'PENDING'
|     GROUP BY user_id;
write db/migrations/{day -2}_001_add_upi_transactions.down.sql
| DROP VIEW upi_waiting;
| DROP TABLE upi_transactions;
commit
| feat: [MB-238] UPI transactions
by kenji
write db/migrations/{day -2}_002_alter_users_biometric.sql
| ALTER TABLE users ADD COLUMN biometric_hash VARCHAR(256);
write db/migrations/{day -2}_002_alter_users_biometric.down.sql
| ALTER TABLE users DROP COLUMN biometric_hash;
commit
| feat: [MB-234] keep the hash of the biometric key
by lena
write db/migrations/{day -2}_003_drop_legacy_pins.sql
| ALTER TABLE users DROP COLUMN IF EXISTS legacy_pin;
commit
| chore: [MB-255] drop the PINs of the legacy login
|
| There is no way back: the column has been empty since v2.0.3.
~ tests/check.sh | test: [MB-238] a payment without a user
~ docs/schema.md | docs: [MB-238] the states of a UPI transaction
~ docs/schema.md | docs: [MB-234] what the hash is made from
bump v2.0.6 v2.0.7 deploy/values.yaml
commit
| chore(release): v2.0.7
tag v2.0.7
| Release v2.0.7
