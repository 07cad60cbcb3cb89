local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: a symptom that only the spotter hears",
  demand = { "SR-043" },
  distribution = "symptom: leak, pain or dizziness alike",
  script = function(s)
    demand.instant(s)
    s:event("spotter.report", demand.one_of { "leak", "pain", "dizziness" })
    s:wait "2300 ms"
  end,
})
