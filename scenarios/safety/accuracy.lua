local taut = require "taut"

-- Mean tension at the handle while the handle moves at its tempo, per direction.
local function measure(s, side, reps)
  local sum, n = { up = 0, down = 0 }, { up = 0, down = 0 }
  local tension, speed = side .. ".cable.tension_n", side .. ".cable.handle_speed_m_s"
  local first = s:value "user.rep"
  while s:value "user.rep" < first + reps do
    s:wait "2 ms"
    local v = s:value(speed)
    local direction = v > 0.1 and "up" or v < -0.1 and "down"
    if direction then
      sum[direction] = sum[direction] + s:value(tension)
      n[direction] = n[direction] + 1
    end
  end
  return sum.up / n.up, sum.down / n.down
end

return taut.scenario {
  name = "the handle carries the prescribed pounds, lifting and lowering",
  tags = { "safety", "accuracy" },
  covers = { "SR-010" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", reps = 8 },
  sweep = { load = { lb(5), lb(10), lb(11), lb(25), lb(26), lb(50), lb(51), lb(109), lb(110) } },

  script = function(s)
    local load = s.sweep.load
    local tolerance = math.max(2.2, 0.03 * load.si)
    s:start_set()
    s:wait_until("user.rep >= 1", { within = "30 s" })
    local up, down = measure(s, "left", 2)
    s:check(math.abs(up - load.si) <= tolerance, { id = "SR-010", text = "lifting",
      expected = ("%.1f N +- %.1f N"):format(load.si, tolerance), got = ("%.1f N"):format(up),
      margin = N(tolerance - math.abs(up - load.si)) })
    s:check(math.abs(down - load.si) <= tolerance, { id = "SR-010", text = "lowering",
      expected = ("%.1f N +- %.1f N"):format(load.si, tolerance), got = ("%.1f N"):format(down),
      margin = N(tolerance - math.abs(down - load.si)) })
  end,
}
