# a comment
region = "eu-west-1" // another
count_of = -3
rate = 1.50e-3
flags = [true, false, null,]
pools = {
  blue : { size = 2, "zone" = "a" }
  7 = [<<-EOT
      two \u00e9 $${x}

        lines
      EOT
  ]
}
text = "\u00e9 \U0001F600 $${x} %%{y} \"\\"
/* the
   end */
