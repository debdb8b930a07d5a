a = <<E
x
E
