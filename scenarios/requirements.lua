-- What the machine must do, each sentence once: scenarios name the ids, every report shows them.
--
-- All limits are design proposals (docs/safety-limits.md). Nobody has approved any of them, so no
-- entry has the field `approved`. Response times run from the row in which an observation reaches the
-- controller, and commands are judged, not only filtered measurements: a slack cable satisfies
-- "tension is low". Entries marked `everywhere` watch every run.
--
-- A margin shall tell how far the machine was from breaking the requirement, not how far it was from a
-- trigger or from a side condition. Comparisons that only say when a requirement applies are written
-- `(...) == true`: they decide, and stay out of the margin.
local taut = require "taut"

-- Parts that several formulas share ------------------------------------------------------------------

-- A symptom, a stop by voice or button, or a cone that the form check saw has reached the role.
local function symptom_at(role)
  return (([[((changed(R.report_seq) and R.report != none and R.report != too_heavy
    and R.report != cramp and R.report != breath_done)
    or (changed(R.form_alert_seq) and R.form_alert == cone))]]):gsub("R%.", role .. "."))
end
local symptom = symptom_at "controller"

-- Some rows after `event`, and the machine has not been armed again since.
local function until_armed(from, event)
  return ("((not rise(controller.armed)) since[%s, inf] %s)"):format(from, event)
end

-- The person has let go of a loaded handle and not taken it again.
local function empty_handle(from)
  return ("((not rise(user.is_holding)) since[%s, inf] %s)"):format(from,
    "(fall(user.is_holding) and prev ((load.command_n > 20 N) == true))")
end

local training = "(controller.safety_state == normal or controller.safety_state == assist)"
local stopping = [[(controller.safety_state == ss1 or controller.safety_state == sto
  or controller.safety_state == released or controller.safety_state == latched)]]
local no_torque = [[(not controller.torque_permit and load.command_n <= 0.01 N
  and abs(controller.torque_command_nm) <= 0.001 N m)]]
local is_open = "(not controller.estop_a_closed or not controller.estop_b_closed)"
local retracts = [[(rate(controller.encoder_angle_rad, 2 ms) < -64.3 rad/s
  or (controller.profile != general and rate(controller.encoder_angle_rad, 2 ms) < -42.9 rad/s))]]
local restarted = "((delta(controller.torque_seq) < 0) == true)"
local doubt = "(abs(controller.load_cell_n - cable.tension_n) > max(25 N, 0.15 * cable.tension_n))"
local frozen = [[((not changed(controller.load_cell_n) and abs(cable.handle_speed_m_s) > 0.05 m/s)
  for 150 ms and abs(controller.load_cell_n - cable.tension_n) > 5 N)]]
local confirm = "(changed(controller.command_seq) and controller.command == arm_confirm)"
local bottom = [[((controller.position_m <= controller.range_min_m
  + 0.15 * (controller.range_max_m - controller.range_min_m)) == true)]]
-- Unloaded; the second half may wait for 1 s while the handle is in the bottom 15 % of the range.
local function unloaded_after(event)
  return ("(load.command_n <= 10 N or (once[0 s, 3 s] %s and once[0 s, 1500 ms] %s))")
    :format(event, bottom)
end

