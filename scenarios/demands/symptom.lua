local taut = require "taut"
local demand = require "demand"

local SYMPTOMS = { "leak", "heaviness", "pain", "back_pain", "dizziness", "numbness", "chest_pain",
  "calf_pain", "bleeding", "fever", "headache" }

return taut.scenario(demand.fields {
  name = "demand: a reported symptom",
  demand = { "SR-030", "SR-031", "SR-032", "SR-033", "SR-034", "SR-035", "SR-038", "SR-039" },
  distribution = "symptom: each of eleven alike",
  script = function(s)
    demand.instant(s)
    local symptom = demand.one_of(SYMPTOMS)
    for _, role in ipairs { "controller", "spotter", "session" } do
      s:event(role .. ".report", symptom)
    end
    s:wait "3100 ms"
  end,
})
