-- Rules that every shipped protocol shares: a stop rule of one guide holds in the programmes of all, and
-- where guides conflict the stricter one holds (docs/protocols.md). A protocol names them with
-- `rules = require "protocol_rules"` and adds what is its own.
local taut = require "taut"

return taut.rules {
  eligibility = {
    { "medical_clearance", source = { "D-002-26", "D-002-28" } },
    { "weeks_after_birth", birth = "vaginal", at_least = 6, source = "D-002-26" },
    {
      "weeks_after_birth",
      birth = "c_section_or_complication",
      at_least = 8,
      source = { "D-002-27", "D-004-21" },
    },
    { "impact", at_least = 12, source = { "D-004-13", "D-000-13" } },
  },
  contraindications = {
    {
      "diastasis",
      excludes = { "sit_up", "plank", "raises_pressure" },
      source = { "D-002-24", "D-002-29", "D-004-16" },
    },
    { "weak_core", excludes = { "sit_up", "plank" }, source = "D-004-16" },
    {
      "prolapse",
      range = percent(60),
      excludes = { "raises_pressure" },
      source = { "D-001-5", "D-004-18" },
    },
    { "lax_joints", range = percent(90), source = { "D-002-36", "D-004-15", "D-003-8" } },
    { "high_tone", above = percent(20), source = "D-001-7" },
    { "predicted_pressure", above = percent(80), source = "D-004-18" },
  },
  stop_rules = {
    { "leak", action = "unload", source = { "D-002-30", "D-000-1" } },
    { "heaviness", action = "unload", source = { "D-002-30", "D-000-3" } },
    { "cone", action = "unload", source = "D-002-2" },
    { "pain", at = 3, action = "unload", source = "D-004-12" },
    { "back_pain", action = "unload", source = "D-003-6" },
    { "let_go", below = percent(50), action = "unload", source = "D-001-1" },
    { "faults", count = 3, action = "end_set", source = { "D-000-12", "D-001-10" } },
    { "speed", above = m_s(0.6), action = "refuse", source = "D-004-13" },
    { "severe_pain", at = 7, action = "lock", source = { "D-004-11", "D-004-19" } },
    { "numbness", action = "lock", source = "D-004-19" },
    { "radiating_pain", action = "lock", source = "D-004-19" },
    { "dizziness", action = "lock", source = "a red flag that the guides leave out" },
    { "chest_pain", action = "lock", source = "a red flag that the guides leave out" },
    { "breathless", action = "lock", source = "a red flag that the guides leave out" },
    { "calf_pain", action = "lock", source = "a red flag that the guides leave out" },
    { "bleeding", action = "lock", source = "a red flag that the guides leave out" },
    { "fever", action = "lock", source = "a red flag that the guides leave out" },
    { "headache", action = "lock", source = "a red flag that the guides leave out" },
    { "vision", action = "lock", source = "a red flag that the guides leave out" },
    { "wound", action = "lock", source = "a red flag that the guides leave out" },
  },
  referrals = {
    { "leak", source = { "D-000-1", "D-002-30" } },
    { "heaviness", source = { "D-000-3", "D-001-5", "D-002-30" } },
    { "back_pain", sessions = 3, source = "D-000-2" },
  },
}
