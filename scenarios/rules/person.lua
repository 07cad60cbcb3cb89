-- Rules of the guides that are claims about the body: checked against the model of the person. Their
-- twins break the model, each by taking one effect out of it.
local taut = require "taut"
local twins = require "twins"

local CMH2O = 98.0665

local function model(rule)
  rule.name, rule[1] = rule[1], nil
  rule.tags = { "rule", "person" }
  rule.rig = rule.rig or "two_cable_trainer"
  rule.params = rule.params or { form_check = { false_alarm = 0 } }
  return taut.scenario(rule)
end

-- ------------------------------------------------------------------- the pressure system, guide 000

-- Greatest abdominal pressure, and least distance to the leak point, of the next repetition [cmH2O].
local function pressure_of_a_repetition(s)
  local rep = s:value "user.rep"
  local pressure = s:measure("greatest", "user.iap_pa")
  local margin = s:measure("greatest", "user.iap_pa - user.leak_point_pa")
  s:wait_until("user.rep >= " .. rep + 1, { within = "30 s" })
  return pressure:take() / CMH2O, -margin:take() / CMH2O
end

local function hold_the_breath(s)
  s:start_set()
  s:wait_until("user.rep >= 2", { within = "60 s" })
  local together, far = pressure_of_a_repetition(s)
  s:set("user.form_fault_set", "breath_hold")
  pressure_of_a_repetition(s)
  local apart, near = pressure_of_a_repetition(s)
  s:check(apart > together + 5, { text = "against a held breath the pressure is higher",
    expected = ("more than %.1f cmH2O"):format(together + 5), got = ("%.1f cmH2O"):format(apart) })
  s:check(near < far - 5, { text = "and nearer to the leak point",
    expected = ("less than %.1f cmH2O"):format(far - 5), got = ("%.1f cmH2O"):format(near) })
end

-- ------------------------------------------------------------------------ tired muscles, guide 001

local HIPS = { exercise = "cable_hip_extension", load = lb(45), reps = 60 }

-- Repetitions until she gives up.
local function repetitions(least, most)
  return function(s)
    s:start_set()
    s:wait_until("user.has_given_up or session.state != working", { within = "400 s" })
    local n = s:value "user.rep"
    s:check(n >= least and n <= most, { text = "repetitions until she gives up",
      expected = ("%d to %d"):format(least, most), got = ("%d"):format(n) })
  end
end

-- ------------------------------------------------------------------------------ the chain, guide 003

-- Tone of the pelvic floor at rest, greatest activation of the deep wall and height of the dome.
local function chain(is_broken)
  return function(s)
    s:wait "2 s"
    local tone = s:value "user.pelvic_floor"
    local wall = s:measure("greatest", "user.transversus")
    local dome = s:measure("greatest", "user.cone_height_m")
    s:start_set()
    s:wait_until("user.rep >= 3", { within = "60 s" })
    local function check(text, value, limit, is_above)
      s:check((value > limit) == is_above, { text = text, got = ("%.3g"):format(value),
        expected = (is_above and "more than %g" or "at most %g"):format(limit) })
    end
    check("tone of the pelvic floor at rest", tone, 0.17, is_broken)
    check("activation of the deep wall", wall:take(), 0.3, not is_broken)
    check("height of the dome [mm]", 1000 * dome:take(), 0.415, is_broken)
  end
end

-- -------------------------------------------------------------------------- weeks, guide 002

-- Motor and cable in the mean of a millisecond: a model of muscles needs no more.
local WEEKS = taut.rig {
  name = "weeks", help = "a trainer for weeks of training", machine = "home_trainer",
  base_period = "1 ms", sides = { "left", "right" },
  roles = {
    motor = "motor_averaged", cable = "cable_averaged", user = "user", form_check = "form_check",
    controller = { model = "resistance", period = "1 ms" }, spotter = "spotter",
    session = "session_basic",
  },
}

-- Three sets a week for six weeks; strength at the end of a week.
local function train_for_weeks(s)
  local strength = { [0] = s:value "user.strength" }
  for week = 1, 6 do
    for _ = 1, 3 do
      s:start_set()
      s:wait_until("session.state == resting", { within = "120 s" })
      s:skip(days(2))
    end
    s:skip(days(1))
    strength[week] = s:value "user.strength"
  end
  s:check(strength[3] >= strength[0] + 0.02, { text = "after three weeks she is stronger",
    expected = ("at least %.3f"):format(strength[0] + 0.02), got = ("%.3f"):format(strength[3]) })
  s:check(strength[6] >= strength[3] + 0.01, { text = "after six weeks again",
    expected = ("at least %.3f"):format(strength[3] + 0.01), got = ("%.3f"):format(strength[6]) })
