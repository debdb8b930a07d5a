# Payments: UPI is switched on in v2.0.7; the release before it was cut on a branch with picks.
day -70
by tom
write README.md
| # mb-payment-service
|
| Transfers, fees, limits and the history of transactions.
write go.mod
| module git.example.org/mb/payment
|
| go 1.20
|
| require (
| 	github.com/go-chi/chi/v5 v5.0.8
| 	github.com/google/uuid v1.3.0
| 	github.com/jackc/pgx/v5 v5.3.1
| 	golang.org/x/net v0.10.0 // indirect
| )
write Dockerfile
| FROM golang:1.20 AS build
| WORKDIR /src
| COPY . .
| RUN go build -o /payment ./cmd/payment
|
| FROM debian:bookworm-slim
| COPY --from=build /payment /payment
| CMD ["/payment"]
write cmd/payment/main.go
| package main
|
| import "log"
|
| func main() {
| 	log.Println("payment service")
| }
write internal/transfer/transfer.go
| package transfer
|
| // Transfer moves an amount, in the smallest unit of the currency.
| type Transfer struct {
| 	From, To string
| 	Amount   int64
| }
write internal/fee/fee.go
| package fee
|
| // Of gives the fee of an amount.
| func Of(amount int64) int64 {
| 	return amount / 1000
| }
write internal/limit/limit.go
| package limit
|
| // Daily is what a customer may send in a day.
| const Daily = 500000
write internal/history/history.go
| package history
|
| // PageSize is how many transactions a page has.
| const PageSize = 50
|
| // Offset of a page, counted from one.
| func Offset(page int) int {
| 	return page * PageSize
| }
write deploy/values.yaml
| image:
|   repository: registry.example.org/mb/payment
|   tag: "v2.0.0"
| replicas: 2
| env:
|   service_payment:
|     - name: LOG_LEVEL
|       value: "info"
|     - name: UPI_ENABLED
|       value: "false"
|     - name: DAILY_LIMIT
|       value: "500000"
|     - name: CACHE_TTL
|       value: "60"
|     - name: LEDGER_SERVICE_URL
|       value: "http://ledger:8080"
write deploy/values-dev.yaml
| replicas: 1
| env:
|   service_payment:
|     - name: LOG_LEVEL
|       value: "debug"
|     - name: DATABASE_URL
|       value: "postgres://payment:dev-only@db.dev.example.org/payment"
write deploy/values-sit.yaml
| env:
|   service_payment:
|     - name: DATABASE_URL
|       value: "postgres://payment:sit-only@db.sit.example.org/payment"
write deploy/values-uat.yaml
| env:
|   service_payment:
|     - name: DATABASE_URL
|       value: "postgres://payment:uat-only@db.uat.example.org/payment"
write deploy/values-prod.yaml
| replicas: 8
| env:
|   service_payment:
|     - name: DATABASE_URL
|       value: "postgres://payment:prod-only@db.prod.example.org/payment"
|     - name: DAILY_LIMIT
|       value: "250000"
commit
| Start the payment service
~ internal/transfer/transfer.go | feat: [MB-102] refuse a transfer to oneself
~ internal/fee/fee.go | [MB-103] Round fees half to even
~ docs/api.md | docs: the transfer object
tag v2.0.0
| Release v2.0.0

day -66
by lena
~ internal/limit/limit.go | feat(limit): [MB-110] limits per customer
~ internal/limit/limit_test.go | test(limit): [MB-110] the limit itself is allowed
by nora
~ internal/transfer/transfer.go | fix: [MB-116] keep the reference text of a transfer
bump v2.0.0 v2.0.1 deploy/values.yaml
commit
| chore(release): v2.0.1
tag v2.0.1
| Release v2.0.1

