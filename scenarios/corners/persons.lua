-- Corners of what the machine is asked for: the least load with every person that came with Taut, the greatest
-- with one who can lift it, in a standing and a seated exercise. Nothing is injected; every requirement that
-- watches everywhere must hold all the same.
local taut = require "taut"

local persons = { "beginner", "c_section", "complying", "hurried", "hypermobile", "postpartum_coning",
  "postpartum_week_8", "prolapse", "severe_leak", "sleepless", "strong_adult" }

local list = {}

local function corner(person, exercise, load)
  list[#list + 1] = taut.scenario {
    name = ("%s trains with %s: %s"):format(person, load, exercise),
    tags = { "corner" },
    covers = { "SR-001", "SR-009" },
    rig = "two_cable_trainer",
    user = { person },
    set = { exercise = exercise, load = load, reps = 4 },
    script = function(s)
      s:start_set()
      -- With a severe leak the least load is too much for a squat: the machine then unloads for the symptom.
      s:wait_until("user.rep >= 2 or controller.safety_state == latched",
        { within = "60 s", text = "the person trains, or is unloaded for a symptom" })
    end,
  }
end

for _, person in ipairs(persons) do
  corner(person, "goblet_squat", lb(5))
  corner(person, "seated_row", lb(5))
end
corner("strong_adult", "goblet_squat", lb(110))
corner("strong_adult", "romanian_deadlift", lb(110))

return list
