local taut = require "taut"
local strike = require "strike"

local function says_to(...)
  local roles = { ... }
  return function(s)
    for _, role in ipairs(roles) do s:event(role .. ".report", "leak") end
  end
end

return {
  strike.scenario {
    hazard = "H23",
    name = "a leak report that is lost on the way to the controller unloads through the spotter",
    covers = { "SR-034", "SR-043" },
    strikes = { { "lost", says_to("spotter", "session") } },
    notices = "controller.cause == spotter",
    within = "100 ms",
    watch = "3 s",
    ends = "load.command_n <= 10 N",
  },
}
