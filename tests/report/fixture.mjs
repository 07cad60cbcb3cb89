// fixture.mjs FOLDER [empty]: a run folder whose curves are known exactly, for the tests of report.html. With
// "empty" its recorded series hold gaps only.
import { mkdirSync, writeFileSync } from "node:fs";

const [folder, kind] = process.argv.slice(2);
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// As core/report/pack.h describes it.
function pack(numbers) {
  const put = (number) => {
    let rest = number < 0 ? -number * 2 + 1 : number * 2;
    let text = "";
    do {
      const more = rest >= 32;
      text += DIGITS[(rest % 32) + (more ? 32 : 0)];
      rest = Math.floor(rest / 32);
    } while (rest > 0);
    return text;
  };
  let text = "";
  let before = 0;
  for (let i = 0; i < numbers.length; ) {
    let same = 1;
    while (i + same < numbers.length && numbers[i + same] === numbers[i]) same++;
    if (numbers[i] === null) text += "-";
    else {
      text += put(numbers[i] - before);
      before = numbers[i];
    }
    if (same > 3) text += `*${put(same - 1)}`;
    i += same > 3 ? same : 1;
  }
  return text;
}

// 20 s of rows of 1 ms in buckets of 20, and every row from 7 s to 9 s.
export const END_S = 20;
const ROW_S = 0.001;
const BUCKET = 20;
const WINDOW = { t0: 7, dt: ROW_S, n: 2001 };
const buckets = (END_S * 1000) / BUCKET;

function signal(unit, labels, step, f) {
  const at = (row) => (kind === "empty" ? null : Math.round(f(row * ROW_S) / step));
  const min = [];
  const spread = [];
  for (let b = 0; b < buckets; b++) {
    const values = Array.from({ length: BUCKET }, (_, i) => at(b * BUCKET + i));
    min.push(values[0] === null ? null : Math.min(...values));
    spread.push(values[0] === null ? null : Math.max(...values) - Math.min(...values));
  }
  const fine = Array.from({ length: WINDOW.n }, (_, i) => at(WINDOW.t0 * 1000 + i));
  return { unit, labels, scale: 1, step, coarse: { min: pack(min), spread: pack(spread) }, fine: [pack(fine)] };
}

const lift = (t) => (t < 2 || t > 16 ? 0 : 0.5 - 0.5 * Math.cos(((t - 2) / 2) * Math.PI));
const plots = {
  row_s: ROW_S,
  skips: [],
  rows: END_S * 1000,
  end_s: END_S,
  coarse: { t0: 0, dt: ROW_S * BUCKET, n: buckets },
  fine: [WINDOW],
  signals: {
    // The step that the tests look for: at 8 s, from 40 N to 120 N.
    "left.cable.tension_n": signal("N", null, 0.1, (t) => (t < 8 ? 40 : 120)),
    "right.cable.tension_n": signal("N", null, 0.1, () => 60),
    "left.user.position_m": signal("m", null, 0.001, (t) => 0.6 * lift(t)),
    "left.motor.speed_rad_s": signal("rad/s", null, 0.05, (t) => 12 * Math.sin(t * 3) + (t > 10 ? 3 * Math.sin(t * 800) : 0)),
    "controller.safety_state": signal("1", ["normal", "symptom_ramp", "released", "latched"], 1, (t) => (t < 8.05 ? 0 : t < 12 ? 2 : 3)),
    "controller.armed": signal("1", ["false", "true"], 1, (t) => (t > 1 && t < 12 ? 1 : 0)),
  },
  aliases: {},
  events: [
    { t: 1, source: "session", kind: "event", name: "set_started", value: 1 },
    { t: 8, source: "scenario", kind: "event", name: "user.let_go", value: "left" },
    { t: 8.05, source: "controller", kind: "event", name: "released", value: null },
    { t: 12, source: "controller", kind: "event", name: "latched", value: null },
  ],
  events_lost: 0,
};

const check = (fields) => ({
  id: "", text: "", expression: "", verdict: "pass", margin: null, unit: "", tick_ns: null, expected: "", got: "",
  line: 10, requirement: false, everywhere: false, triggers: null, signals: [], ...fields,
});
const HOSTILE = '</script><img src=x onerror="document.title=1">\u2028<!--';
const item = (fields) => ({
  name: "", file: "scenarios/safety/release.lua", line: 3, rig: "two_cable_trainer", verdict: "pass", reason: "", seed: 1, repeats: 1,
  simulated_s: END_S, trace_hash: "e4874498d061aaf715550032ecc2cdc0", state_hash: null,
  plan_hash: "c867cc456db0cbe219646e0588286f98", checks: [], logs: [], output: "", output_lost_bytes: 0,
  environment: { wall_s: 0.25, pid: 42 }, ...fields,
});

