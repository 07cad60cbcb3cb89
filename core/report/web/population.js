"use strict";
// Draws the charts of a population: bands of quantiles over the weeks, and survival as steps.
const root = document.documentElement;
const color = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
const source = document.getElementById("data-population");
const data = source ? JSON.parse(source.textContent) : {};
const show = (value) => (Number.isFinite(value) ? String(+value.toPrecision(4)) : "–");
const weeks = data.weeks || [];
const charts = [];

const axis = (label, more) => ({
  label,
  stroke: () => color("dim"),
  font: `11px ${getComputedStyle(document.body).fontFamily}`,
  labelFont: `12px ${getComputedStyle(document.body).fontFamily}`,
  labelSize: 20,
  grid: { stroke: () => color("grid"), width: 1 },
  ticks: { stroke: () => color("grid"), width: 1, size: 4 },
  ...more,
});

const line = (label, name, width, more) => ({
  label,
  stroke: () => color(name),
  width,
  points: { show: false },
  value: (u, value) => show(value),
  ...more,
});

function draw(host, options, columns) {
  const place = document.createElement("div");
  place.className = "chart";
  host.append(place);
  const size = () => ({ width: Math.max(260, host.clientWidth), height: options.height });
  const u = new uPlot({ ...options, ...size(), cursor: { drag: { x: false, y: false } } }, columns, place);
  charts.push(() => u.setSize(size()));
  host.dataset.ready = "1";
}

// Quantiles of 5, 25, 50, 75, 95 % of one quantity, a point per week.
function bands(host, list, key, label, scale = 1) {
  const column = (i) => list.map((week) => (week[key].n > 0 ? week[key].quantiles[i] * scale : null));
  // A single week has no lines.
  const dots = { points: { show: list.length === 1, size: 4 } };
  const columns = [list.map((week) => week.week), ...[0, 1, 2, 3, 4].map(column)];
  draw(host, {
    height: 210,
    scales: { x: { time: false, range: [0.5, Math.max(1, list.length) + 0.5] },
      y: { range: (u, low, high) => [Math.min(0, low), high > 0 ? high * 1.08 : 1] } },
    axes: [axis("week", { values: (u, at) => at.map((v) => (Number.isInteger(v) ? v : "")) }), axis(label, { size: 56 })],
    series: [
      { label: "week", value: (u, value) => (value === null ? "–" : value) },
      line("5 %", "b1", 1, dots), line("25 %", "s1", 1, dots), line("median", "s1", 2, { points: { show: true, size: 6 } }),
      line("75 %", "s1", 1, dots), line("95 %", "b1", 1, dots),
    ],
    bands: [
      { series: [5, 1], fill: () => `${color("b1")}66` },
      { series: [4, 2], fill: () => `${color("b1")}cc` },
    ],
  }, columns);
}

// Two curves of steps over the same days.
function survival(host) {
  const curves = [data.survival.without_symptom, data.survival.in_protocol];
  const end = Math.max(7 * weeks.length, 1);
  const days = [...new Set([0, end, ...curves.flatMap((steps) => steps.map(([day]) => day))])].sort((a, b) => a - b);
  const at = (steps) => days.map((day) => 100 * steps.filter(([d]) => d <= day).pop()[1]);
  const stepped = uPlot.paths.stepped({ align: 1 });
  draw(host, {
    height: 260,
    scales: { x: { time: false, range: [0, end] }, y: { range: [0, 104] } },
    axes: [axis("day"), axis("persons, %", { size: 56 })],
    series: [
      { label: "day", value: (u, value) => show(value) },
      line("without a symptom", "s2", 2, { paths: stepped }),
      line("still in the protocol", "s3", 2, { paths: stepped, dash: [6, 4] }),
    ],
  }, [days, ...curves.map(at)]);
}

for (const host of document.querySelectorAll("[data-chart]")) {
  const [kind, name] = host.dataset.chart.split(" ");
  if (kind === "survival") survival(host);
  if (kind === "week") bands(host, weeks, name, host.dataset.label, +host.dataset.scale || 1);
  if (kind === "exercise") {
    const exercise = data.exercises.find((one) => one.name === name);
    if (exercise) bands(host, exercise.weeks, "load_lb", "lb per cable");
  }
}

const resize = () => charts.forEach((fit) => fit());
addEventListener("resize", resize);
addEventListener("beforeprint", resize);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload());