end

-- ------------------------------------------------------------------------- who comes, guide 002

-- P(X <= k) of n draws with probability p, exactly.
local function binomial(k, n, p)
  local log_term, sum = n * math.log(1 - p), 0
  for i = 0, k do
    sum = sum + math.exp(log_term)
    log_term = log_term + math.log((n - i) / (i + 1)) + math.log(p / (1 - p))
  end
  return sum
end

-- Whether k of n are compatible with a share between low and high: neither tail of the exact
-- interval of 99.9 % is left.
local function is_compatible(k, n, low, high)
  return binomial(k, n, low) >= 0.0005 and 1 - binomial(k - 1, n, high) >= 0.0005
end

local PERSONS = 3000

local function sample_persons(priors)
  return function(s)
    local split, pain = 0, 0
    for seed = 1, PERSONS do
      local persona = taut.persona("population", seed, priors)
      if persona.facts.had_diastasis_at_six_weeks then split = split + 1 end
      if persona.life.back_pain > 0 then pain = pain + 1 end
    end
    local function check(k, low, high, text)
      s:check(is_compatible(k, PERSONS, low, high), { text = text,
        expected = ("%g to %g %%, within the exact interval of 99.9 %%"):format(100 * low, 100 * high),
        got = ("%d of %d"):format(k, PERSONS) })
    end
    check(split, 0.6, 0.6, "60 % have a diastasis six weeks after the birth")
    check(pain, 0.5, 0.7, "50 to 70 % have pain in the low back")
  end
end

taut.persona("population", 1)

return {
  model {
    "breath against the effort raises the pressure and brings it nearer to the leak point",
    rows = { "D-000-11" },
    user = "strong_adult",
    set = { exercise = "goblet_squat", load = lb(20), reps = 6 },
    script = hold_the_breath,
    twin = twins.person("a held breath presses nothing",
      { valsalva_pa = 0, leak_breath_hold_pa = 0, breath_pa = 0 }),
  },
  model {
    "a rested person lifts at least fifteen times",
    rows = { "D-001-8" }, user = "strong_adult", set = HIPS, script = repetitions(15, 60),
    twin = twins.person("everything tires her", { fatigability = 3 }),
  },
  model {
    "buttocks that grip all day come tired to the set: no more than twelve times",
    rows = { "D-001-8" }, user = { "strong_adult", initial_fatigue = 0.3 }, set = HIPS,
    script = repetitions(1, 12),
    twin = twins.person("gripping tires nothing", { initial_fatigue = 0 }),
  },
  model {
    "three weeks of training show, six show more",
    rows = { "D-002-33" },
    rig = WEEKS,
    user = { "complying", sleep_sd = s(0) },
    set = { exercise = "seated_row", load = lb(50), reps = 8 },
    timeout = days(50),
    script = train_for_weeks,
    twin = twins.person("training adds no strength", { gain_per_dose = 0 }),
  },
  model {
    "with the diaphragm the pelvic floor rests and the deep wall holds",
    rows = { "D-003-4" },
    user = "strong_adult",
    set = { exercise = "goblet_squat", load = lb(25), reps = 4 },
    script = chain(false),
    twin = twins.person("the chain is broken", { diaphragm = 0 }),
  },
  model {
    "without the diaphragm the pelvic floor is tense, the deep wall slack, and doming nearer",
    rows = { "D-003-4" },
    user = { "strong_adult", diaphragm = 0 },
    set = { exercise = "goblet_squat", load = lb(25), reps = 4 },
    script = chain(true),
    twin = twins.person("nothing hangs on the diaphragm", { diaphragm = 1 }),
  },
  model {
    "as many come with a diastasis and with pain in the back as is known of women after a birth",
    rows = { "D-002-39" },
    user = "population",
    script = sample_persons(),
    twin = { name = "person: another population",
      script = sample_persons { linea_width = 22, back_pain_share = 0.4 } },
  },
}
