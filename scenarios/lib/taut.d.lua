---@meta taut
-- What a scenario file can use, for editors that know LuaLS annotations. Nothing here is run.

---A value with dimensions. `lb(25) + N(3)`, `2 * cmH2O(35)` and comparisons work; a number without a
---unit next to it is an error.
---@class taut.quantity
---@field si number    value in SI units
---@field unit string  display unit
---@operator add(taut.quantity): taut.quantity
---@operator sub(taut.quantity): taut.quantity
---@operator mul(number|taut.quantity): taut.quantity
---@operator div(number|taut.quantity): taut.quantity
---@operator unm: taut.quantity
local quantity = {}

---The number in a unit: `lb(1):to "N"`.
---@param unit string
---@return number
function quantity:to(unit) end

---@alias taut.time number|string|taut.quantity seconds, "500 ms" or ms(500)
---@alias taut.value number|boolean|string|taut.quantity
---@alias taut.role_key
---| "motor" | "left.motor" | "right.motor" | "cable" | "left.cable" | "right.cable"
---| "user" | "controller" | "spotter" | "form_check" | "session"

-- Checks and waits -----------------------------------------------------------------------------------

---@class taut.check_options
---@field id? string    id of a requirement of the register
---@field text? string  what is required, in plain words; default: the condition itself
---@field stop? boolean end the case when it fails

---@class taut.wait_options
---@field within? taut.time  limit; makes the wait a check that fails when the time is over
---@field check? boolean     false: no check; the wait returns whether the condition came
---@field id? string
---@field text? string

---@class taut.watch_options
---@field id? string
---@field text? string

---@class taut.own_check
---@field text string       what is required
---@field id? string
---@field expected? taut.value
---@field got? taut.value
---@field margin? number|taut.quantity  slack, negative when violated
---@field stop? boolean

---@class taut.start_options
---@field load? taut.quantity  another load than the set's
---@field within? taut.time    default 60 s

---What s:always returns.
---@class taut.watch
local watch = {}
---Ends the watch; what it saw stays.
function watch:stop() end

---The running case. Time stands still while the script runs; it passes in waits. What the script reads
---and judges is the last row.
---@class taut.script
---@field sweep table<string, taut.value>  the point of the sweep this case is
local script = {}

---What s:follow returns.
---@class taut.follow
local follow = {}
---The entries since the last time, each with its time `t` and the ports by name.
---@return table<string, any>[]
function follow:take() end

---What s:measure returns.
---@class taut.measure
local measure = {}
---The greatest value in SI, or the time in seconds, since the last time; nil without a row.
---@return number?
function measure:take() end

---Lets simulated time pass, to the next row at or after it.
---@param time taut.time
function script:wait(time) end

---Lets simulated time pass unseen: every instance moves over it in closed form. Ends where a wait of
---the same length would. The machine must be at rest or come to rest within 10 s.
---@param time taut.time
function script:skip(time) end

---Waits for the first row at which the condition holds. When the limit is over first, the check fails
---and the case ends.
---@param condition string
---@param options? taut.wait_options
---@return boolean
function script:wait_until(condition, options) end

---Keeps the values of ports whenever the counter changes: the log of a component that shows one entry
---at a time.
---@param counter string
---@param ports string[]
---@return taut.follow
function script:follow(counter, ports) end

---Measures on every row, without waking the script: how long a condition holds, or the greatest value
---of an expression.
---@param kind "time"|"greatest"
---@param expression string
---@return taut.measure
function script:measure(kind, expression) end

---What the labels of an enum port call a number.
---@param port string
---@param number number
---@return string
function script:label(port, number) end

---Base ticks simulated so far; skipped time has none.
---@return integer
function script:ticks() end

---Checks the condition now. A failure does not end the case unless `stop` is set.
---@param condition string
---@param options? taut.check_options
---@return boolean holds
function script:expect(condition, options) end

---Checks the condition on this row and every row until the end or :stop().
---@param condition string
---@param options? taut.watch_options
---@return taut.watch
function script:always(condition, options) end

---A check the script computed itself.
---@param ok any
---@param options taut.own_check
---@return boolean ok
function script:check(ok, options) end

---Fails and ends the case.
---@param text string
function script:fail(text) end

---The SI value of an expression, 1 or 0 for a condition, the label of an enum; with a unit the number in
---that unit. A name for both sides gives the left one.
---@param expression string
---@param unit? string
---@return any
function script:value(expression, unit) end

