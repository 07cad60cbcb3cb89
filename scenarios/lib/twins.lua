-- Broken twins by the name of what is broken. Each stands in the place of a good component and can be
-- tried wherever that component is: `taut protocol coverage --table`.
local twins = {}

-- The session software with one of the defects of plugins/bad_session.
function twins.session(defect)
  return {
    name = "session: " .. defect,
    with = { session = "bad_session" },
    params = { session = { defect = defect } },
  }
end

-- A known-bad plugin, by its whole name: twins.of("controller", "bad_stale_torque").
function twins.of(role, model)
  local what = model:gsub("^bad_", ""):gsub("^" .. role .. "_", "")
  return { name = role .. ": " .. what, with = { [role] = model } }
end

-- The person's model without an effect: parameters that take it out.
function twins.person(what, params)
  return { name = "person: " .. what, with = { user = "user" }, params = { user = params } }
end

return twins