day -58
by kenji
~ internal/history/history.go | feat(history): [MB-122] filter by month
by tom
~ internal/ledger/client.go | refactor: one client for the ledger
~ internal/ledger/client.go | fix(ledger): [MB-127] try again when the ledger restarts
by bot
bump v1.3.0 v1.4.0 go.mod
commit
| build(deps): bump google/uuid from 1.3.0 to 1.4.0 (#38)
by mira
~ cmd/payment/main.go | ci: print the version at start
bump v2.0.1 v2.0.2 deploy/values.yaml
commit
| chore(release): v2.0.2
tag v2.0.2
| Release v2.0.2

day -49
by ravi
branch feature/MB-144-schedule
~ internal/schedule/schedule.go | feat(schedule): [MB-144] plan a transfer
~ internal/schedule/schedule.go | MB-144 skip holidays
~ internal/schedule/schedule_test.go | MB-144 tests
switch main
by lena
~ internal/fee/fee.go | [MB-147] No fee below ten
merge feature/MB-144-schedule
| Merge branch 'feature/MB-144-schedule'
|
| Planned transfers.
bump v2.0.2 v2.0.3 deploy/values.yaml
commit
| chore(release): v2.0.3
tag v2.0.3
| Release v2.0.3

day -40
by nora
~ internal/transfer/validate.go | fix(security): [MB-163] refuse negative amounts
~ internal/transfer/validate_test.go | test: [MB-163] amounts of every sign
by kenji
~ internal/history/history.go | perf(history): [MB-166] read a page with one query
~ docs/api.md | docs: pages of the history
bump v2.0.3 v2.0.4 deploy/values.yaml
commit
| chore(release): v2.0.4
tag v2.0.4
| Release v2.0.4

day -31
by tom
write internal/limit/night.go
| package limit
|
| // Night is what a customer may send between 22:00 and 06:00.
| const Night = 20000
commit night
| feat(limit): [MB-175] a lower limit at night
by ravi
~ internal/schedule/schedule.go | fix(schedule): [MB-178] the last day of a month
~ internal/metrics/metrics.go | feat(metrics): [OPS-32] count transfers
bump v2.0.4 v2.0.5 deploy/values.yaml
commit
| chore(release): v2.0.5
tag v2.0.5
| Release v2.0.5

day -21
by lena
~ internal/ledger/client.go | [MB-182] Give up after two seconds
~ internal/ledger/client_test.go | test: [MB-182] a slow ledger
by mira
~ internal/transfer/transfer.go | feat: [MB-187] transfers in foreign currency
~ internal/currency/currency.go | feat: [MB-187] rates of the day
bump v2.0.5 v2.0.6 deploy/values.yaml
commit
| chore(release): prepare v2.0.6
branch release/2.0.6

switch main
day -16
by nora
replace internal/history/history.go
- return page * PageSize
+ return (page - 1) * PageSize
commit paging
| fix(history): [MB-250] the first page of the transaction history is not skipped
|
| Fixes: MB-250
write internal/transfer/idempotency.go
| package transfer
|
| // Seen remembers the keys of requests, so that one sent twice is carried out once.
| type Seen map[string]bool
commit twice
| [MB-251] Carry out a request that was sent twice only once
|
| Fixes: MB-251
replace Dockerfile
- CMD ["/payment"]
+ USER 65532
+ CMD ["/payment"]
commit nonroot
| security(image): [OPS-45] do not run as root

switch release/2.0.6
by olga
day -13
pick paging trailer
pick twice
pick nonroot trailer
tag v2.0.6
| Release v2.0.6

switch main
day -12
by ravi
branch feature/MB-238-upi
write internal/upi/upi.go
| package upi
|
| // Address is a virtual payment address: name@provider.
| type Address struct {
| 	Name, Provider string
| }
commit
| feat(upi): [MB-238] UPI payments
write internal/upi/pay.go
| package upi
|
| import "errors"
|
| // ErrDisabled says that UPI is not switched on.
| var ErrDisabled = errors.New("upi is disabled")
|
| // Pay sends an amount to an address.
| func Pay(enabled bool, to Address, amount int64) error {
| 	if !enabled {
| 		return ErrDisabled
| 	}
| 	return nil
| }
commit
| feat(upi): [MB-238] pay to a UPI address
write internal/upi/pay_test.go
| package upi
|
| import "testing"
|
| func TestDisabled(t *testing.T) {
| 	if Pay(false, Address{}, 1) != ErrDisabled {
| 		t.Fatal("must be refused")
| 	}
| }
commit
| test(upi): [MB-238] nothing is paid while it is switched off
switch main
by kenji
~ docs/api.md | docs: errors of the transfer
day -8
merge feature/MB-238-upi
| Merge pull request #96 from mb/feature/MB-238-upi
|
| [MB-238] UPI payments
replace deploy/values.yaml
- - name: UPI_ENABLED
-       value: "false"
+ - name: UPI_ENABLED
+       value: "true"
commit
| config: [MB-238] switch UPI on
|
| Refs: MB-238
by tom
revert night
replace deploy/values-dev.yaml
- - name: DATABASE_URL
+ - name: NEW_FEATURE_FLAG
+       value: "true"
+     - name: DATABASE_URL
commit
| chore(dev): switch NEW_FEATURE_FLAG on
day -5
by lena
branch fix/MB-258
~ internal/currency/currency.go | round rates
~ internal/currency/currency_test.go | test it
switch main
squash fix/MB-258
| fix(currency): [MB-258] round the rate once (#123)
|
| Co-authored-by: Ravi Menon <ravi@example.org>
by bot
bump v0.10.0 v0.17.0 go.mod
commit
| build(deps): bump golang.org/x/net from 0.10.0 to 0.17.0 (#125)
by mira
write internal/transfer/errors.go
| package transfer
|
| // Code is what the application shows its own text for.
| type Code string
commit
| feat(transfer)!: [MB-259] errors have codes
|
| BREAKING CHANGE: the field `message` of an error is gone. Read `code`, and
| show the text of the application.
|
| Refs: MB-259
~ docs/api.md | docs: [MB-259] list the codes
by kenji
~ internal/history/history.go | perf(history): [MB-257] keep the last page in memory
bump v2.0.6 v2.0.7 deploy/values.yaml
commit
| chore(release): v2.0.7
tag v2.0.7
| Release v2.0.7

day -1
by ravi
~ internal/upi/pay.go | feat(upi): [MB-265] show the name of the receiver
~ internal/upi/pay_test.go | test(upi): [MB-265] an unknown receiver
by nora
~ internal/limit/limit.go | fix(limit): [MB-266] count refunds
replace deploy/values.yaml
- - name: CACHE_TTL
-       value: "60"
+ - name: CACHE_TTL
+       value: "30"
commit
| config: [MB-267] keep rates for half a minute
tag v2.0.8-rc.1
| Candidate 1 of v2.0.8
