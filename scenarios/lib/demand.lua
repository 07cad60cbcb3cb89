-- Scenarios of demands: a set begins, and at a random instant of it one thing happens that requirements
-- must answer. Each seed is another person, load, instant and size of what happens. Such runs are for
-- claims (docs/statistics.md): many of them, their number fixed beforehand.
local demand = {}

local RAMP_N_S, REPETITION_S = 48, 6

-- Everything of the sampled person but strength, grip and symptoms: she must be able to train with every
-- load, and a symptom of her own would be a second demand.
local function person()
  return {
    "population",
    strength_scale = 2.9, grip_n = N(550), strap_share = 0.6, slip_probability = 0, back_pain = 0,
    leak_point_pa = cmH2O(220), leak_healed_pa = cmH2O(220), iap_scale = 0.45, heaviness_share = 5,
    heaviness_s = s(10000), linea_width_m = mm(15), linea_healed_m = mm(15),
  }
end

local PERSON = "person: models/users/population.lua, strong enough and without symptoms of her own;"
local LOAD = " load: whole pounds per cable, logarithm uniform from %d to 110 lb;"
local INSTANT = " instant: uniform from the armed machine to the end of the first repetition"

-- A number between two, by the seed of the run.
function demand.between(low, high)
  return low + (high - low) * math.random()
end

-- One of a list, by the seed of the run.
function demand.one_of(list)
  return list[math.random(#list)]
end

-- A load for the next set, by the seed of the run.
function demand.load(s, least_lb)
  least_lb = least_lb or 10
  local pounds = math.floor(least_lb * (110 / least_lb) ^ math.random() + 0.5)
  s:set("session.left_set_load_n", lb(pounds))
  s:set("session.right_set_load_n", lb(pounds))
  return pounds
end

-- A machine that has been armed with a random load, at a random instant of ramp or repetition. With a
-- condition the instant is drawn again within the next 0.4 s until the condition holds.
function demand.instant(s, condition, least_lb)
  local pounds = demand.load(s, least_lb)
  s:event("session.request", "start_set")
  s:wait_until("controller.armed", { within = "10 s", text = "the machine is armed" })
  s:wait(ms(math.floor(1000 * demand.between(0, lb(pounds):to "N" / RAMP_N_S + REPETITION_S))))
  while condition and not (s:value(condition) == 1) do
    s:wait(ms(1 + math.floor(demand.between(0, 400))))
  end
end

-- The fields of a scenario with what all demands have in common. `when`: a condition on the instant, in
-- words; `least_lb`: the least load that is drawn;
-- `instant`: another instant than that of demand.instant, in words. The tag "full" leaves a demand to campaigns that have the time.
function demand.fields(fields)
  local when, least_lb = fields.when, fields.least_lb or 10
  fields.when, fields.least_lb = nil, nil
  fields.tags = fields.tags or { "demand" }
  fields.covers = fields.covers or fields.demand
  fields.rig = "two_cable_trainer"
  fields.user = person()
  fields.set = { exercise = "seated_row", load = lb(10), reps = 10 }
  fields.params = { form_check = { false_alarm = 0, cone_noise = mm(0) } }
  fields.timeout = "60 s"
  local instant = fields.instant or INSTANT .. (when and ", " .. when or "")
  fields.instant = nil
  fields.distribution = PERSON .. LOAD:format(least_lb) .. instant
    .. (fields.distribution and "; " .. fields.distribution or "")
  return fields
end

return demand