---Simulated time of the last row [s].
---@return number
function script:now() end

---Asks the session for a set and waits until it is under way.
---@param options? taut.start_options
function script:start_set(options) end

---Sends an event to an enum input with a counter: `s:event("user.stimulus", "release")`.
---@param port string
---@param label string
function script:event(port, label) end

---Sets an input that nothing feeds.
---@param port string
---@param value taut.value
function script:set(port, value) end

---Switches a declared fault on.
---@param name string
function script:fault(name) end

---Switches it off.
---@param name string
function script:clear(name) end

---In a scenario with `branch`: is this the instant at which the case strikes? True once, where the
---first dimension of `branch` has this value; from then on `s.sweep` has the values of `branch`.
---@param value taut.value
---@return boolean
function script:strike(value) end

---A line in the log of the case.
---@param text any
function script:log(text) end

---A record for reports, with the time of the last row.
---@param kind string  [a-z][a-z0-9_]*
---@param fields? table<string, number|string|boolean|taut.quantity|(number|string|boolean)[]>
function script:note(kind, fields) end

-- Tables -------------------------------------------------------------------------------------------------

---@class taut.set
---@field exercise? string         a file of models/exercises
---@field load? taut.quantity      a force, given to the sides the exercise uses
---@field reps? integer
---@field mode? string             resistance law
---@field [string] taut.value      any other parameter of the session

---@class taut.scenario_table
---@field name string                the sentence the case shows
---@field help? string
---@field rig string|taut.rig_table  a file of models/rigs, or taut.rig { }
---@field user? string|table         a persona of models/users, or { "persona", parameter = value }
---@field set? taut.set
---@field params? table<taut.role_key, table<string, taut.value>>
---@field faults? table<string, taut.fault_table>
---@field sweep? table<string, taut.value[]>  a case for every combination; overrides fields of set and user
---@field hazard? string            id of the hazard whose campaign it belongs to
---@field not_applicable? string[]  what its campaign leaves out: "phase=top: why"
---@field branch? string[]           dimensions of the sweep that matter only from s:strike on; the first says when
---@field tags? string[]
---@field covers? string[]           ids of requirements
---@field rows? string[] rows of the guides that it checks: "D-002-30"
---@field with? table models in place of the rig's, by role
---@field protocol? table a taut.protocol whose session and exercises these are
---@field twin? table fields of its broken twin, or a list of twins
---@field demand? string[]           of `covers`: each run places exactly one demand on these
---@field distribution? string       with `demand`: what instant, person and load are drawn from
---@field timeout? taut.time         simulated time after which the case fails; default 600 s
---@field script fun(s: taut.script)

---@class taut.fault_table
---@field on string      port ("left.motor.iq_a") or, for skip, double, freeze and reset, instance
---@field kind "bias"|"gain"|"sign"|"stuck"|"delay"|"drop"|"jitter"|"noise"|"drift"|"quantise"|"saturate"|"rate"|"dead_band"|"invert"|"spike"|"nan"|"neighbour"|"hold"|"swap"|"skip"|"double"|"freeze"|"reset"
---@field magnitude? number|taut.quantity
---@field low? number|taut.quantity   saturate
---@field high? number|taut.quantity  saturate
---@field probability? number         drop, jitter, spike: per sample
---@field delay? taut.time            delay, jitter
---@field help? string

---@class taut.rig_table
---@field name string
---@field help? string
---@field machine? string             a file of models/machines
---@field sides? ("left"|"right")[]   default both
---@field roles table<taut.role_key, string|{model: string, period?: taut.time, phase?: taut.time}>
---@field params? table<taut.role_key, table<string, taut.value>>
---@field base_period? taut.time      default 50 us
---@field row_period? taut.time       default 1 ms
---@field fast? { base_period?: taut.time, row_period?: taut.time, roles: table }  for --fidelity fast

---@class taut.parameters_table
---@field name string
---@field kind "machine"|"user"|"exercise"
---@field help? string
---@field notes? string
---@field source? string
---@field life? table<string, any>       of a persona: what she does between sessions, for the script
---@field priors? table<string, any>     of a sampled persona: the numbers its distributions are made of
---@field sample? fun(priors: table, draw: taut.draw): {user: table, life: table, facts?: table}
---@field [taut.role_key] table<string, taut.value|{[1]: any, status: "V"|"C"|"M"|"D", source: string}>

