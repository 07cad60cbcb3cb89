local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: a confirmation while nobody holds a handle",
  demand = { "SR-085" },
  instant = " instant: uniform within 2 s after torque was asked for",
  faults = { unheard = taut.fault { on = "user.cue_seq", kind = "stuck" } },
  script = function(s)
    s:fault "unheard"
    demand.load(s)
    s:event("session.request", "start_set")
    s:wait_until("controller.arm_state == requested", { within = "2 s", text = "torque is asked for" })
    s:wait(ms(1 + math.floor(demand.between(0, 2000))))
    s:event("controller.command", "arm_confirm")
    s:wait "300 ms"
  end,
})
