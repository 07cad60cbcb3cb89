-- parameters.lua FILE...: every number of a parameter set names its source and its status, V (verified in
-- a named public source), C (computed from equations), M (from memory, unverified) or D (design proposal).

local n_numbers, n_wrong = 0, 0
local by_status = { V = 0, C = 0, M = 0, D = 0 }

local function wrong(file, path, why)
  n_wrong = n_wrong + 1
  print(string.format("%s: %s: %s", file, path, why))
end

local quantity = setmetatable({}, { __call = function(_, x) return x end })

-- Every unknown global is a unit function that returns its argument.
local function environment(on_parameters)
  local env = {
    require = function(name)
      assert(name == "taut", "a parameter set requires only taut")
      return { parameters = on_parameters, rig = on_parameters }
    end,
    math = math, ipairs = ipairs, pairs = pairs, table = table, string = string,
  }
  return setmetatable(env, { __index = function() return quantity end })
end

local function check_number(file, path, entry)
  n_numbers = n_numbers + 1
  if type(entry) ~= "table" then return wrong(file, path, "a bare value: needs source and status") end
  if type(entry.source) ~= "string" or #entry.source < 3 then wrong(file, path, "no source") end
  if not by_status[entry.status] then
    return wrong(file, path, "status must be V, C, M or D, is " .. tostring(entry.status))
  end
  by_status[entry.status] = by_status[entry.status] + 1
end

local function check_set(file, set)
  if type(set.name) ~= "string" then wrong(file, "name", "missing") end
  if type(set.help) ~= "string" then wrong(file, "help", "missing") end
  for role, group in pairs(set) do
    if type(group) == "table" then
      for name, entry in pairs(group) do
        check_number(file, role .. "." .. tostring(name), entry)
      end
    end
  end
end

for _, file in ipairs(arg) do
  local n_sets = 0
  local env = environment(function(set)
    n_sets = n_sets + 1
    check_set(file, set)
    return set
  end)
  local chunk, message = loadfile(file, "t", env)
  if not chunk then
    wrong(file, "-", message)
  else
    local ok, problem = pcall(chunk)
    if not ok then wrong(file, "-", problem) end
    if ok and n_sets == 0 then wrong(file, "-", "holds no taut.parameters") end
  end
end

print(string.format("%d numbers: %d V, %d C, %d M, %d D", n_numbers, by_status.V, by_status.C,
  by_status.M, by_status.D))
if n_numbers == 0 then print("no number found") end
os.exit(n_wrong == 0 and n_numbers > 0)
