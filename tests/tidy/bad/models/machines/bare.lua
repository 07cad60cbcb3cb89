local taut = require "taut"
return taut.parameters {
  name = "bare", kind = "machine", help = "numbers without source or status",
  motor = { resistance_ohm = { 0.25 }, kt = 3 },
}