---A role written in Lua. `st` is its state, a fixed record of numbers in the core's memory; keep nothing
---in local variables between calls.
---@class taut.role_table
---@field role taut.role_key
---@field help? string
---@field period? taut.time
---@field state? string[]  names of the state variables, at most 64
---@field params? table<string, number|taut.quantity>
---@field init? fun(st: table, par: table)
---@field update fun(st: table, inp: table, tick_ns: integer, par: table)
---@field output fun(st: table, out: table, inp: table?, par: table)

---A requirement of a register: requirements.lua in the folder of the scenario or above it.
---@class taut.requirement
---@field id string         "SR-030"
---@field text string       in plain words
---@field formula string    of the requirements language
---@field hazard string|string[]  what it protects from: ids of hazards.lua
---@field severity taut.severity
---@field source string     where it comes from
---@field safe_state taut.safe_state
---@field everywhere? boolean  watches every run, not only those that cover it
---@field needs? "full"        only a run of full fidelity may judge it
---@field end_? "strict"|"weak"  a window that the run does not cover: decides nothing, or is clipped
---@field approved? {by: string, role: string, date: string, rationale?: string}

---@alias taut.severity "negligible"|"minor"|"serious"|"critical"|"catastrophic"
---@alias taut.safe_state "normal"|"assist"|"symptom_ramp"|"ss1"|"sto"|"released"|"latched"|"none"

---A hazard of a register: hazards.lua beside requirements.lua.
---@class taut.hazard
---@field id string           "H23"
---@field failure string      what goes wrong
---@field detection string    how the machine notices
---@field requirement string  what it must then do, in words
---@field safe_state taut.safe_state
---@field severity taut.severity
---@field source string
---@field status? "V"|"C"|"M"|"D"  of the figures in it

---@class taut
---@field version string
local taut = {}

---@param t taut.requirement[]
---@return taut.requirement[]
function taut.requirements(t) end

---@param t taut.hazard[]
---@return taut.hazard[]
function taut.hazards(t) end

---@param t taut.scenario_table
---@return taut.scenario_table
function taut.scenario(t) end

---Rules that several protocols share, for their field `rules`: lists `eligibility`, `contraindications`,
---`stop_rules`, `referrals`.
---@param rules table
---@return table
function taut.rules(rules) end

---Weeks of training as data; docs/protocols.md has the fields. Run with `taut protocol`.
---@param protocol table
---@return table
function taut.protocol(protocol) end

---@param t taut.fault_table
---@return taut.fault_table
function taut.fault(t) end

---@param t taut.rig_table
---@return taut.rig_table
function taut.rig(t) end

---@param t taut.parameters_table
---@return taut.parameters_table
function taut.parameters(t) end

---Random numbers of a sampled persona. Each depends on the seed and on its own name alone.
---@class taut.draw
---@field uniform fun(name: string, low: number, high: number): number
---@field normal fun(name: string, mean: number, sd: number, low?: number, high?: number): number
---@field lognormal fun(name: string, mean: number, cv: number): number
---@field chance fun(name: string, p: number): boolean
---@field pick fun(name: string, weights: number[]): integer

---Who a persona is, as plain values. In a running script the name is that of the case's persona and the
---seed that of the case, unless given; elsewhere give both.
---@param name? string
---@param seed? integer
---@param priors? table<string, number> in place of the numbers its distributions are made of
---@return {name: string, user: table<string, any>, life: table<string, any>, facts: table<string, any>}
function taut.persona(name, seed, priors) end

---@param t taut.role_table
---@return taut.role_table
function taut.role(t) end

---A quantity in any known unit: `taut.quantity(5, "cmH2O/s")`.
---@param value number|taut.quantity
---@param unit string
---@return taut.quantity
function taut.quantity(value, unit) end

-- Units ----------------------------------------------------------------------------------------------------

---@alias taut.unit_function fun(value: number|taut.quantity): taut.quantity

