# The ground the services stand on: a cluster, a database, rules of the network.
day -70
by olga
write README.md
| # mb-platform
|
| Cluster, databases and network, as Terraform.
write main.tf
| terraform {
|   required_version = ">= 1.5"
| }
|
| resource "google_container_cluster" "primary" {
|   name     = "mb-${var.environment}"
|   location = var.region
| }
|
| resource "google_container_node_pool" "services" {
|   cluster    = google_container_cluster.primary.name
|   node_count = var.node_count
|   node_config {
|     machine_type = var.machine_type
|   }
| }
write variables.tf
| variable "environment" { type = string }
| variable "region" { default = "asia-south1" }
| variable "node_count" { default = 2 }
| variable "machine_type" { default = "e2-medium" }
write database.tf
| resource "google_sql_database_instance" "ledger" {
|   name             = "ledger-${var.environment}"
|   database_version = "POSTGRES_14"
|   settings {
|     tier = "db-custom-2-7680"
|   }
| }
write environments/dev.tfvars
| environment = "dev"
| node_count  = 1
write environments/sit.tfvars
| environment = "sit"
write environments/uat.tfvars
| environment = "uat"
write environments/prod.tfvars
| environment = "prod"
| node_count  = 6
write deploy/values.yaml
| ingress:
|   host: api.example.org
|   timeout: 30s
| network_policy: true
| env:
|   service_gateway:
|     - name: RATE_LIMIT
|       value: "100"
write deploy/values-dev.yaml
| ingress:
|   host: api.dev.example.org
| network_policy: false
write deploy/values-sit.yaml
| ingress:
|   host: api.sit.example.org
write deploy/values-uat.yaml
| ingress:
|   host: api.uat.example.org
write deploy/values-prod.yaml
| env:
|   service_gateway:
|     - name: RATE_LIMIT
|       value: "1000"
commit
| Start the platform
~ docs/network.md | docs: which service may call which
by ravi
~ network.tf | feat(network): [OPS-18] a network of its own
~ monitoring.tf | feat(monitoring): [OPS-19] collect the logs of the services
tag v2.0.0
| Platform v2.0.0

day -63
by tom
~ network.tf | feat(network): [OPS-20] a subnet for every environment
~ network.tf | fix(network): [OPS-21] health checks reach the nodes
by olga
~ docs/network.md | docs: addresses of the subnets
by nora
~ database.tf | feat(database): [OPS-22] only the services reach the database
~ docs/runbook.md | docs(runbook): how to get at the database
tag v2.0.1
| Platform v2.0.1

day -55
by ravi
~ monitoring.tf | feat(monitoring): [OPS-23] an alert when a disk is full
~ monitoring.tf | feat(monitoring): [OPS-23] an alert when nobody can sign in
by tom
~ database.tf | feat(database): [OPS-25] a copy of the data every night
~ docs/runbook.md | docs(runbook): [OPS-25] bring a copy back
by nora
~ monitoring.tf | fix(monitoring): [OPS-26] no alert for a node that is drained
tag v2.0.2
| Platform v2.0.2

day -43
by olga
branch upgrade/kubernetes
~ main.tf | OPS-28 Move the control plane first
~ main.tf | OPS-28 Then the nodes, one after the other
switch main
~ docs/runbook.md | docs(runbook): [OPS-29] how to drain a node
merge upgrade/kubernetes
| Merge branch 'upgrade/kubernetes'
|
| OPS-28
by ravi
~ monitoring.tf | feat(monitoring): [OPS-29] count what waits in queues
tag v2.0.3
| Platform v2.0.3

day -34
by nora
~ network.tf | security(network): [OPS-30] close what nobody calls
~ docs/network.md | docs: [OPS-30] what is open, and why
by tom
~ database.tf | perf(database): [OPS-33] more memory for sorting
~ monitoring.tf | chore(monitoring): names as the services have them
tag v2.0.5
| Platform v2.0.5

day -21
by tom
~ monitoring.tf | feat(monitoring): [OPS-35] show messages by channel
~ main.tf | chore: format
replace deploy/values.yaml
- timeout: 30s
+ timeout: 20s
commit
| config(ingress): [OPS-36] answer within twenty seconds
by ravi
~ network.tf | feat(network): [OPS-37] a second way out
~ docs/network.md | docs: [OPS-37] when the first way is down
tag v2.0.6
| Platform v2.0.6

day -9
by olga
replace variables.tf
- default = "e2-medium"
+ default = "e2-standard-2"
commit
| perf(nodes): [OPS-47] larger machines for the services
|
| Performance improvement for high-traffic services: from e2-medium to
| e2-standard-2.
append network.tf
|
| resource "google_compute_firewall" "allow_health_check" {
|   name    = "allow-health-check"
|   network = "default"
|   allow {
|     protocol = "tcp"
|     ports    = ["80", "443"]
|   }
| }
commit
| feat(network): [OPS-48] let the load balancer check the services
by ravi
replace deploy/values.yaml
- value: "100"
+ value: "200"
commit
| config(gateway): [MB-238] room for UPI requests
by tom
~ monitoring.tf | feat(monitoring): [OPS-49] watch UPI payments
~ docs/runbook.md | docs(runbook): [OPS-49] when UPI does not answer
by nora
~ main.tf | fix(nodes): [OPS-47] move the services before their node goes
~ docs/runbook.md | docs(runbook): [OPS-47] sizes of the machines
tag v2.0.7
| Platform v2.0.7

day -1
by nora
~ database.tf | feat(database): [OPS-50] keep copies for thirty days
