-- What can go wrong with the machine, how it is noticed and what must happen then. The requirements
-- that hold it to that stand in requirements.lua and name these ids; a hazard that no run exercised is
-- reported as a gap.
--
-- Status D: a design proposal that nobody has approved. Severity is that of the harm without the
-- measure.
local taut = require "taut"

local proposal = "design proposal"

return taut.hazards {
  {
    id = "H1",
    failure = "runaway torque: a stuck command, a current sensor that lies, software",
    detection = "current above 1.2 times its command for 3 ms; cable force above command + 10 %"
      .. " or 10 N for 20 ms",
    requirement = "the drive's ceiling follows the prescription; with it defeated the controller"
      .. " trips within"
      .. " 3 ms, torque is off by 6 ms, at most 5 J of excess work on the handle",
    safe_state = "sto",
    severity = "critical",
    source = proposal,
    status = "D",
  },
  {
    id = "H2",
    failure = "sudden drop of the load: whoever leans against the cable falls",
    detection = "rate of the command",
    requirement = "at most 500 N/s down while training, 1,000 N/s after a symptom, 2,000 N/s and"
      .. " at least 100 ms"
      .. " in a safe stop; safe torque off is exempt, logged, and only for runaway, encoder loss"
      .. " and over-speed",
    safe_state = "ss1",
    severity = "serious",
    source = "design proposal; balance answers after 90 to 120 ms",
    status = "D",
  },
  {
    id = "H3",
    failure = "the cable parts: the motor winds a loose end up",
    detection = "cable force gone while the spool runs in, with a hand still on the sensor",
    requirement = "no more than 20 N asked for 30 ms after the break, take-up at most 1.5 m/s,"
      .. " latched; the"
      .. " cable carries six times the greatest load",
    safe_state = "released",
    severity = "serious",
    source = proposal,
    status = "D",
  },
  {
    id = "H4",
    failure = "the encoder sticks: torque on the wrong angle, no speed limit",
    detection = "current without motion while the observer or the back-emf says otherwise;"
      .. " encoder's health bit",
    requirement = "torque off at once, within 120 ms in motion; latched",
    safe_state = "sto",
    severity = "critical",
    source = proposal,
    status = "D",
  },
  {
    id = "H4b",
    failure = "the encoder slips on its shaft: with 10 pole pairs 9 degrees reverse the torque",
    detection = "load cell against current; current without the force it should give",
    requirement = "torque off within 100 ms of a slip that costs half of the torque or more",
    safe_state = "sto",
    severity = "critical",
    source = proposal,
    status = "D",
  },
  {
    id = "H5",
    failure = "the link is lost: nobody gives orders any more",
    detection = "no refresh of the prescription for 50 ms; no command to the drive for 100 ms",
    requirement = "a safe stop that begins within 100 ms of the last refresh; the drive's own"
      .. " watchdog",
    safe_state = "ss1",
    severity = "critical",
    source = proposal,
    status = "D",
  },
  {
    id = "H6",
    failure = "stale command: the link lives and the prescription stands still",
    detection = "age of the refresh counter above 50 ms; other traffic does not reset it",
    requirement = "as for a lost link",
    safe_state = "ss1",
    severity = "critical",
    source = proposal,
    status = "D",
  },
  {
    id = "H7",
    failure = "over-speed while retracting: the handle strikes, a finger is caught",
    detection = "measured speed",
    requirement = "limited in the fast loop to 1.0 m/s up to 50 lb and 1.5 m/s at 110 lb; torque"
      .. " off at 1.5 times"
      .. " the profile's limit",
    safe_state = "sto",
    severity = "serious",
    source = proposal,
    status = "D",
  },
  {
    id = "H8",
    failure = "over-speed while paying out: beyond the drive's voltage the force is nobody's",
    detection = "measured speed above 2.5 m/s",
    requirement = "torque off, no force spike",
    safe_state = "sto",
    severity = "serious",
    source = proposal,
    status = "D",
  },
  {
    id = "H9",
    failure = "motor or drive too hot",
    detection = "winding sensor: 85 degC derates, 98 degC stops",
    requirement = "the load's cap falls linearly, the force ramps, a safe stop before the drive"
      .. " trips at 100 degC",
    safe_state = "ss1",
    severity = "serious",
    source = "design proposal; 85 and 100 degC are defaults of vedderb/bldc",
    status = "D",
  },
  {
    id = "H10",
    failure = "brown-out: the supply sags and the torque with it",
    detection = "bus under 85 % of its nominal voltage",
    requirement = "a safe stop fed by the bus capacitors; no load again before re-arming",
    safe_state = "ss1",
    severity = "serious",
    source = proposal,
    status = "D",
  },
  {
    id = "H11",
    failure = "regenerated energy raises the bus: the drive trips and drops the load",
    detection = "bus above the voltage at which the chopper holds it",
    requirement = "a safe stop instead of a trip; the bus stays at 60 V",
    safe_state = "ss1",
    severity = "serious",
    source = "design proposal; 60 V DC bounds safety extra-low voltage",
    status = "D",
  },
  {
    id = "H12",
    failure = "the force sensor freezes or is biased",
    detection = "reading still for 200 ms in motion; load cell against current, 10 % or 20 N;"
      .. " zero at rest",
    requirement = "a safe stop within 200 ms; no arming with an offset above 15 N",
    safe_state = "ss1",
    severity = "serious",
    source = proposal,
    status = "D",
  },
  {
    id = "H13",
    failure = "the handle is let go under load",
    detection = "hand sensor; cable force gone while the spool runs in",
    requirement = "20 N at most 10 ms after detection, 100 ms after the release in any case;"
      .. " take-up at most"
      .. " 0.5 m/s from 100 ms on; latched",
    safe_state = "released",
    severity = "critical",
    source = proposal,
    status = "D",
  },
  {
    id = "H14",
    failure = "entanglement: hair, clothing or a child in the cable",
    detection = "no hand and no motion under force; emergency stop",
    requirement = "20 N at most 100 ms into a stop; torque off after 3 s without a hand and"
      .. " without motion",
    safe_state = "ss1",
    severity = "critical",
    source = proposal,
    status = "D",
  },
  {
    id = "H15",
    failure = "one side pulls harder or lags",
    detection = "loads 10 % or 15 N apart, handles 50 mm apart, for 200 ms",
    requirement = "both sides go to the lower one, as a ramp",
    safe_state = "assist",
    severity = "serious",
    source = proposal,
    status = "D",
  },
  {
    id = "H16",
    failure = "the person panics",
    detection = "emergency stop, handle button, voice",
    requirement = "the answer begins within 100 ms, 20 N at most 300 ms later, and the load"
      .. " never rises",
    safe_state = "ss1",
    severity = "critical",
    source = proposal,
    status = "D",
  },
  {
    id = "H17",
    failure = "pounds taken for kilograms, a number out of range",
    detection = "range of the prescription; a change of more than 10 %, 1 to 10 lb, needs a"
      .. " confirmation",
    requirement = "never above the prescription; an unconfirmed jump is not followed; nonsense"
      .. " stops the machine",
    safe_state = "ss1",
    severity = "critical",
    source = proposal,
    status = "D",
  },
  {
    id = "H18",
    failure = "a value that is not a number, infinite, or wrapped around",
    detection = "every input is checked",
    requirement = "last good value, then a safe stop; commands stay numbers within the limits of"
      .. " the machine",
    safe_state = "ss1",
    severity = "critical",
    source = proposal,
    status = "D",
  },
  {
    id = "H19",
    failure = "the controller misses its deadlines or hangs",
    detection = "age of the torque command; three late calls in a hundred",
    requirement = "a safe stop; the drive ramps the torque out when its command is 100 ms old",
    safe_state = "ss1",
    severity = "critical",
    source = proposal,
    status = "D",
  },
  {
    id = "H20",
    failure = "the controller restarts in mid-repetition",
    detection = "it starts with everything unknown",
    requirement = "no torque until the handle has been home and the machine is armed again in"
      .. " two steps",
    safe_state = "latched",
    severity = "serious",
    source = proposal,
    status = "D",
  },
  {
    id = "H21",
    failure = "unexpected start; a child at the handle",
    detection = "two-step arming: a request, then the handle held 5 cm out and still for 1 s,"
      .. " then a confirmation",
    requirement = "the first load rises from 10 N at 50 N/s at most; disarmed after 30 s without"
      .. " a hand",
    safe_state = "latched",
    severity = "critical",
    source = proposal,
    status = "D",
  },
  {
    id = "H22",
    failure = "the spotter misses a struggle, or helps where none is needed",
    detection = "speed and place of the handle against the set",
    requirement = "help within 0.5 s, a full unload on failure, never above the prescription;"
      .. " its rates over many"
      .. " people are a statistic",
    safe_state = "assist",
    severity = "serious",
    source = proposal,
    status = "D",
  },
  {
    id = "H23",
    failure = "a report of a symptom is lost, forgotten or answered too late",
    detection = "acknowledgement of every report; two listeners, controller and spotter",
    requirement = "half the load by 0.5 s, unloaded by 2 s, latched; no load comes back before"
      .. " re-arming",
    safe_state = "symptom_ramp",
    severity = "critical",
    source = proposal,
    status = "D",
  },
  {
    id = "H24",
    failure = "the wrong person's profile",
    detection = "identity of the profile",
    requirement = "who is not known gets the lowest limits",
    safe_state = "normal",
    severity = "serious",
    source = proposal,
    status = "D",
  },
  {
    id = "H25",
    failure = "repetitions miscounted: the load goes while the person still lifts",
    detection = "the count follows the handle's travel",
    requirement = "counted when lowered; no unload while the person lifts",
    safe_state = "none",
    severity = "serious",
    source = proposal,
    status = "D",
  },
  {
    id = "H26",
    failure = "the record of a run is lost or tampered with",
    detection = "checksums of the trace, hash of the run, counters that never jump",
    requirement = "every loss and every changed bit is found",
    safe_state = "none",
    severity = "serious",
    source = proposal,
    status = "D",
  },
  {
    id = "H27",
    failure = "slack cable: the spool winds loose turns, the next pull is a snatch",
    detection = "cable force gone while the handle does not follow",
    requirement = "slack is wound up slowly: within the speed limits of the take-up",
    safe_state = "released",
    severity = "minor",
    source = proposal,
    status = "D",
  },
  {
    id = "H28",
    failure = "the emergency stop is stuck or its wire open",
    detection = "two normally-closed contacts, read before arming and ever after",
    requirement = "one open contact keeps the machine from being armed and stops it when armed",
    safe_state = "latched",
    severity = "critical",
    source = proposal,
    status = "D",
  },
}