const tension = "left.cable.tension_n";
const broken = check({
  id: "SR-020", text: "a handle that was let go is pulled with at most 100 N", requirement: true, triggers: 1,
  expression: "whenever rise(user.released) then within 100 ms (cable.tension_n <= 100 N)", verdict: "fail", margin: -20, unit: "N",
  tick_ns: 8000000000, expected: "cable.tension_n <= 100 N", got: "120 N (left)", signals: [tension, "right.cable.tension_n"],
});
const held = check({ id: "SR-021", text: "the release is noticed within 100 ms", expression: "controller.safety_state == released", margin: 0.05, unit: "s", tick_ns: 8050000000 });
const open = check({ id: "SR-030", text: "half the load after a symptom", expression: "whenever changed(controller.report_seq) then load.command_n <= 10 N", verdict: "inconclusive", requirement: true, triggers: 0 });
const reps = [1, 2, 3].map((rep) => ({
  side: "left", set: 1, rep, complete: true, from_s: 2 + 4 * (rep - 1), to_s: 6 + 4 * (rep - 1), range_m: 0.6, mean_velocity_m_s: 0.31 - 0.02 * rep,
  peak_velocity_m_s: 0.5, peak_force_n: 61.2, time_under_tension_s: 3.9, symptoms: rep === 3 ? ["leak"] : [],
}));

const cases = [
  item({ name: "a handle let go at full load is caught [load=10 lb]", verdict: "fail", reason: "broken", checks: [held, broken], plots, reps, logs: ["8.000 s let go"] }),
  item({ name: "nothing is reported", line: 40, verdict: "inconclusive", reason: "never exercised", checks: [held, open], plots, reps: [] }),
  item({ name: HOSTILE, file: HOSTILE, line: 2, verdict: "error", reason: `plugin said ${HOSTILE}`, logs: [HOSTILE], output: HOSTILE }),
  item({ name: "a set ends as it should", line: 80, checks: [held], plots, reps }),
];
const requirement = (fields) => ({
  formula: "", hazards: ["H1"], severity: "serious", source: "", safe_state: "released", approved: false, everywhere: false, needs: null,
  file: "scenarios/requirements.lua", line: 1, verdict: null, margin: null, unit: "", worst_case: null, cases: [], gap: false, ...fields,
});
const count = (verdict) => cases.filter((c) => c.verdict === verdict).length;
const results = {
  schema: "taut.results/1", version: "0.1.0", seed: 1, with: ["controller=bad_no_retraction_limit"], interrupted: false, allow_inconclusive: false, exit_code: 1,
  summary: { total: cases.length, pass: count("pass"), fail: count("fail"), inconclusive: count("inconclusive"), error: count("error") },
  cases: cases.map(({ plots: _plots, reps: _reps, ...rest }) => rest),
  requirements: [
    requirement({ id: "SR-020", text: broken.text, formula: broken.expression, verdict: "fail", margin: -20, unit: "N", worst_case: cases[0].name, cases: [cases[0].name], hazards: ["H4", "H7"] }),
    requirement({ id: "SR-021", text: held.text, formula: held.expression, verdict: "pass", margin: 0.05, unit: "s", worst_case: cases[3].name, cases: [cases[0].name, cases[3].name], approved: true }),
    requirement({ id: "SR-030", text: open.text, formula: open.expression, verdict: "inconclusive", cases: [cases[1].name] }),
    requirement({ id: "SR-051", text: "a lost encoder takes the torque off", formula: "whenever motor.encoder_lost then within 10 ms (motor.iq_a == 0 A)", gap: true }),
  ],
  hazards: [
    { id: "H1", failure: "the encoder is lost", detection: "position and speed disagree", requirement: "torque off within 10 ms", safe_state: "sto", severity: "critical", requirements: ["SR-051"], verdict: null, gap: true },
    { id: "H4", failure: "the handle is let go under load", detection: "hand presence, cable speed", requirement: "take-up no faster than 1 m/s", safe_state: "released", severity: "serious", requirements: ["SR-020"], verdict: "fail", gap: false },
  ],
  environment: { run: "20260101T000000Z-1", date: "2026-01-01T00:00:00Z", wall_s: 1.5, host: "bench", pid: 42, workers: 2, compiler: "gcc 12" },
};

mkdirSync(`${folder}/cases`, { recursive: true });
const slug = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60);
// A case that has failed since the last two runs and takes longer.
cases[0].history = Array.from({ length: 20 }, (_, i) => ({
  run: String(i), verdict: i < 11 || (i > 12 && i < 18) ? "pass" : "fail", wall_s: 0.2 + 0.002 * i + (i === 4 ? 0.2 : 0), margins: { "SR-020": i < 18 ? 12 - i : -20 },
}));
cases.forEach((c, i) => writeFileSync(`${folder}/cases/${i + 1}-${slug(c.name)}.json`, JSON.stringify(c)));
writeFileSync(`${folder}/results.json`, JSON.stringify(results));