---@param value number|taut.quantity in percent
---@return taut.quantity
function percent(value) end
---@param value number|taut.quantity in m
---@return taut.quantity
function m(value) end
---@param value number|taut.quantity in cm
---@return taut.quantity
function cm(value) end
---@param value number|taut.quantity in mm
---@return taut.quantity
function mm(value) end
---@param value number|taut.quantity in um
---@return taut.quantity
function um(value) end
---@param value number|taut.quantity in ft
---@return taut.quantity
function ft(value) end
---@param value number|taut.quantity in m2
---@return taut.quantity
function m2(value) end
---@param value number|taut.quantity in cm2
---@return taut.quantity
function cm2(value) end
---@param value number|taut.quantity in mm2
---@return taut.quantity
function mm2(value) end
---@param value number|taut.quantity in m3
---@return taut.quantity
function m3(value) end
---@param value number|taut.quantity in l
---@return taut.quantity
function l(value) end
---@param value number|taut.quantity in ml
---@return taut.quantity
function ml(value) end
---@param value number|taut.quantity in m3/s
---@return taut.quantity
function m3_s(value) end
---@param value number|taut.quantity in ml/s
---@return taut.quantity
function ml_s(value) end
---@param value number|taut.quantity in s
---@return taut.quantity
function s(value) end
---@param value number|taut.quantity in ms
---@return taut.quantity
function ms(value) end
---@param value number|taut.quantity in us
---@return taut.quantity
function us(value) end
---@param value number|taut.quantity in ns
---@return taut.quantity
function ns(value) end
---@param value number|taut.quantity in min
---@return taut.quantity
function min(value) end
---@param value number|taut.quantity in h
---@return taut.quantity
function h(value) end
---@param value number|taut.quantity in day
---@return taut.quantity
function day(value) end
---@param value number|taut.quantity in week
---@return taut.quantity
function week(value) end
---@param value number|taut.quantity in 1/s
---@return taut.quantity
function per_s(value) end
---@param value number|taut.quantity in 1/min
---@return taut.quantity
function per_min(value) end
---@param value number|taut.quantity in Hz
---@return taut.quantity
function Hz(value) end
---@param value number|taut.quantity in kHz
---@return taut.quantity
function kHz(value) end
---@param value number|taut.quantity in m/s
---@return taut.quantity
function m_s(value) end
---@param value number|taut.quantity in cm/s
---@return taut.quantity
function cm_s(value) end
---@param value number|taut.quantity in mm/s
---@return taut.quantity
function mm_s(value) end
---@param value number|taut.quantity in m/s2
---@return taut.quantity
function m_s2(value) end
---@param value number|taut.quantity in m/s3
---@return taut.quantity
function m_s3(value) end
---@param value number|taut.quantity in kg
---@return taut.quantity
function kg(value) end
---@param value number|taut.quantity in g
---@return taut.quantity
function g(value) end
---@param value number|taut.quantity in lbm
---@return taut.quantity
function lbm(value) end
---@param value number|taut.quantity in kg m2
---@return taut.quantity
function kgm2(value) end
---@param value number|taut.quantity in kg/m
---@return taut.quantity
function kg_m(value) end
---@param value number|taut.quantity in N
---@return taut.quantity
function N(value) end
---@param value number|taut.quantity in mN
---@return taut.quantity
function mN(value) end
---@param value number|taut.quantity in kN
---@return taut.quantity
function kN(value) end
---@param value number|taut.quantity in lb
---@return taut.quantity
function lb(value) end
---@param value number|taut.quantity in lbf
---@return taut.quantity
function lbf(value) end
---@param value number|taut.quantity in kgf
---@return taut.quantity
function kgf(value) end
---@param value number|taut.quantity in N/s
---@return taut.quantity
function N_s(value) end
---@param value number|taut.quantity in lb/s
---@return taut.quantity
function lb_s(value) end
---@param value number|taut.quantity in N/m
---@return taut.quantity
function N_m(value) end
---@param value number|taut.quantity in N/mm
---@return taut.quantity
function N_mm(value) end
---@param value number|taut.quantity in N s/m
---@return taut.quantity
function Ns_m(value) end
---@param value number|taut.quantity in N s
---@return taut.quantity
function Ns(value) end
---@param value number|taut.quantity in N s2/m2
---@return taut.quantity
function Ns2_m2(value) end
---@param value number|taut.quantity in N m
---@return taut.quantity
function Nm(value) end
---@param value number|taut.quantity in N m/A
---@return taut.quantity
function Nm_A(value) end
---@param value number|taut.quantity in N m/rad
---@return taut.quantity
function Nm_rad(value) end
---@param value number|taut.quantity in N m s
---@return taut.quantity
function Nms(value) end
---@param value number|taut.quantity in N m s/rad
---@return taut.quantity
function Nms_rad(value) end
---@param value number|taut.quantity in Pa
---@return taut.quantity
function Pa(value) end
---@param value number|taut.quantity in kPa
---@return taut.quantity
function kPa(value) end
---@param value number|taut.quantity in MPa
---@return taut.quantity
function MPa(value) end
---@param value number|taut.quantity in cmH2O
---@return taut.quantity
function cmH2O(value) end
---@param value number|taut.quantity in mmHg
---@return taut.quantity
function mmHg(value) end
---@param value number|taut.quantity in Pa/s
---@return taut.quantity
function Pa_s(value) end
---@param value number|taut.quantity in cmH2O/s
---@return taut.quantity
function cmH2O_s(value) end
---@param value number|taut.quantity in Pa/N
---@return taut.quantity
function Pa_N(value) end
---@param value number|taut.quantity in J
---@return taut.quantity
function J(value) end
---@param value number|taut.quantity in kJ
---@return taut.quantity
function kJ(value) end
---@param value number|taut.quantity in W
---@return taut.quantity
function W(value) end
---@param value number|taut.quantity in kW
---@return taut.quantity
function kW(value) end
---@param value number|taut.quantity in A
---@return taut.quantity
function A(value) end
---@param value number|taut.quantity in mA
---@return taut.quantity
function mA(value) end
---@param value number|taut.quantity in A/s
---@return taut.quantity
function A_s(value) end
---@param value number|taut.quantity in V
---@return taut.quantity
function V(value) end
---@param value number|taut.quantity in mV
---@return taut.quantity
function mV(value) end
---@param value number|taut.quantity in V/A
---@return taut.quantity
function V_A(value) end
---@param value number|taut.quantity in V s/rad
---@return taut.quantity
function Vs_rad(value) end
---@param value number|taut.quantity in ohm
---@return taut.quantity
function ohm(value) end
---@param value number|taut.quantity in mohm
---@return taut.quantity
function mohm(value) end
---@param value number|taut.quantity in H
---@return taut.quantity
function H(value) end
---@param value number|taut.quantity in mH
---@return taut.quantity
function mH(value) end
---@param value number|taut.quantity in F
---@return taut.quantity
function F(value) end
---@param value number|taut.quantity in mF
---@return taut.quantity
function mF(value) end
---@param value number|taut.quantity in uF
---@return taut.quantity
function uF(value) end
---@param value number|taut.quantity in Wb
---@return taut.quantity
function Wb(value) end
---@param value number|taut.quantity in K
---@return taut.quantity
function K(value) end
---@param value number|taut.quantity in degC
---@return taut.quantity
function degC(value) end
---@param value number|taut.quantity in 1/K
---@return taut.quantity
function per_K(value) end
---@param value number|taut.quantity in K/s
---@return taut.quantity
function K_s(value) end
---@param value number|taut.quantity in J/K
---@return taut.quantity
function J_K(value) end
---@param value number|taut.quantity in K/W
---@return taut.quantity
function K_W(value) end
---@param value number|taut.quantity in W/K
---@return taut.quantity
function W_K(value) end
---@param value number|taut.quantity in mol
---@return taut.quantity
function mol(value) end
---@param value number|taut.quantity in cd
---@return taut.quantity
function cd(value) end
---@param value number|taut.quantity in rad
---@return taut.quantity
function rad(value) end
---@param value number|taut.quantity in mrad
---@return taut.quantity
function mrad(value) end
---@param value number|taut.quantity in deg
---@return taut.quantity
function deg(value) end
---@param value number|taut.quantity in rev
---@return taut.quantity
function rev(value) end
---@param value number|taut.quantity in rad/s
---@return taut.quantity
function rad_s(value) end
---@param value number|taut.quantity in deg/s
---@return taut.quantity
function deg_s(value) end
---@param value number|taut.quantity in rpm
---@return taut.quantity
function rpm(value) end
---@param value number|taut.quantity in rad/s2
---@return taut.quantity
function rad_s2(value) end
---@param value number|taut.quantity in m/rad
---@return taut.quantity
function m_rad(value) end
---@param value number|taut.quantity in s
---@return taut.quantity
function seconds(value) end
---@param value number|taut.quantity in min
---@return taut.quantity
function minutes(value) end
---@param value number|taut.quantity in h
---@return taut.quantity
function hours(value) end
---@param value number|taut.quantity in day
---@return taut.quantity
function days(value) end
---@param value number|taut.quantity in week
---@return taut.quantity
function weeks(value) end

return taut