-- Every port of a role is a number.
local function numbers(role, ports)
  local parts = {}
  for port in ports:gmatch "%S+" do
    parts[#parts + 1] = ("is_number(%s.%s)"):format(role, port)
  end
  return "always (" .. table.concat(parts, " and ") .. ")"
end

-- Puts the parts in: "{symptom}" stands for the local of that name.
local parts = {
  symptom = symptom,
  training = training,
  stopping = stopping,
  no_torque = no_torque,
  is_open = is_open,
  restarted = restarted,
  confirm = confirm,
  retracts = retracts,
  doubt = doubt,
  frozen = frozen,
}
local function formula(text)
  return (text:gsub("{([%w_]+)}", parts))
end

local limits = "docs/safety-limits.md: "

return taut.requirements {
  -- The load --------------------------------------------------------------------------------------
  {
    id = "SR-001",
    text = "the load is never above the mode law of the prescription plus half a pound",
    formula = [[
      always (load.command_n <= max(10 N, max(session.load_n, 3 s) + 0.5 lb)
        or (session.mode == eccentric
          and load.command_n <= max(session.load_n, 3 s) * (1 + session.mode_eccentric_gain) + 0.5 lb)
        or (session.mode == chain and load.command_n <= max(session.load_n, 3 s) + 0.5 lb
          + clamp(session.mode_stiffness_n_m * (controller.position_m - session.range_min_m),
              0 N, max(session.load_n, 3 s)))
        or (session.mode == elastic and load.command_n <= max(session.load_n, 3 s) + 0.5 lb
          + max(session.mode_stiffness_n_m * (controller.position_m - session.range_min_m), 0 N)))]],
    hazard = { "H1", "H17", "H22" },
    severity = "critical",
    source = limits .. "normal",
    safe_state = "normal",
    everywhere = true,
  },
  {
    id = "SR-002",
    text = "a person who can lift the load gets no help, and every repetition counts",
    formula = [[always (spotter.state == watching)]],
    hazard = "H22",
    severity = "minor",
    source = limits .. "normal",
    safe_state = "assist",
  },
  {
    id = "SR-003",
    text = "while training the load rises at most 200 N/s and falls at most 500 N/s",
    formula = formula [[
      whenever (controller.armed and {training} and session.mode != isokinetic
          and session.mode != isometric and session.mode != damper) for 20 ms
      then rate(load.command_n, 20 ms) <= 200 N/s and rate(load.command_n, 20 ms) >= -500 N/s]],
    hazard = "H2",
    severity = "serious",
    source = limits .. "normal",
    safe_state = "normal",
    everywhere = true,
  },
  {
    id = "SR-004",
    text = "a machine that is not armed pulls with 10 N at most, one that is disarmed not at all",
    formula = formula [[
      always ((controller.armed or load.command_n <= 10 N)
        and (controller.arm_state != disarmed or {no_torque}))]],
    hazard = { "H21", "H20" },
    severity = "critical",
    source = limits .. "latched",
    safe_state = "latched",
    everywhere = true,
  },
  {
    id = "SR-005",
    text = "a latched machine gives no torque",
    formula = formula [[whenever controller.safety_state == latched then {no_torque}]],
    hazard = { "H16", "H10", "H20", "H23" },
    severity = "critical",
    source = limits .. "latched",
    safe_state = "latched",
    everywhere = true,
  },
  {
    id = "SR-006",
    text = "a reaction ends in the latched state and nowhere else",
    formula = formula [[
      whenever prev (controller.safety_state == symptom_ramp or controller.safety_state == ss1
          or controller.safety_state == sto or controller.safety_state == released)
      then not {training} or {restarted}]],
    hazard = { "H16", "H23" },
    severity = "critical",
    source = limits .. "latched",
    safe_state = "latched",
    everywhere = true,
  },
  {
    id = "SR-007",
    text = "the latched state ends by an acknowledgement only",
    formula = formula [[
      whenever fall(controller.safety_state == latched)
      then once[0 s, 100 ms] (changed(controller.command_seq) and controller.command == acknowledge)
        or {restarted}]],
    hazard = { "H16", "H23", "H10" },
    severity = "critical",
    source = limits .. "latched",
    safe_state = "latched",
    everywhere = true,
  },
  {
    id = "SR-008",
    text = "every command is a number within the limits of the machine: 110 lb, 25 N m, 100 A",
    formula = [[
      always (load.command_n <= 110.5 lb and abs(controller.torque_command_nm) <= 25 N m
        and controller.current_ceiling_a <= 100 A)]],
    hazard = "H18",
    severity = "critical",
    source = limits .. "normal",
    safe_state = "ss1",
    everywhere = true,
  },
  {
    id = "SR-009",
    text = "the tension of the cable stays under the command plus 10 % or 10 N, in the mean of"
      .. " 100 ms,"
      .. " unless the person speeds the handle up",
    formula = formula [[
      whenever (controller.armed and ({training} or controller.safety_state == symptom_ramp)
          and (rate(cable.handle_speed_m_s, 100 ms) <= 2 m/s2) == true) for 100 ms
      then avg(cable.tension_n, 100 ms)
        <= avg(load.command_n, 100 ms) + max(0.1 * avg(load.command_n, 100 ms), 10 N)]],
    hazard = "H1",
    severity = "critical",
    source = limits .. "normal",
    safe_state = "sto",
    everywhere = true,
  },
  {
    id = "SR-010",
    text = "the handle carries the prescribed load, lifting and lowering, within 3 % or 2.2 N",
    formula = formula [[
      whenever ((abs(cable.handle_speed_m_s) > 0.1 m/s and controller.safety_state == normal
          and user.rep >= 1 and max(cable.handle_speed_m_s, 300 ms)
            - min(cable.handle_speed_m_s, 300 ms) < 0.05 m/s) == true) for 300 ms
      then abs(avg(cable.tension_n, 300 ms) - session.load_n) <= max(2.2 N, 0.03 * session.load_n)]],
    hazard = { "H1", "H17" },
    severity = "minor",
    source = limits .. "normal",
    safe_state = "normal",
  },
  {
    id = "SR-011",
    text = "the drive's current ceiling follows the prescription: 25 % and 1 A above what it needs",
    formula = [[
      always (controller.current_ceiling_a <= 1.25 * 35 mm / 0.6 N m/A
          * max(10 N, max(session.load_n, 3 s)) + 1.01 A)]],
    hazard = "H1",
    severity = "critical",
    source = limits .. "runaway",
    safe_state = "sto",
  },
  {
    id = "SR-012",
    text = "a current that runs away from its command ends in safe torque off within 6 ms",
    formula = [[
      whenever rise(abs(controller.iq_a)
          > 1.2 * max(abs(controller.torque_command_nm), 5 ms) / 0.6 N m/A + 2 A)
      then within 6 ms (not controller.torque_permit or abs(controller.iq_a)
          <= 1.2 * max(abs(controller.torque_command_nm), 5 ms) / 0.6 N m/A + 2 A)]],
    hazard = "H1",
    severity = "critical",
    source = limits .. "runaway",
    safe_state = "sto",
  },
  {
    id = "SR-013",
    text = "a runaway does at most 5 J of work on the handle beyond what the command would have"
      .. " done",
    formula = [[
      whenever controller.safety_state == sto
      then integral(max(cable.tension_n - load.command_n, 0 N) * max(-cable.handle_speed_m_s, 0 m/s))
        - delayed(integral(max(cable.tension_n - load.command_n, 0 N)
            * max(-cable.handle_speed_m_s, 0 m/s)), 500 ms) <= 5 J]],
    hazard = "H1",
    severity = "critical",
    source = limits .. "runaway",
    safe_state = "sto",
  },

  {
    id = "SR-096",
    text = "in steady motion the tension ripples by 5 % at most, root mean square about its mean",
    formula = [[
      whenever ((abs(cable.handle_speed_m_s) > 0.1 m/s and controller.safety_state == normal
          and user.rep >= 1 and max(cable.handle_speed_m_s, 300 ms)
            - min(cable.handle_speed_m_s, 300 ms) < 0.05 m/s) == true) for 300 ms
      then rms(cable.tension_n - avg(cable.tension_n, 300 ms), 300 ms)
        <= 0.05 * avg(cable.tension_n, 300 ms)]],
    hazard = "H2",
    severity = "minor",
    source = limits .. "normal",
    safe_state = "normal",
  },

  {
    id = "SR-095",
    text = "past the range of motion by a tenth of it the load is 20 N at most, or on its way there",
    formula = [[
      whenever (controller.armed and (controller.profile != general and controller.position_m
          > session.range_max_m + 0.1 * (session.range_max_m - session.range_min_m)) == true)
        for 50 ms
      then load.command_n <= 20.5 N or (rate(load.command_n, 20 ms) <= -450 N/s) == true]],
    hazard = "H7",
    severity = "serious",
    source = limits .. "past the range of motion",
    safe_state = "normal",
  },

  -- The safe stop (ss1) and safe torque off -------------------------------------------------------
  {
    id = "SR-014",
    text = "a safe stop lowers the load by at most 2,000 N/s",
    formula = [[
      whenever (controller.safety_state == ss1) for 20 ms
      then rate(load.command_n, 20 ms) >= -2000 N/s or not controller.hand_presence]],
    hazard = { "H2", "H5", "H9", "H10", "H11" },
    severity = "serious",
    source = limits .. "ss1",
    safe_state = "ss1",
    everywhere = true,
  },
  {
    id = "SR-015",
    text = "a safe stop ramps, it does not drop: half of the load is left after 50 ms",
    formula = [[
      whenever rise(controller.safety_state == ss1) and controller.hand_presence
      then after 50 ms (load.command_n >= 0.5 * delayed(load.command_n, 50 ms)
        or controller.safety_state != ss1 or not controller.hand_presence)]],
    hazard = { "H2", "H5", "H9", "H10", "H11" },
    severity = "serious",
    source = limits .. "ss1",
    safe_state = "ss1",
  },
  {
    id = "SR-016",
    text = "300 ms after a safe stop has begun the load is 20 N at most, until armed again",
    formula = formula(
      "whenever " .. until_armed("300 ms", "rise(controller.safety_state == ss1)")
      .. " then load.command_n <= 20 N"),
    hazard = { "H5", "H9", "H10", "H11", "H12", "H16", "H18" },
    severity = "critical",
    source = limits .. "ss1",
    safe_state = "ss1",
    everywhere = true,
  },
  {
    id = "SR-017",
    text = "safe torque off is for runaway, encoder loss and over-speed only: it drops the load",
    formula = formula [[
      whenever rise(controller.safety_state == sto) and prev {training}
      then controller.cause == runaway or controller.cause == encoder
        or controller.cause == over_speed]],
    hazard = "H2",
    severity = "serious",
    source = limits .. "sto",
    safe_state = "sto",
    everywhere = true,
  },
  {
    id = "SR-018",
    text = "safe torque off means no torque: no permit, no command, a drive that does not run",
    formula = formula [[
      whenever controller.safety_state == sto
      then {no_torque} and ((time_since(rise(controller.safety_state == sto)) < 2 ms) == true
        or motor.drive_state != run)]],
    hazard = { "H1", "H4", "H4b", "H7", "H8" },
    severity = "critical",
    source = limits .. "sto",
    safe_state = "sto",
    needs = "full",
    everywhere = true,
  },

  -- A handle that nobody holds, a cable that carries nothing --------------------------------------
  {
    id = "SR-020",
    text = "the spool takes up the cable of an empty handle with 1.0 m/s at most, above 50 lb"
      .. " 1.5 m/s",
    formula = "whenever " .. empty_handle "0 s" .. [[

      then peak(cable.take_up_speed_m_s) <= 1.0 m/s
        or (peak(cable.take_up_speed_m_s) <= 1.5 m/s
          and (at(fall(user.is_holding), session.load_n) > 50 lb) == true)]],
    hazard = { "H7", "H13" },
    severity = "serious",
    source = limits .. "released",
    safe_state = "released",
    everywhere = true,
  },
  {
    id = "SR-021",
    text = "10 ms after the handle sensor has lost the hand the load is 20 N at most, until"
      .. " armed again",
    formula = "whenever " .. until_armed("10 ms",
      "(fall(controller.hand_presence) and prev ((load.command_n > 20 N) == true))")
      .. " then load.command_n <= 20 N",
    hazard = { "H13", "H14" },
    severity = "critical",
    source = limits .. "released",
    safe_state = "released",
    everywhere = true,
  },
  {
    id = "SR-022",
    text = "from 100 ms after the release the spool takes up 0.5 m/s at most",
    formula = "whenever " .. empty_handle "100 ms"
      .. " then peak(cable.take_up_speed_m_s) <= 0.5 m/s",
    hazard = { "H7", "H13" },
    severity = "serious",
    source = limits .. "released",
    safe_state = "released",
    everywhere = true,
  },
  {
    id = "SR-023",
    text = "a release ends latched, within 20 s",
    formula = [[
      whenever rise(controller.safety_state == released)
      then within 20 s (controller.safety_state == latched)]],
    hazard = "H13",
    severity = "serious",
    source = limits .. "latched",
    safe_state = "latched",
  },
  {
    id = "SR-024",
    text = "a handle that was let go carries 20 N at most after 100 ms, whatever its sensor says",
    formula = "whenever " .. empty_handle "100 ms" .. " then load.command_n <= 20 N",
    hazard = "H13",
    severity = "critical",
    source = limits .. "released",
    safe_state = "released",
    everywhere = true,
  },
  {
    id = "SR-025",
    text = "30 ms after a cable has parted its motor is asked for 20 N at most, until armed again",
    formula = "whenever " .. until_armed("30 ms", "rise(cable.is_broken)")
      .. " then load.command_n <= 20 N",
    hazard = "H3",
    severity = "serious",
    source = limits .. "released",
    safe_state = "released",
    needs = "full",
    everywhere = true,
  },
  {
    id = "SR-026",
    text = "the spool of a parted cable winds up with 1.5 m/s at most",
    formula = "whenever once cable.is_broken then peak(cable.take_up_speed_m_s) <= 1.5 m/s",
    hazard = "H3",
    severity = "serious",
    source = limits .. "released",
    safe_state = "released",
  },
  {
    id = "SR-027",
    text = "a cable that has been slack for 200 ms is wound up with 1.0 m/s at most",
    formula = "whenever cable.is_slack for 200 ms then peak(cable.take_up_speed_m_s) <= 1.0 m/s",
    hazard = "H27",
    severity = "minor",
    source = limits .. "released",
    safe_state = "released",
  },
  {
    id = "SR-028",
    text = "no torque once an empty handle has stayed within 3 cm for 3 s away from its stop:"
      .. " it is caught on something",
    formula = [[
      whenever ((not controller.hand_presence and session.load_n > 0 N
          and controller.arm_state != requested and controller.arm_state != ready
          and controller.position_m > 5 cm) == true) for 3 s
        and (max(controller.position_m, 3 s) - min(controller.position_m, 3 s) < 3 cm) == true
      then not controller.torque_permit]],
    hazard = "H14",
    severity = "critical",
    source = limits .. "ss1",
    safe_state = "latched",
  },

  -- Symptoms that were received -------------------------------------------------------------------
  {
    id = "SR-030",
    text = "half the load 0.5 s after a received symptom",
    formula = formula [[
      whenever {symptom} and prev {training}
      then after 500 ms (load.command_n <= max(0.5 * delayed(load.command_n, 500 ms), 10 N))]],
    hazard = { "H16", "H23" },
    severity = "critical",
    source = limits .. "symptom_ramp",
    safe_state = "symptom_ramp",
    everywhere = true,
  },
  {
    id = "SR-031",
    text = "unloaded 2 s after a received symptom, 3 s when held at the bottom, until armed again",
    formula = "whenever " .. until_armed("2 s", symptom) .. " then " .. unloaded_after(symptom),
    hazard = { "H16", "H23" },
    severity = "critical",
    source = limits .. "symptom_ramp",
    safe_state = "symptom_ramp",
    everywhere = true,
  },
  {
    id = "SR-032",
    text = "latched within 3 s of a received symptom",
    formula = formula [[
      whenever {symptom} and controller.armed then within 3 s (controller.safety_state == latched)]],
    hazard = { "H16", "H23" },
    severity = "critical",
    source = limits .. "latched",
    safe_state = "latched",
  },
  {
    id = "SR-033",
    text = "a received report or form alert is acknowledged within 100 ms",
    formula = [[
      whenever changed(controller.report_seq) or changed(controller.form_alert_seq)
      then within 100 ms (controller.report_ack_seq == controller.report_seq
        and controller.form_ack_seq == controller.form_alert_seq)]],
    hazard = "H23",
    severity = "serious",
    source = limits .. "symptom_ramp",
    safe_state = "symptom_ramp",
  },
  {
    id = "SR-034",
    text = "the spotter gives no load back after a symptom, until armed again",
    formula = "whenever " .. until_armed("10 ms", "(" .. symptom_at "spotter" .. " and spotter.armed)")
      .. " then spotter.symptom_latched and spotter.unload",
    hazard = { "H22", "H23" },
    severity = "critical",
    source = limits .. "symptom_ramp",
    safe_state = "latched",
    everywhere = true,
  },
  {
    id = "SR-035",
    text = "a reported symptom is logged as a referral",
    formula = [[
      whenever changed(session.report_seq) and (session.report == leak or session.report == heaviness
        or session.report == pain or session.report == back_pain or session.report == dizziness
        or session.report == numbness or session.report == chest_pain or session.report == calf_pain
        or session.report == bleeding or session.report == fever or session.report == headache)
      then within 100 ms changed(session.referrals)]],
    hazard = "H23",
    severity = "minor",
    source = limits .. "symptom_ramp",
    safe_state = "none",
  },
  {
    id = "SR-036",
    text = "a seen cone stops the set within 100 ms",
    formula = formula [[
      whenever changed(controller.form_alert_seq) and controller.form_alert == cone and controller.armed
      then within 100 ms not {training}]],
    hazard = "H23",
    severity = "serious",
    source = limits .. "symptom_ramp",
    safe_state = "symptom_ramp",
  },
  {
    id = "SR-037",
    text = "a load that coned is not offered again",
    formula = [[
      whenever rise(session.set_active)
        and once (changed(session.form_alert_seq) and session.form_alert == cone and session.set_active)
      then session.load_n <= 0 N or session.load_n
        <= at(changed(session.form_alert_seq) and session.form_alert == cone and session.set_active,
              session.load_n) - 0.5 lb]],
    hazard = "H23",
    severity = "serious",
    source = limits .. "symptom_ramp",
    safe_state = "none",
  },
  {
    id = "SR-038",
    text = "after a received symptom the load goes down by at most 1,000 N/s",
    formula = "whenever " .. [[(controller.safety_state == symptom_ramp) for 20 ms
      then rate(load.command_n, 20 ms) >= -1000 N/s or not controller.hand_presence]],
    hazard = "H2",
    severity = "serious",
    source = limits .. "symptom_ramp",
    safe_state = "symptom_ramp",
    everywhere = true,
  },
  {
    id = "SR-039",
    text = "after a received symptom no load comes back before the machine is armed again",
    formula = "whenever " .. until_armed("1 ms", symptom)
      .. " then (delta(load.command_n) <= 0.01 N) == true or load.command_n <= 10 N",
    hazard = { "H16", "H23" },
    severity = "critical",
    source = limits .. "symptom_ramp",
    safe_state = "latched",
    everywhere = true,
  },
  {
    id = "SR-046",
    text = "after a received let-go of the pelvic floor the load is 10 N at most before the next"
      .. " lift begins",
    formula = [[
      whenever changed(controller.report_seq) and controller.report == let_go
        and (load.command_n > 10 N) == true
      then (not rise(user.phase == concentric)) until[0 s, 3 s] (load.command_n <= 10 N)]],
    hazard = { "H16", "H23" },
    severity = "serious",
    source = limits .. "symptom_ramp",
    safe_state = "symptom_ramp",
    everywhere = true,
  },
  {
    id = "SR-043",
    text = "a symptom that only the spotter has heard unloads the machine too, within 2 s",
    formula = "whenever " .. until_armed("2 s", "(" .. symptom_at "spotter" .. " and spotter.armed)")
      .. " then load.command_n <= 10 N",
    hazard = "H23",
    severity = "critical",
    source = limits .. "symptom_ramp",
    safe_state = "assist",
    everywhere = true,
  },

  {
    id = "SR-097",
    text = "half a second after a received symptom no tissue that leaks, domes or lifts beyond what it"
      .. " can bears more than half of the load",
    formula = formula [[
      whenever {symptom} and prev {training}
      then always[500 ms, 4 s] (not (user.is_leaking or user.is_coning or (user.effort > 1) == true)
        or load.command_n <= max(0.5 * at({symptom} and prev {training}, load.command_n),
          10 N) + 0.01 N)]],
    hazard = { "H16", "H23" },
    severity = "critical",
    source = limits .. "symptom_ramp",
    safe_state = "symptom_ramp",
  },

  -- The spotter -----------------------------------------------------------------------------------
  {
    id = "SR-040",
    text = "a handle that gets nowhere for 0.5 s in the middle of a lift brings help within"
      .. " another 0.5 s",
    formula = formula [[
      whenever ((spotter.set_active and {training} and load.command_n > 10 N
          and controller.position_m
            > session.range_min_m + 0.15 * (session.range_max_m - session.range_min_m)
          and controller.position_m
            < session.range_min_m + 0.85 * (session.range_max_m - session.range_min_m)) == true)
          for 500 ms
        and (max(controller.position_m, 500 ms) - min(controller.position_m, 500 ms) < 4 cm) == true
      then within 500 ms (spotter.state != watching)]],
    hazard = "H22",
    severity = "serious",
    source = limits .. "assist",
    safe_state = "assist",
  },
  {
    id = "SR-041",
    text = "the load falls within 0.5 s of a noticed struggle",
    formula = formula [[
      whenever changed(spotter.struggle_seq) and {training} and (load.command_n > 20 N) == true
      then after 500 ms (load.command_n <= delayed(load.command_n, 500 ms) - 1 N)]],
    hazard = "H22",
    severity = "serious",
    source = limits .. "assist",
    safe_state = "assist",
  },
  {
    id = "SR-042",
    text = "failure ends in a full unload: 10 N at most 2 s after the spotter's decision",
    formula = "whenever " .. until_armed("2 s", "rise(spotter.state == unloading)")
      .. " then load.command_n <= 10 N",
    hazard = "H22",
    severity = "serious",
    source = limits .. "assist",
    safe_state = "assist",
  },
  {
    id = "SR-044",
    text = "the loads of two used sides do not stay more than 10 % or 15 N apart for longer than"
      .. " 1 s",
    formula = formula [[
      whenever ((controller.armed and {training} and session.left_load_n > 0 N
          and near(session.left_load_n, session.right_load_n, 0.1 N)
          and abs(controller.left_load_command_n - controller.right_load_command_n)
            > max(15 N, 0.1 * max(controller.left_load_command_n, controller.right_load_command_n)))
          == true)
        for 200 ms
      then within 800 ms (abs(controller.left_load_command_n - controller.right_load_command_n)
          <= max(15 N, 0.1 * max(controller.left_load_command_n, controller.right_load_command_n))
        or not {training})]],
    hazard = "H15",
    severity = "serious",
    source = limits .. "assist",
    safe_state = "assist",
  },
  {
    id = "SR-045",
    text = "when one handle lags the other by 50 mm for 200 ms, both loads fall within 0.5 s",
    formula = formula [[
      whenever ((controller.armed and {training} and spotter.set_active
          and spotter.left_load_n > 0 N and spotter.right_load_n > 0 N
          and abs(spotter.left_position_m - spotter.right_position_m) > 50 mm) == true) for 200 ms
      then after 500 ms (load.command_n <= max(delayed(load.command_n, 700 ms) - 1 N, 10 N))]],
    hazard = "H15",
    severity = "serious",
    source = limits .. "assist",
    safe_state = "assist",
  },

  -- Sensors that lie, motors that run away --------------------------------------------------------
  {
    id = "SR-050",
    text = "an encoder that sticks in motion is noticed within 120 ms",
    formula = [[
      whenever rise(motor.encoder_stuck) and (abs(cable.handle_speed_m_s) >= 0.2 m/s) == true
        and controller.armed
      then within 120 ms (not controller.torque_permit and controller.cause == encoder)]],
    hazard = "H4",
    severity = "critical",
    source = limits .. "sto",
    safe_state = "sto",
  },
  {
    id = "SR-051",
    text = "20 ms after the permit has gone the drive gives no torque but that of its brake",
    formula = [[
      whenever not controller.torque_permit for 20 ms
      then motor.drive_state != run and (motor.brake or abs(motor.torque_nm) <= 0.1 N m)]],
    hazard = { "H1", "H4", "H4b", "H7", "H8" },
    severity = "critical",
    source = limits .. "sto",
    safe_state = "sto",
    needs = "full",
    everywhere = true,
  },
  {
    id = "SR-052",
    text = "safe torque off ends latched, within 1 s",
    formula = [[
      whenever rise(controller.safety_state == sto)
      then within 1 s (controller.safety_state == latched)]],
    hazard = { "H1", "H4", "H4b", "H7", "H8" },
    severity = "serious",
    source = limits .. "latched",
    safe_state = "latched",
  },
  {
    id = "SR-053",
    text = "an encoder that slips by a third of an electrical period or more loses the torque in"
      .. " 100 ms",
    formula = [[
      whenever prev controller.armed and (abs(delta(motor.encoder_slip_rad)) >= 12 deg) == true
      then within 100 ms (not controller.torque_permit)]],
    hazard = "H4b",
    severity = "critical",
    source = limits .. "sto",
    safe_state = "sto",
  },
  {
    id = "SR-054",
    text = "a cable measured to retract faster than 2.25 m/s, 1.5 m/s for rehabilitation,"
      .. " takes the torque off in 10 ms",
    formula = formula [[
      whenever prev controller.armed and rise({retracts})
      then within 10 ms (not controller.torque_permit or not {retracts})]],
    hazard = "H7",
    severity = "critical",
    source = limits .. "over-speed",
    safe_state = "sto",
  },
  {
    id = "SR-055",
    text = "a cable measured to pay out faster than 2.5 m/s takes the torque off in 10 ms",
    formula = [[
      whenever prev controller.armed and rise(rate(controller.encoder_angle_rad, 2 ms) > 71.4 rad/s)
      then within 10 ms (not controller.torque_permit
        or rate(controller.encoder_angle_rad, 2 ms) <= 71.4 rad/s)]],
    hazard = "H8",
    severity = "serious",
    source = limits .. "over-speed",
    safe_state = "sto",
  },
  {
    id = "SR-056",
    text = "a load cell 20 N and 10 % away from the cable's tension starts a safe stop within"
      .. " 200 ms",
    formula = formula [[
      whenever controller.armed and {training} and (controller.position_m > 5 cm) == true
        and rise({doubt})
      then within 200 ms ({stopping} or not {doubt})]],
    hazard = "H12",
    severity = "serious",
    source = limits .. "ss1",
    safe_state = "ss1",
  },
  {
    id = "SR-057",
    text = "a load cell that stands still in motion, 5 N beside the tension, starts a safe stop"
      .. " within"
      .. " 300 ms",
    formula = formula [[
      whenever controller.armed and {training} and rise({frozen})
      then within 150 ms ({stopping} or not {frozen})]],
    hazard = "H12",
    severity = "serious",
    source = limits .. "ss1",
    safe_state = "ss1",
  },
  {
    id = "SR-058",
    text = "a sensor that delivers no number starts a safe stop within 100 ms",
    formula = formula [[
      whenever rise(controller.cause == number) then within 100 ms {stopping}]],
    hazard = "H18",
    severity = "critical",
    source = limits .. "ss1",
    safe_state = "ss1",
  },
  {
    id = "SR-059",
    text = "a load cell that is 20 N off before arming keeps the machine from being armed",
    formula = [[
      whenever changed(controller.command_seq) and controller.command == arm_request
        and not controller.torque_permit
        and (abs(controller.load_cell_n - cable.tension_n) > 20 N) == true
      then for 100 ms (not controller.torque_permit)]],
    hazard = "H12",
    severity = "serious",
    source = limits .. "self-test",
    safe_state = "latched",
  },

  -- Links, drives, time ---------------------------------------------------------------------------
  {
    id = "SR-060",
    text = "a prescription that is not refreshed for 100 ms starts a safe stop",
    formula = formula [[
      whenever (controller.armed and not changed(controller.heartbeat_seq)) for 100 ms
      then {stopping}]],
    hazard = { "H5", "H6" },
    severity = "critical",
    source = limits .. "ss1",
    safe_state = "ss1",
    everywhere = true,
  },
  {
    id = "SR-061",
    text = "400 ms after the last refresh of the prescription the load is 20 N at most",
    formula = [[
      whenever (not changed(controller.heartbeat_seq)) for 400 ms then load.command_n <= 20 N]],
    hazard = { "H5", "H6" },
    severity = "critical",
    source = limits .. "ss1",
    safe_state = "ss1",
    everywhere = true,
  },
  {
    id = "SR-062",
    text = "a stale prescription ends latched, within 1 s",
    formula = [[
      whenever rise(controller.cause == command_stale)
      then within 1 s (controller.safety_state == latched)]],
    hazard = { "H5", "H6" },
    severity = "serious",
    source = limits .. "latched",
    safe_state = "latched",
  },
  {
    id = "SR-063",
    text = "a drive whose command stands still for 110 ms does not run on",
    formula = [[whenever (not changed(motor.command_seq)) for 110 ms then motor.drive_state != run]],
    hazard = { "H5", "H6", "H19" },
    severity = "critical",
    source = limits .. "drive watchdog",
    safe_state = "ss1",
    everywhere = true,
  },
  {
    id = "SR-064",
    text = "no torque but that of its brake from a drive whose command has stood still for 360 ms",
    formula = [[
      whenever (not changed(motor.command_seq)) for 360 ms
      then motor.drive_state == brake or abs(motor.torque_nm) <= 0.1 N m]],
    hazard = { "H5", "H6", "H19" },
    severity = "critical",
    source = limits .. "drive watchdog",
    safe_state = "latched",
    everywhere = true,
  },
  {
    id = "SR-065",
    text = "a controller that misses three of a hundred calls, 25 ms at 4 kHz, stops safely"
      .. " within 100 ms",
    formula = formula [[
      whenever controller.armed and rise(count(delta(controller.torque_seq) < 4, 24 ms) >= 3)
      then within 100 ms {stopping}]],
    hazard = "H19",
    severity = "serious",
    source = limits .. "ss1",
    safe_state = "ss1",
    needs = "full",
  },
  {
    id = "SR-066",
    text = "a controller that has restarted gives no torque until it is armed again in two steps",
    formula = formula [[
      whenever (controller.arm_state == disarmed) since[0 s, inf] {restarted}
      then {no_torque} and not controller.armed]],
    hazard = "H20",
    severity = "critical",
    source = limits .. "latched",
    safe_state = "latched",
  },
  {
    id = "SR-067",
    text = "a restarted controller is not armed before the handle has been at its stop",
    formula = formula [[
      whenever rise(controller.armed) and once {restarted}
      then (not {restarted}) since (cable.handle_position_m <= 2 cm)]],
    hazard = "H20",
    severity = "serious",
    source = limits .. "latched",
    safe_state = "latched",
  },

  -- Supply and heat -------------------------------------------------------------------------------
  {
    id = "SR-070",
    text = "a bus above 57.5 V for 10 ms, which the chopper would have held at 57 V, starts a"
      .. " safe stop",
    formula = formula [[
      whenever (controller.armed and (controller.bus_v > 57.5 V) == true) for 10 ms
      then within 90 ms {stopping}]],
    hazard = "H11",
    severity = "serious",
    source = limits .. "ss1",
    safe_state = "ss1",
    everywhere = true,
  },
  {
    id = "SR-071",
    text = "the bus stays at 60 V, the limit of safety extra-low voltage",
    formula = [[always (peak(motor.bus_v) <= 60 V)]],
    hazard = "H11",
    severity = "critical",
    source = limits .. "ss1",
    safe_state = "ss1",
    everywhere = true,
  },
  {
    id = "SR-072",
    text = "a bus that was too high ends latched, within 1 s",
    formula = [[
      whenever rise(controller.cause == over_voltage)
      then within 1 s (controller.safety_state == latched)]],
    hazard = "H11",
    severity = "serious",
    source = limits .. "latched",
    safe_state = "latched",
  },
  {
    id = "SR-073",
    text = "no drive trips: a trip would drop the load at once",
    formula = [[always (motor.drive_fault == none)]],
    hazard = { "H2", "H10", "H11", "H9" },
    severity = "serious",
    source = limits .. "ss1",
    safe_state = "ss1",
  },
  {
    id = "SR-074",
    text = "a bus under 85 % of its 54 V for 10 ms starts a safe stop",
    formula = formula [[
      whenever (controller.armed and (controller.bus_v < 45.9 V) == true) for 10 ms
      then within 90 ms {stopping}]],
    hazard = "H10",
    severity = "serious",
    source = limits .. "ss1",
    safe_state = "ss1",
  },
  {
    id = "SR-075",
    text = "the load is under a cap that falls from 110 lb at 85 degC to nothing at 100 degC",
    formula = [[
      always (load.command_n
          <= max(10 N, 110.5 lb * clamp((100 degC - controller.motor_temp_k) / 15 K, 0, 1))
        or (rate(load.command_n, 20 ms) <= -450 N/s) == true)]],
    hazard = "H9",
    severity = "serious",
    source = limits .. "over-temperature",
    safe_state = "ss1",
  },
  {
    id = "SR-076",
    text = "a motor at 99 degC has started a safe stop",
    formula = formula [[
      whenever controller.armed and (controller.motor_temp_k >= 99 degC) == true
      then within 100 ms {stopping}]],
    hazard = "H9",
    severity = "serious",
    source = limits .. "over-temperature",
    safe_state = "ss1",
  },

  -- Emergency stop --------------------------------------------------------------------------------
  {
    id = "SR-080",
    text = "one open contact of the emergency stop starts a safe stop within 100 ms",
    formula = formula [[
      whenever controller.armed and (fall(controller.estop_a_closed) or fall(controller.estop_b_closed))
      then within 100 ms {stopping}]],
    hazard = { "H16", "H14" },
    severity = "critical",
    source = limits .. "ss1",
    safe_state = "ss1",
    everywhere = true,
  },
  {
    id = "SR-081",
    text = "400 ms after an emergency stop the load is 20 N at most, until armed again",
    formula = "whenever " .. until_armed("400 ms",
      "(fall(controller.estop_a_closed) or fall(controller.estop_b_closed))")
      .. " then load.command_n <= 20 N",
    hazard = { "H16", "H14" },
    severity = "critical",
    source = limits .. "ss1",
    safe_state = "ss1",
    everywhere = true,
  },
  {
    id = "SR-082",
    text = "after an emergency stop the load never rises, an acknowledgement alone gives none back",
    formula = "whenever " .. until_armed("1 ms",
      "(controller.armed and (fall(controller.estop_a_closed) or fall(controller.estop_b_closed)))")
      .. " then (delta(load.command_n) <= 0.01 N) == true or load.command_n <= 10 N",
    hazard = "H16",
    severity = "critical",
    source = limits .. "latched",
    safe_state = "latched",
    everywhere = true,
  },
  {
    id = "SR-083",
    text = "no torque while a contact of the emergency stop is open, also after switching on",
    formula = formula [[whenever {is_open} for 1 s then {no_torque} and not controller.armed]],
    hazard = { "H28", "H16" },
    severity = "critical",
    source = limits .. "latched",
    safe_state = "latched",
    everywhere = true,
  },

  -- Arming, prescription, counting ----------------------------------------------------------------
  {
    id = "SR-084",
    text = "armed only in two steps: a request, every used handle held ready for 1 s, then a"
      .. " confirmation",
    formula = formula [[
      whenever rise(controller.armed)
      then once[0 s, 100 ms] {confirm}
        and ((not fall(controller.armed)) since[1 s, inf]
          (changed(controller.command_seq) and controller.command == arm_request))
        and (((controller.load_n <= 0 N) == true
          or (controller.hand_presence and cable.handle_position_m >= 5 cm
            and abs(cable.handle_speed_m_s) <= 0.1 m/s)) for 1 s)]],
    hazard = { "H21", "H20" },
    severity = "critical",
    source = limits .. "re-arming",
    safe_state = "latched",
    everywhere = true,
  },
  {
    id = "SR-085",
    text = "a confirmation while a handle is not held ready arms nothing",
    formula = formula [[
      whenever {confirm} and not controller.armed and (controller.load_n > 0 N
        and (not controller.hand_presence or controller.position_m < 5 cm
          or abs(controller.speed_m_s) > 0.1 m/s)) == true
      then for 100 ms (not controller.armed)]],
    hazard = "H21",
    severity = "critical",
    source = limits .. "re-arming",
    safe_state = "latched",
  },
  {
    id = "SR-086",
    text = "the first load after arming rises by at most 50 N/s",
    formula = [[
      whenever (controller.armed and controller.mode == standard
          and controller.safety_state == normal
          and (load.command_n < controller.load_n - 1 N) == true) since[20 ms, inf] rise(controller.armed)
      then rate(load.command_n, 20 ms) <= 50 N/s]],
    hazard = "H21",
    severity = "serious",
    source = limits .. "load after arming",
    safe_state = "normal",
    everywhere = true,
  },
  {
    id = "SR-087",
    text = "a machine that nobody holds gives no torque after 31 s",
    formula = [[
      never ((controller.torque_permit and not controller.left_hand_presence
        and not controller.right_hand_presence) for 31 s)]],
    hazard = "H21",
    severity = "serious",
    source = limits .. "unattended",
    safe_state = "latched",
    everywhere = true,
  },
  {
    id = "SR-088",
    text = "whoever is not known gets 20 lb per cable at most, or the load is on its way there",
    formula = [[
      whenever (controller.profile == unknown) for 50 ms
      then load.command_n <= 20.5 lb or (rate(load.command_n, 20 ms) <= -450 N/s) == true]],
    hazard = "H24",
    severity = "serious",
    source = limits .. "unknown profile",
    safe_state = "normal",
    everywhere = true,
  },
  {
    id = "SR-089",
    text = "a prescription that jumps by more than 10 % (1 to 10 lb) is not followed before it"
      .. " is confirmed",
    formula = formula [[
      whenever controller.armed and once {confirm} and controller.mode == standard
        and (controller.load_n > at({confirm}, controller.load_n)
          + clamp(0.1 * at({confirm}, controller.load_n), 1 lb, 10 lb) + 0.01 N) == true
      then load.command_n <= at({confirm}, controller.load_n)
          + clamp(0.1 * at({confirm}, controller.load_n), 1 lb, 10 lb) + 0.5 lb]],
    hazard = "H17",
    severity = "critical",
    source = limits .. "changed prescription",
    safe_state = "normal",
  },
  {
    id = "SR-090",
    text = "a prescription outside 0 to 600 N starts a safe stop within 100 ms",
    formula = formula [[
      whenever controller.armed and (controller.load_n > 600 N or controller.load_n < 0 N) == true
      then within 100 ms {stopping}]],
    hazard = "H17",
    severity = "critical",
    source = limits .. "ss1",
    safe_state = "ss1",
  },
  {
    id = "SR-091",
    text = "the machine does not unload a finished set while the person still lifts",
    formula = [[
      whenever changed(session.command_seq) and session.command == unload
        and controller.armed and not spotter.unload
      then user.phase != concentric]],
    hazard = "H25",
    severity = "serious",
    source = limits .. "repetitions",
    safe_state = "none",
  },
  {
    id = "SR-092",
    text = "a repetition is counted when the person has lowered it, never on the way up",
    formula = [[
      whenever changed(spotter.rep_count) and (spotter.rep_count > 0) == true
      then user.phase == eccentric or user.phase == rest]],
    hazard = "H25",
    severity = "serious",
    source = limits .. "repetitions",
    safe_state = "none",
  },
  {
    id = "SR-093",
    text = "the recording has no gap: the counters of prescription and torque never jump",
    formula = [[
      whenever changed(session.heartbeat_seq)
      then (delta(session.heartbeat_seq) <= 1 and delta(controller.torque_seq) <= 4) == true]],
    hazard = "H26",
    severity = "serious",
    source = limits .. "recording",
    safe_state = "none",
    needs = "full",
  },
  {
    id = "SR-094",
    text = "a finished set is given back no faster than the hand lets go: the cable stays taut in it",
    formula = formula [[
      whenever (once[0 s, 2 s] (changed(session.command_seq) and session.command == unload)) and controller.armed
          and user.is_holding and (cable.handle_position_m > 0.05 m) == true
      then cable.tension_n > 0 N]],
    hazard = "H2",
    severity = "serious",
    source = limits .. "planned unloading",
    safe_state = "none",
  },

  -- What the machine says of itself ---------------------------------------------------------------
  -- Whoever shows, stores or acts on a signal relies on it: the screen on the counters, the spotter on
  -- position and speed, the person on the state that is shown.
  {
    id = "SR-100",
    text = "the position that is told is that of the handle within 5 mm, while the cable is taut",
    formula = [[
      whenever ((cable.tension_n > 4 N) == true) for 100 ms
      then abs(controller.position_m - cable.handle_position_m) <= 5 mm]],
    hazard = { "H22", "H25" },
    severity = "serious",
    source = limits .. "told position and speed",
    safe_state = "none",
  },
  {
    id = "SR-101",
    text = "the speed that is told is that of the handle within 3 cm/s, while a set is under way",
    formula = [[
      whenever (session.set_active and (cable.tension_n > 4 N) == true) for 100 ms
      then abs(controller.speed_m_s - cable.handle_speed_m_s) <= 0.03 m/s]],
    hazard = { "H22", "H25" },
    severity = "serious",
    source = limits .. "told position and speed",
    safe_state = "none",
  },
  {
    id = "SR-102",
    text = "the torque that is asked for is that of the load, of pulleys and of friction, within"
      .. " 0.2 N m or 1.6 %",
    formula = formula [[
      whenever session.set_active and controller.safety_state == normal
        and (abs(controller.speed_m_s) >= 0.1 m/s) == true
      then (controller.speed_m_s > 0 m/s and abs(controller.torque_command_nm
            - (0.9216 * 35 mm * load.command_n - 0.15 N m)) <= max(0.2 N m, 0.55 mm * load.command_n))
        or (controller.speed_m_s < 0 m/s and abs(controller.torque_command_nm
            - (35 mm / 0.9216 * load.command_n + 0.15 N m)) <= max(0.2 N m, 0.55 mm * load.command_n))]],
    hazard = { "H1", "H2" },
    severity = "critical",
    source = limits .. "told load and torque",
    safe_state = "normal",
  },
  {
    id = "SR-126",
    text = "from the request on the torque is that of the load, less or more what friction can hold",
    formula = [[
      whenever ((controller.torque_permit and controller.hand_presence
          and controller.safety_state == normal) for 100 ms)
        and (controller.speed_m_s >= -0.2 m/s) == true
      then controller.torque_command_nm >= 0.94 * 0.9216 * 35 mm * load.command_n - 0.23 N m
        and controller.torque_command_nm <= 1.06 / 0.9216 * 35 mm * load.command_n + 0.23 N m]],
    hazard = { "H1", "H27" },
    severity = "serious",
    source = limits .. "told load and torque",
    safe_state = "normal",
  },
  {
    id = "SR-127",
    text = "the drive's ceiling comes and goes with the permit, within 5 ms, and lets it take up slack",
    formula = [[
      always ((not (controller.torque_permit for 5 ms) or controller.current_ceiling_a >= 1.5 A)
        and (not ((not controller.torque_permit) for 5 ms) or controller.current_ceiling_a <= 0 A))]],
    hazard = { "H1", "H27" },
    severity = "serious",
    source = limits .. "runaway",
    safe_state = "normal",
  },
  {
    id = "SR-103",
    text = "in a set with constant load the drive's ceiling is what the prescription needs, not less",
    formula = [[
      whenever session.set_active and session.mode == standard and controller.safety_state == normal
        and (session.load_n > 0 N) == true
      then abs(controller.current_ceiling_a
          - (1.25 * 35 mm / 0.6 N m/A * max(10 N, session.load_n) + 1 A)) <= 0.2 A]],
    hazard = { "H1", "H2" },
    severity = "serious",
    source = limits .. "runaway",
    safe_state = "normal",
  },
  {
    id = "SR-104",
    text = "a side with a load has its torque permit from the request for arming to disarming, and"
      .. " at no other time",
    formula = [[
      always ((controller.arm_state != disarmed and (session.load_n > 0 N) == true)
        <=> controller.torque_permit)]],
    hazard = { "H2", "H21" },
    severity = "critical",
    source = limits .. "latched",
    safe_state = "latched",
  },
  {
    id = "SR-105",
    text = "the phases are shorted only without torque, and always in the half second of safe torque"
      .. " off",
    formula = [[
      always (not (controller.brake and controller.torque_permit)
        and (controller.brake or not ((controller.safety_state == sto) for 2 ms)
          or (session.load_n <= 0 N) == true))]],
    hazard = { "H1", "H4", "H7", "H8" },
    severity = "critical",
    source = limits .. "sto",
    safe_state = "sto",
    everywhere = true,
  },
  {
    id = "SR-106",
    text = "in a set with constant load the command is the prescription within 2 N",
    formula = [[
      whenever session.set_active and session.mode == standard and controller.safety_state == normal
      then abs(load.command_n - session.load_n) <= 2 N]],
    hazard = { "H1", "H17" },
    severity = "serious",
    source = limits .. "told load and torque",
    safe_state = "normal",
  },
  {
    id = "SR-107",
    text = "a hand that the sensor feels counts as one within 5 ms, one that it lost does not",
    formula = [[
      always ((not (controller.hand_presence for 5 ms) or controller.hand_held)
        and (not ((not controller.hand_presence) for 5 ms) or not controller.hand_held))]],
    hazard = { "H13", "H14" },
    severity = "serious",
    source = limits .. "told states",
    safe_state = "none",
  },
  {
    id = "SR-108",
    text = "torque commands are counted from 0, four in a millisecond",
    formula = [[
      always ((prev true or controller.torque_seq <= 4)
        and (not (prev true) or (delta(controller.torque_seq) >= 4 and delta(controller.torque_seq) <= 4)))]],
    hazard = "H26",
    severity = "serious",
    source = limits .. "recording",
    safe_state = "none",
  },
  {
    id = "SR-109",
    text = "the prescription is refreshed every 10 ms, counted from 0 one by one",
    formula = [[
      always ((prev true or session.heartbeat_seq <= 1)
        and (not (prev true) or (delta(session.heartbeat_seq) >= 0 and delta(session.heartbeat_seq) <= 1))
        and not ((not changed(session.heartbeat_seq)) for 12 ms and once[12 ms, 12 ms] true))]],
    hazard = { "H5", "H26" },
    severity = "serious",
    source = limits .. "recording",
    safe_state = "none",
  },
  {
    id = "SR-110",
    text = "commands and cues are counted from 0 one by one, and come with their number",
    formula = [[
      always ((prev true or (session.command_seq <= 0 and session.cue_seq <= 0
            and session.command == none and session.cue == none))
        and (not (prev true) or (delta(session.command_seq) >= 0 and delta(session.command_seq) <= 1
            and delta(session.cue_seq) >= 0 and delta(session.cue_seq) <= 1))
        and (not changed(session.command) or changed(session.command_seq))
        and (not changed(session.cue) or changed(session.cue_seq)))]],
    hazard = { "H21", "H26" },
    severity = "serious",
    source = limits .. "told states",
    safe_state = "none",
  },
  {
    id = "SR-111",
    text = "every command, report and form alert is acknowledged within 5 ms, none before it was sent",
    formula = [[
      always (controller.command_ack_seq <= controller.command_seq
        and controller.report_ack_seq <= controller.report_seq
        and controller.form_ack_seq <= controller.form_alert_seq
        and not ((controller.command_ack_seq < controller.command_seq) for 5 ms)
        and not ((controller.report_ack_seq < controller.report_seq) for 5 ms)
        and not ((controller.form_ack_seq < controller.form_alert_seq) for 5 ms))]],
    hazard = { "H21", "H23" },
    severity = "serious",
    source = limits .. "told states",
    safe_state = "none",
  },
  {
    id = "SR-112",
    text = "armed is what the arming state calls armed",
    formula = [[always (controller.armed <=> controller.arm_state == armed)]],
    hazard = "H21",
    severity = "serious",
    source = limits .. "told states",
    safe_state = "none",
    everywhere = true,
  },
  {
    id = "SR-113",
    text = "a machine that trains names no cause but the spotter's, one that reacts names its cause",
    formula = formula [[
      always ((not (controller.armed and {training}) or controller.cause == none
          or controller.cause == spotter)
        and ({training} or controller.cause != none)
        and (controller.cause != spotter or not {training} or once spotter.unload)
        and not ((controller.safety_state == assist and (spotter.left_load_scale >= 1) == true
          and not spotter.unload) for 5 ms))]],
    hazard = { "H16", "H22" },
    severity = "serious",
    source = limits .. "told states",
    safe_state = "none",
  },
  {
    id = "SR-114",
    text = "the spotter's words fit what it does: share, unload, symptom and state agree",
    formula = [[
      always ((spotter.unload <=> (spotter.state == unloading or spotter.symptom_latched))
        and (spotter.symptom_latched <=> spotter.state == latched)
        and spotter.left_load_scale <= spotter.right_load_scale
        and spotter.right_load_scale <= spotter.left_load_scale
        and spotter.left_load_scale <= 1 and spotter.left_load_scale >= 0
        and (spotter.state != watching or spotter.left_load_scale >= 1)
        and (spotter.state != assisting or spotter.left_load_scale < 1)
        and (not changed(spotter.struggle_seq) or (delta(spotter.struggle_seq) >= 1
          and delta(spotter.struggle_seq) <= 1 and spotter.state == assisting))
        and (not rise(spotter.state == assisting) or changed(spotter.struggle_seq)
          or spotter.asymmetry)
        and (prev true or (spotter.struggle_seq <= 0 and spotter.struggle_seq >= 0)))]],
    hazard = "H22",
    severity = "serious",
    source = limits .. "told states",
    safe_state = "none",
  },
  {
    id = "SR-115",
    text = "repetitions are counted from 0 one by one, as many as both sides have and as the person"
      .. " makes",
    formula = [[
      always ((prev true or (spotter.rep_count <= 0 and spotter.left_rep_count <= 0
            and spotter.right_rep_count <= 0))
        and spotter.rep_count <= spotter.left_rep_count and spotter.rep_count <= spotter.right_rep_count
        and (spotter.rep_count >= spotter.left_rep_count or spotter.rep_count >= spotter.right_rep_count)
        and abs(spotter.left_rep_count - spotter.right_rep_count) <= 1
        and (not changed(spotter.rep_count) or rise(session.set_active) or spotter.rep_count <= 0
          or (delta(spotter.rep_count) >= 1 and delta(spotter.rep_count) <= 1))
        and spotter.rep_count >= 0 and (spotter.rep_count <= user.rep + 1)
        and (spotter.rep_count >= user.rep or not ((spotter.rep_count < user.rep) for 2 s)
          or not session.set_active))]],
    hazard = "H25",
    severity = "serious",
    source = limits .. "repetitions",
    safe_state = "none",
  },
  {
    id = "SR-116",
    text = "the phase that is told fits the handle: lifting does not sink, lowering does not rise,"
      .. " nothing moves in a hold, and both sides say the same within 80 ms",
    formula = formula [[
      always ((spotter.phase != concentric or controller.speed_m_s >= -0.15 m/s)
        and (spotter.phase != eccentric or controller.speed_m_s <= 0.15 m/s)
        and (spotter.phase != hold or abs(controller.speed_m_s) <= 0.25 m/s)
        and (spotter.phase != rest or abs(controller.speed_m_s) <= 0.35 m/s)
        and (spotter.phase != idle or not ((session.set_active and {training}) for 20 ms))
        and (spotter.phase == idle or prev session.set_active or session.set_active
          or once[0 s, 20 ms] session.set_active)
        and not ((spotter.left_phase != spotter.right_phase) for 80 ms))]],
    hazard = { "H22", "H25" },
    severity = "serious",
    source = limits .. "told states",
    safe_state = "none",
  },
  {
    id = "SR-117",
    text = "both handles in step is no asymmetry, 5 cm apart for 250 ms is one",
    formula = formula [[
      always ((not spotter.asymmetry
          or once[0 s, 5 ms] (abs(spotter.left_position_m - spotter.right_position_m) > 20 mm))
        and (spotter.asymmetry or not ((spotter.set_active and spotter.armed
          and (abs(spotter.left_position_m - spotter.right_position_m) > 52 mm) == true
          and controller.safety_state == normal) for 250 ms)))]],
    hazard = "H15",
    severity = "minor",
    source = limits .. "told states",
    safe_state = "none",
  },
  {
    id = "SR-118",
    text = "state, cue and command of the session tell the same story",
    formula = [[
      always ((rise(session.state == working) <=> rise(session.set_active))
        and (not session.set_active or session.state == working)
        and (not fall(session.set_active) or changed(session.cue_seq))
        and (not changed(session.state) or changed(session.cue_seq) or session.state == idle)
        and (session.state != arming or session.cue == take_handles or session.cue == put_down)
        and (session.state != working or session.cue == lift or session.cue == put_down)
        and (session.state != resting or session.cue == rest)
        and (session.state != stopped or session.cue == stop)
        and (not (changed(session.command_seq) and session.command == arm_request)
          or session.state == arming)
        and (not (changed(session.command_seq) and session.command == arm_confirm)
          or session.arm_state == ready or controller.armed)
        and (not (changed(session.command_seq) and session.command == unload)
          or changed(session.cue_seq) and session.cue == put_down)
        and (not (changed(session.command_seq) and session.command == disarm)
          or session.state == resting)
        and (not (changed(session.cue_seq) and session.cue == put_down)
          or changed(session.command_seq) and session.command == unload)
        and (not (changed(session.cue_seq) and session.cue == rest)
          or changed(session.command_seq) and session.command == disarm)
        and (not (changed(session.cue_seq) and session.cue == take_handles)
          or changed(session.command_seq) and session.command == arm_request))]],
    hazard = { "H21", "H25" },
    severity = "serious",
    source = limits .. "told states",
    safe_state = "none",
  },
  {
    id = "SR-119",
    text = "the load that is prescribed is the one that was chosen, in whole pounds, and none between"
      .. " sets",
    formula = [[
      always ((session.load_n <= session.set_load_n + 0.01 N)
        and ((session.state != arming and session.state != working)
          or abs(session.load_n - session.set_load_n) <= 2.3 N)
        and (session.load_n <= 0 N and session.load_n >= 0 N or session.state == arming
          or session.state == working or session.state == stopped))]],
    hazard = "H17",
    severity = "critical",
    source = limits .. "told load and torque",
    safe_state = "none",
  },
  {
    id = "SR-120",
    text = "a finished set is counted once, when the rest begins, with the load it had",
    formula = [[
      always ((prev true or (session.sets_done <= 0 and session.last_good_load_n <= 0 N
            and session.last_good_load_n >= 0 N and session.referrals <= 0))
        and (not changed(session.sets_done) or (delta(session.sets_done) >= 1
          and delta(session.sets_done) <= 1 and rise(session.state == resting)))
        and (not changed(session.last_good_load_n) or changed(session.sets_done))
        and (session.sets_done < 1
          or abs(session.last_good_load_n - max(session.left_set_load_n, session.right_set_load_n))
            <= 2.3 N))]],
    hazard = "H25",
    severity = "minor",
    source = limits .. "repetitions",
    safe_state = "none",
  },
  {
    id = "SR-121",
    text = "a referral is counted when a report arrives, one by one",
    formula = [[
      always ((not changed(session.referrals) or (delta(session.referrals) >= 1
            and delta(session.referrals) <= 1 and once[0 s, 20 ms] changed(session.report_seq)))
        and (prev true or (session.referrals <= 0 and session.referrals >= 0)))]],
    hazard = "H23",
    severity = "minor",
    source = limits .. "symptom_ramp",
    safe_state = "none",
  },
  {
    id = "SR-122",
    text = "law, range, tempo and person are handed to the machine as they were chosen, and stay so"
      .. " while it is armed",
    formula = [[
      whenever controller.armed and prev controller.armed
      then not changed(session.mode) and not changed(session.mode_stiffness_n_m)
        and not changed(session.mode_eccentric_gain) and not changed(session.mode_speed_m_s)
        and not changed(session.mode_damping_ns_m) and not changed(session.range_min_m)
        and not changed(session.range_max_m) and not changed(session.target_speed_m_s)
        and not changed(session.profile)]],
    hazard = { "H17", "H24" },
    severity = "serious",
    source = limits .. "changed prescription",
    safe_state = "none",
  },
  {
    id = "SR-123",
    text = "whatever the controller puts out is a number",
    formula = numbers("controller", [[
      torque_command_nm current_ceiling_a torque_permit brake load_command_n position_m speed_m_s
      hand_held torque_seq safety_state cause arm_state armed report_ack_seq form_ack_seq
      command_ack_seq]]),
    hazard = "H18",
    severity = "critical",
    source = limits .. "numbers",
    safe_state = "none",
  },
  {
    id = "SR-124",
    text = "whatever the spotter puts out is a number",
    formula = numbers("spotter", [[
      state unload asymmetry symptom_latched rep_count struggle_seq left_load_scale
      right_load_scale left_phase right_phase left_rep_count right_rep_count]]),
    hazard = "H18",
    severity = "serious",
    source = limits .. "numbers",
    safe_state = "none",
  },
  {
    id = "SR-125",
    text = "whatever the session puts out is a number",
    formula = numbers("session", [[
      left_load_n right_load_n mode mode_stiffness_n_m mode_eccentric_gain mode_speed_m_s
      mode_damping_ns_m command command_seq heartbeat_seq profile range_min_m range_max_m
      target_speed_m_s set_active cue cue_seq state referrals last_good_load_n sets_done]]),
    hazard = "H18",
    severity = "serious",
    source = limits .. "numbers",
    safe_state = "none",
  },
}
