local taut = require "taut"
local strike = require "strike"

-- One refresh of the prescription is missing in the record: the session was called twice, and only the
-- second call was recorded. Counters that never jump tell it. Bytes that were changed afterwards are told
-- by checksums and hashes: the tests of traces flip them.
local function jumps(s)
  local last = s:value "session.heartbeat_seq"
  for _ = 1, 20 do
    s:wait "1 ms"
    local count = s:value "session.heartbeat_seq"
    if count - last > 1 then return true end
    last = count
  end
  return false
end

return taut.scenario(strike.case {
  hazard = "H26",
  name = "a record that was lost shows as a jump of the counters",
  faults = { gap = taut.fault { on = "session", kind = "double" } },
  strikes = { { "gap" } },
  notices = jumps,
  notices_text = "the counter of refreshes jumps",
  notices_id = "SR-093",
  within = "20 ms",
  watch = "100 ms",
})
