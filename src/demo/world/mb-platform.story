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
by olga
append database.tf
|
| resource "google_kms_crypto_key" "ledger" {
|   name            = "ledger"
|   key_ring        = var.key_ring
|   rotation_period = "7776000s"
| }
replace environments/uat.tfvars
- environment = "uat"
+ environment  = "uat"
+ node_count   = 3
+ machine_type = "e2-standard-2"
write tfplan.json
| {
|  "format_version": "1.2",
|  "terraform_version": "1.9.8",
|  "complete": true,
|  "errored": false,
|  "applyable": true,
|  "resource_changes": [
|   {
|    "address": "google_sql_database_instance.ledger",
|    "mode": "managed",
|    "type": "google_sql_database_instance",
|    "name": "ledger",
|    "provider_name": "registry.terraform.io/hashicorp/google",
|    "change": {
|     "actions": [
|      "delete",
|      "create"
|     ],
|     "before": {
|      "name": "ledger-uat",
|      "database_version": "POSTGRES_14",
|      "region": "asia-south1",
|      "deletion_protection": false,
|      "settings": [
|       {
|        "tier": "db-custom-2-7680",
|        "disk_size": 100,
|        "availability_type": "ZONAL",
|        "backup_configuration": [
|         {
|          "enabled": true,
|          "backup_retention_settings": [
|           {
|            "retained_backups": 7
|           }
|          ]
|         }
|        ]
|       }
|      ],
|      "encryption_key_name": null,
|      "connection_name": "mb-uat:asia-south1:ledger-uat",
|      "private_ip_address": "10.40.0.3"
|     },
|     "after": {
|      "name": "ledger-uat",
|      "database_version": "POSTGRES_14",
|      "region": "asia-south1",
|      "deletion_protection": false,
|      "settings": [
|       {
|        "tier": "db-custom-2-7680",
|        "disk_size": 100,
|        "availability_type": "ZONAL",
|        "backup_configuration": [
|         {
|          "enabled": true,
|          "backup_retention_settings": [
|           {
|            "retained_backups": 7
|           }
|          ]
|         }
|        ]
|       }
|      ],
|      "encryption_key_name": "projects/mb-uat/locations/asia-south1/keyRings/mb/cryptoKeys/ledger"
|     },
|     "after_unknown": {
|      "connection_name": true,
|      "private_ip_address": true
|     },
|     "before_sensitive": {},
|     "after_sensitive": {},
|     "replace_paths": [
|      [
|       "encryption_key_name"
|      ]
|     ]
|    },
|    "action_reason": "replace_because_cannot_update"
|   },
|   {
|    "address": "google_kms_crypto_key.ledger",
|    "mode": "managed",
|    "type": "google_kms_crypto_key",
|    "name": "ledger",
|    "provider_name": "registry.terraform.io/hashicorp/google",
|    "change": {
|     "actions": [
|      "create"
|     ],
|     "before": null,
|     "after": {
|      "name": "ledger",
|      "key_ring": "projects/mb-uat/locations/asia-south1/keyRings/mb",
|      "purpose": "ENCRYPT_DECRYPT",
|      "rotation_period": "7776000s"
|     },
|     "after_unknown": {
|      "id": true
|     },
|     "before_sensitive": false,
|     "after_sensitive": {}
|    }
|   },
|   {
|    "address": "google_compute_firewall.allow_database",
|    "mode": "managed",
|    "type": "google_compute_firewall",
|    "name": "allow_database",
|    "provider_name": "registry.terraform.io/hashicorp/google",
|    "change": {
|     "actions": [
|      "update"
|     ],
|     "before": {
|      "name": "allow-database",
|      "network": "mb-uat",
|      "direction": "INGRESS",
|      "allow": [
|       {
|        "protocol": "tcp",
|        "ports": [
|         "5432"
|        ]
|       }
|      ],
|      "source_ranges": [
|       "10.40.0.0/16"
|      ],
|      "description": "the services reach the ledger"
|     },
|     "after": {
|      "name": "allow-database",
|      "network": "mb-uat",
|      "direction": "INGRESS",
|      "allow": [
|       {
|        "protocol": "tcp",
|        "ports": [
|         "5432"
|        ]
|       }
|      ],
|      "source_ranges": [
|       "10.40.0.0/16",
|       "0.0.0.0/0"
|      ],
|      "description": "the services reach the ledger"
|     },
|     "after_unknown": {},
|     "before_sensitive": {},
|     "after_sensitive": {}
|    }
|   },
|   {
|    "address": "google_compute_firewall.allow_health_check",
|    "mode": "managed",
|    "type": "google_compute_firewall",
|    "name": "allow_health_check",
|    "provider_name": "registry.terraform.io/hashicorp/google",
|    "change": {
|     "actions": [
|      "create"
|     ],
|     "before": null,
|     "after": {
|      "name": "allow-health-check",
|      "network": "mb-uat",
|      "direction": "INGRESS",
|      "allow": [
|       {
|        "protocol": "tcp",
|        "ports": [
|         "80",
|         "443"
|        ]
|       }
|      ],
|      "source_ranges": [
|       "35.191.0.0/16",
|       "130.211.0.0/22"
|      ]
|     },
|     "after_unknown": {
|      "id": true
|     },
|     "before_sensitive": false,
|     "after_sensitive": {}
|    }
|   },
|   {
|    "address": "google_container_node_pool.services",
|    "mode": "managed",
|    "type": "google_container_node_pool",
|    "name": "services",
|    "provider_name": "registry.terraform.io/hashicorp/google",
|    "change": {
|     "actions": [
|      "update"
|     ],
|     "before": {
|      "name": "services",
|      "node_count": 2,
|      "node_config": [
|       {
|        "machine_type": "e2-medium",
|        "disk_size_gb": 100
|       }
|      ]
|     },
|     "after": {
|      "name": "services",
|      "node_count": 3,
|      "node_config": [
|       {
|        "machine_type": "e2-standard-2",
|        "disk_size_gb": 100
|       }
|      ]
|     },
|     "after_unknown": {},
|     "before_sensitive": {},
|     "after_sensitive": {}
|    }
|   },
|   {
|    "address": "google_container_cluster.primary",
|    "mode": "managed",
|    "type": "google_container_cluster",
|    "name": "primary",
|    "provider_name": "registry.terraform.io/hashicorp/google",
|    "change": {
|     "actions": [
|      "update"
|     ],
|     "before": {
|      "name": "mb-uat",
|      "location": "asia-south1",
|      "resource_labels": {
|       "team": "platform",
|       "cost_center": "412"
|      }
|     },
|     "after": {
|      "name": "mb-uat",
|      "location": "asia-south1",
|      "resource_labels": {
|       "team": "platform",
|       "cost_center": "418",
|       "release": "v2-0-7"
|      }
|     },
|     "after_unknown": {},
|     "before_sensitive": {},
|     "after_sensitive": {}
|    }
|   },
|   {
|    "address": "google_project_iam_member.backup_reader",
|    "mode": "managed",
|    "type": "google_project_iam_member",
|    "name": "backup_reader",
|    "provider_name": "registry.terraform.io/hashicorp/google",
|    "change": {
|     "actions": [
|      "create"
|     ],
|     "before": null,
|     "after": {
|      "project": "mb-uat",
|      "role": "roles/cloudsql.viewer",
|      "member": "serviceAccount:backup@mb-uat.example.org"
|     },
|     "after_unknown": {
|      "id": true
|     },
|     "before_sensitive": false,
|     "after_sensitive": {}
|    }
|   },
|   {
|    "address": "google_sql_user.reports",
|    "mode": "managed",
|    "type": "google_sql_user",
|    "name": "reports",
|    "provider_name": "registry.terraform.io/hashicorp/google",
|    "change": {
|     "actions": [
|      "create"
|     ],
|     "before": null,
|     "after": {
|      "name": "reports",
|      "instance": "ledger-uat",
|      "password": "a-sample-and-no-secret"
|     },
|     "after_unknown": {
|      "id": true
|     },
|     "before_sensitive": false,
|     "after_sensitive": {
|      "password": true
|     }
|    }
|   },
|   {
|    "address": "google_compute_subnetwork.services",
|    "mode": "managed",
|    "type": "google_compute_subnetwork",
|    "name": "services",
|    "provider_name": "registry.terraform.io/hashicorp/google",
|    "change": {
|     "actions": [
|      "no-op"
|     ],
|     "before": {
|      "name": "services",
|      "ip_cidr_range": "10.40.0.0/20"
|     },
|     "after": {
|      "name": "services",
|      "ip_cidr_range": "10.40.0.0/20"
|     },
|     "after_unknown": {},
|     "before_sensitive": {},
|     "after_sensitive": {}
|    }
|   }
|  ],
|  "resource_drift": [
|   {
|    "address": "google_storage_bucket.statements",
|    "mode": "managed",
|    "type": "google_storage_bucket",
|    "name": "statements",
|    "provider_name": "registry.terraform.io/hashicorp/google",
|    "change": {
|     "actions": [
|      "update"
|     ],
|     "before": {
|      "name": "mb-uat-statements",
|      "labels": {
|       "team": "platform"
|      },
|      "lifecycle_rule": [
|       {
|        "age": 365
|       }
|      ]
|     },
|     "after": {
|      "name": "mb-uat-statements",
|      "labels": {
|       "team": "platform"
|      },
|      "lifecycle_rule": [
|       {
|        "age": 90
|       }
|      ]
|     },
|     "after_unknown": {},
|     "before_sensitive": {},
|     "after_sensitive": {}
|    }
|   }
|  ],
|  "output_changes": {
|   "ledger_address": {
|    "actions": [
|     "update"
|    ],
|    "before": "10.40.0.3",
|    "after_unknown": true,
|    "before_sensitive": false,
|    "after_sensitive": false,
|    "after": null
|   }
|  }
| }
commit
| feat(database): [OPS-51] the ledger is encrypted with a key of our own
|
| What this does to UAT is in tfplan.json (terraform show -json).
tag v2.0.7
| Platform v2.0.7

day -1
by nora
~ database.tf | feat(database): [OPS-50] keep copies for thirty days
