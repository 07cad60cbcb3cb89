local taut = require "taut"
local strike = require "strike"

local function both(port, fields)
  local left, right = { on = "controller.left_" .. port }, { on = "controller.right_" .. port }
  for key, value in pairs(fields) do left[key], right[key] = value, value end
  return taut.fault(left), taut.fault(right)
end

local share, share_right = both("load_scale", { kind = "gain", magnitude = 0.3 })
local load, load_right = both("load_n", { kind = "gain", magnitude = 0.3 })
local contact = taut.fault { on = "controller.estop_a_closed", kind = "invert" }

return {
  taut.scenario(strike.case {
    hazard = "H2",
    name = "a load that is taken away goes as a ramp",
    covers = { "SR-003" },
    faults = { share = share, share_right = share_right, load = load, load_right = load_right },
    strikes = { { "spotter_share", "share", "share_right" }, { "prescription", "load", "load_right" } },
    notices = "load.command_n < session.load_n - 1 N",
    within = "20 ms",
    watch = "2 s",
    ends = "load.command_n <= 0.5 * session.load_n",
    ends_text = "the load is gone",
  }),
  taut.scenario(strike.case {
    hazard = "H2",
    name = "a safe stop is a ramp, not a drop",
    covers = { "SR-014", "SR-015", "SR-016" },
    faults = { contact = contact },
    strikes = { { "contact" } },
    within = "100 ms",
    watch = "1500 ms",
    always = strike.is_ramped,
    always_text = "a ramp, not a drop",
    ends = "controller.safety_state == latched",
  }),
}
