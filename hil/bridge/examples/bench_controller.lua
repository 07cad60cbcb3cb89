-- A controller for a bench: what the scenario sets as load is the torque that the drive gets, and the drive has a
-- permit from then until 100 ms after. No law and no watch of its own: not for a cable that a person holds.
local taut = require "taut"

return taut.role {
  role = "controller",
  period = "5 ms",
  state = { "seq", "load_n", "permit_s" },
  params = { spool_radius_m = 0.035, limit_a = 15 },
  update = function(st, inp)
    st.seq = st.seq + 1
    st.load_n = inp.left_load_n
    st.permit_s = st.load_n > 0 and 0.1 or st.permit_s - 0.005
  end,
  output = function(st, out, inp, par)
    local is_on = st.permit_s > 0
    out.left_torque_command_nm = st.load_n * par.spool_radius_m
    out.left_current_ceiling_a = par.limit_a
    out.left_torque_permit = is_on
    out.arm_state = is_on and "ready" or "disarmed" -- of no machine, so never armed
    out.torque_seq = st.seq
  end,
}
