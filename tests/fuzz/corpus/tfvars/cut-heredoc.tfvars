a = <<EOT
  x