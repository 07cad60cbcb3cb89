// The charts of report.html. All words of the page are there without this script; it draws what was recorded,
// each figure when it comes into view.
"use strict";
(() => {
const AXIS_WIDTH = 58;
const LANE_HEIGHT = 34;
const CHART_HEIGHT = 150;
const CURVES_MAX = 6;
const EVENT_FLAGS_MAX = 40;
const PRINT_WIDTH = 660;
const DASHES = [[], [7, 4], [2, 3]];
const root = document.documentElement;

const make = (tag, name, text) => {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
};
const color = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
const font = (size) => `${size * devicePixelRatio}px ${getComputedStyle(document.body).fontFamily}`;

// Four significant digits, without a needless exponent; a true minus sign as in the tables.
const show = (value) => {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const text = size !== 0 && (size >= 1e6 || size < 1e-3) ? size.toExponential(2) : String(+size.toPrecision(4));
  return value < 0 ? `−${text}` : text;
};
const seconds = (value) => `${value.toFixed(3)} s`;

// ------------------------------------------------------------------------------------------ data

// Packed series (core/report/pack.h): differences in base 64 VLQ, "-" a gap, "*n" the last entry n more times.
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const unpack = (text, n) => {
  const out = [];
  let value = 0;
  let at = 0;
  const number = () => {
    let sum = 0;
    for (let weight = 1; at < text.length; weight *= 32) {
      const digit = DIGITS.indexOf(text[at++]);
      sum += (digit % 32) * weight;
      if (digit < 32) break;
    }
    return sum % 2 === 1 ? -(sum - 1) / 2 : sum / 2;
  };
  while (typeof text === "string" && at < text.length && out.length < n) {
    if (text[at] === "-") {
      at++;
      out.push(null);
    } else if (text[at] === "*") {
      at++;
      const last = out[out.length - 1];
      for (let k = number(); k > 0 && out.length < n; k--) out.push(last);
    } else {
      out.push((value += number()));
    }
  }
  while (out.length < n) out.push(null);
  return out;
};

// One time axis for all signals of a case: two points for each coarse bucket, and the rows of the fine windows in
// the place of theirs.
const merge = (plots) => {
  const { coarse, fine } = plots;
  const isRow = coarse.dt <= plots.row_s * 1.5;
  const points = [];
  const add = (t, window, row) => {
    const place = (t - coarse.t0) / coarse.dt + 1e-9;
    const bucket = Math.min(Math.floor(place), coarse.n - 1);
    points.push({ t: Math.min(t, plots.end_s), window, row, bucket, isSecond: place - bucket >= 0.5 });
  };
  const inFine = (from, to) => fine.some((w) => from < w.t0 + w.n * w.dt && to > w.t0);
  for (let i = 0; i < coarse.n; i++) {
    const t = coarse.t0 + i * coarse.dt;
    if (inFine(t, t + coarse.dt)) continue;
    add(t, -1, 0);
    if (!isRow && t + coarse.dt / 2 < plots.end_s) add(t + coarse.dt / 2, -1, 0);
  }
  fine.forEach((w, k) => {
    for (let i = 0; i < w.n; i++) add(w.t0 + i * w.dt, k, i);
  });
  points.sort((a, b) => a.t - b.t);
  // Windows may overlap; uPlot wants times that grow.
  return points.filter((p, i) => i === 0 || p.t > points[i - 1].t);
};

// The curve through a bucket passes its least and its greatest value, the nearer one first.
const trace = (points, min, max) => {
  const line = [];
  points.forEach((p, i) => {
    const last = i > 0 ? line[i - 1] : null;
    const isSame = i > 0 && points[i - 1].bucket === p.bucket;
    if (min[i] === null || min[i] === max[i]) line.push(min[i]);
    else if (isSame && points[i - 1].isSecond === p.isSecond) line.push(last);
    else if (isSame) line.push(last === min[i] ? max[i] : min[i]);
    else line.push(last !== null && Math.abs(last - max[i]) < Math.abs(last - min[i]) ? max[i] : min[i]);
  });
  return line;
};

// A signal without rows of its own in a window has its buckets there too.
const readSignal = (name, s, plots, points) => {
  const low = unpack(s.coarse.min, plots.coarse.n);
  const spread = unpack(s.coarse.spread, plots.coarse.n);
  const fine = plots.fine.map((w, k) => (s.fine ? unpack(s.fine[k], w.n) : null));
  // Steps are 1, 2 or 5 times a power of ten: dividing by their inverse leaves no digits behind.
  const scale = (value) => (s.step < 1 ? value / Math.round(1 / s.step) : value * s.step);
  const values = (isHigh) => points.map((p) => {
    const rows = fine[p.window];
    const value = rows ? rows[p.row] : low[p.bucket];
    return value === null ? null : scale(value + (!rows && isHigh ? spread[p.bucket] : 0));
  });
  const min = values(false);
  const max = values(true);
  return { name, unit: s.unit === "1" ? "" : s.unit, labels: s.labels, min, max, line: trace(points, min, max) };
};

const read = (plots) => {
  const points = merge(plots);
  const signals = new Map();
  for (const name of Object.keys(plots.signals)) signals.set(name, readSignal(name, plots.signals[name], plots, points));
  return { xs: points.map((p) => p.t), signals, end: plots.end_s, events: plots.events };
};

const cases = new Map();
const caseOf = (id) => {
  if (!cases.has(id)) {
    const source = document.getElementById(`data-${id}`);
    const json = source ? JSON.parse(source.textContent) : null;
    cases.set(id, json && { ...read(json.plots), figures: json.figures });
  }
  return cases.get(id);
};

// Charts of one unit; more than a few curves are told apart by quantity, the last part of the name.
const groupSignals = (signals) => {
  const groups = new Map();
  const add = (key, s) => groups.set(key, [...(groups.get(key) || []), s]);
  const quantity = (s) => s.name.slice(s.name.lastIndexOf(".") + 1).replace(/^(left|right)_/, "");
  const values = signals.filter((s) => !s.labels);
  const perUnit = (unit) => values.filter((s) => s.unit === unit).length;
  for (const s of values) add(perUnit(s.unit) > CURVES_MAX ? `${s.unit} ${quantity(s)}` : s.unit, s);
  const charts = [];
  for (const list of groups.values()) {
    for (let i = 0; i < list.length; i += CURVES_MAX) charts.push({ signals: list.slice(i, i + CURVES_MAX) });
  }
  const states = signals.filter((s) => s.labels);
  if (states.length > 0) charts.push({ signals: states, isStates: true });
  return charts;
};

// Left and right are the same colour and differ by their dashes.
const styleSignals = (signals) => {
  const kinds = [];
  return signals.map((s) => {
    const kind = s.name.replace(/(^|[._])(left|right)[._]/, "$1");
    if (!kinds.includes(kind)) kinds.push(kind);
    const isRight = /(^|[._])right[._]/.test(s.name);
    const index = kinds.indexOf(kind);
    return { key: `s${(index % 6) + 1}`, dash: DASHES[isRight ? 1 : index >= 6 ? 2 : 0] };
  });
};

// --------------------------------------------------------------------------------------- drawing

const line = (u, x0, y0, x1, y1, stroke, width, dash) => {
  const { ctx } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
  ctx.clip();
  ctx.beginPath();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = width * devicePixelRatio;
  ctx.setLineDash(dash.map((d) => d * devicePixelRatio));
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
  ctx.restore();
};

const label = (u, text, x, y, fill, align, size = 10) => {
  const { ctx } = u;
  ctx.save();
  ctx.font = font(size);
  ctx.fillStyle = fill;
  ctx.textAlign = align;
  ctx.textBaseline = "alphabetic";
  const width = ctx.measureText(text).width;
  const pad = 2 * devicePixelRatio;
  const left = align === "right" ? x - width : align === "center" ? x - width / 2 : x;
  ctx.globalAlpha = 0.85;
  ctx.fillStyle = color("paper");
  ctx.fillRect(left - pad, y - (size + 1) * devicePixelRatio, width + 2 * pad, (size + 4) * devicePixelRatio);
  ctx.globalAlpha = 1;
  ctx.fillStyle = fill;
  ctx.fillText(text, x, y);
  ctx.restore();
};

const drawLimits = (u, limits) => {
  const { left, top, width, height } = u.bbox;
  for (const limit of limits) {
    const y = u.valToPos(limit.value, "y", true);
    if (y < top || y > top + height) continue;
    line(u, left, y, left + width, y, color("limit"), 1.5, [8, 3, 2, 3]);
    const below = y - top < 16 * devicePixelRatio;
    label(u, limit.text, left + width - 4 * devicePixelRatio, y + (below ? 13 : -4) * devicePixelRatio, color("limit"), "right");
  }
};

const drawEvents = (u, events, isFirst) => {
  const { left, top, width, height } = u.bbox;
  const inView = events.map((t, i) => [t, i + 1]).filter(([t]) => t >= u.scales.x.min && t <= u.scales.x.max);
  let free = -Infinity;
  for (const [t, number] of inView) {
    const x = u.valToPos(t, "x", true);
    line(u, x, top, x, top + height, color("rest"), 1, [1, 3]);
    if (!isFirst || inView.length > EVENT_FLAGS_MAX || x < free || x > left + width - 8 * devicePixelRatio) continue;
    label(u, String(number), x + 2 * devicePixelRatio, top + 10 * devicePixelRatio, color("dim"), "left", 9);
    free = x + 18 * devicePixelRatio;
  }
};

const drawMark = (u, at, isFirst) => {
  if (at === undefined || at < u.scales.x.min || at > u.scales.x.max) return;
  const { top, height } = u.bbox;
  const x = Math.round(u.valToPos(at, "x", true));
  line(u, x, top, x, top + height, color("mark"), 2, []);
  if (!isFirst) return;
  const size = 5 * devicePixelRatio;
  u.ctx.save();
  u.ctx.fillStyle = color("mark");
  u.ctx.beginPath();
  u.ctx.moveTo(x - size, top - size);
  u.ctx.lineTo(x + size, top - size);
  u.ctx.lineTo(x, top + size / 2);
  u.ctx.fill();
  u.ctx.restore();
};

// Runs of one value; a bucket in which it changed is a run of its own with a null value.
const runs = (s, xs, end) => {
  const list = [];
  xs.forEach((x, i) => {
    const value = s.min[i] === s.max[i] ? s.min[i] : null;
    const last = list[list.length - 1];
    if (last && last.value === value) last.to = x;
    else {
      if (last) last.to = x;
      list.push({ from: x, to: x, value });
    }
  });
  if (list.length > 0) list[list.length - 1].to = Math.max(end, list[list.length - 1].to);
  return list;
};

const labelOf = (s, value) => (value === null ? "changes" : (s.labels[value] ?? show(value)));

const drawStates = (u, signals, laneRuns) => {
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.font = font(10.5);
  signals.forEach((s, lane) => {
    const top = bbox.top + (lane * LANE_HEIGHT + 15) * ratio;
    const height = (LANE_HEIGHT - 18) * ratio;
    const isBool = s.labels.length === 2 && s.labels[0] === "false";
    for (const run of laneRuns[lane]) {
      if (run.to < u.scales.x.min || run.from > u.scales.x.max) continue;
      const x0 = Math.max(u.valToPos(run.from, "x", true), bbox.left);
      const x1 = Math.min(u.valToPos(run.to, "x", true), bbox.left + bbox.width);
      const width = Math.max(x1 - x0, ratio);
      if (run.value === 0) {
        ctx.fillStyle = color("rest");
        ctx.fillRect(x0, top + height - 2 * ratio, width, 2 * ratio);
      } else {
        ctx.fillStyle = run.value === null ? color("dim") : color(`b${((run.value - 1) % 6) + 1}`);
        ctx.fillRect(x0, top, width, height);
      }
      ctx.fillStyle = color("line");
      ctx.fillRect(x0, top, ratio, height);
      const text = labelOf(s, run.value);
      if (!(isBool && run.value === 0) && ctx.measureText(text).width + 8 * ratio < width) {
        ctx.fillStyle = color(run.value === 0 ? "dim" : run.value === null ? "paper" : "ink");
        ctx.fillText(text, x0 + 4 * ratio, top + height / 2);
      }
    }
  });
  ctx.restore();
};

// ---------------------------------------------------------------------------------------- charts

const rangeOf = (data, from, to) => {
  let low = Infinity;
  let high = -Infinity;
  data.xs.forEach((x, i) => {
    if (x < from || x > to) return;
    for (const s of data.signals) {
      if (s.min[i] !== null && s.min[i] < low) low = s.min[i];
      if (s.max[i] !== null && s.max[i] > high) high = s.max[i];
    }
  });
  return [low, high];
};

// Steps of the time axis: 1, 2, 5 up to seconds, then what divides minutes, hours and days.
const TIME_STEPS = [
  ...[-6, -5, -4, -3, -2, -1, 0].flatMap((e) => [1, 2, 5].map((n) => +`${n}e${e}`)),
  10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800,
];
const showTimes = (u, splits, axis, space, step) => {
  const [size, unit] = step >= 86400 ? [86400, "d"] : step >= 3600 ? [3600, "h"] : step >= 60 ? [60, "min"] : [1, "s"];
  return splits.map((t, i) => `${+(t / size).toFixed(6)}${i === splits.length - 1 ? ` ${unit}` : ""}`);
};

const axisStyle = (more) => ({
  stroke: () => color("dim"),
  font: `11px ${getComputedStyle(document.body).fontFamily}`,
  grid: { stroke: () => color("grid"), width: 1 },
  ticks: { stroke: () => color("grid"), width: 1, size: 4 },
  ...more,
});

// A figure: charts of one case below each other that share the time axis.
class Figure {
  constructor(host, data, spec) {
    this.host = host;
    this.data = data;
    this.at = spec.at;
    this.limits = spec.limits || [];
    this.window = spec.from === undefined ? [0, data.end] : [spec.from, spec.to];
    this.charts = [];
    const chosen = spec.signals ? spec.signals.map((name) => data.signals.get(name)).filter(Boolean) : [...data.signals.values()];
    this.host.append(this.toolbar());
    const groups = groupSignals(chosen);
    // What has a limit is what the check is about.
    const hasLimit = (group) => this.limits.some((limit) => group.signals.some((s) => s.name === limit.signal));
    groups.sort((a, b) => hasLimit(b) - hasLimit(a));
    groups.forEach((group, i) => this.addChart(group, i === 0, i === groups.length - 1));
    if (groups.length === 0) this.host.append(make("p", "note", "None of the signals of this check were recorded for plots."));
    this.width = 0;
    this.resize();
    this.setWindow(...this.window);
    new ResizeObserver(() => this.resize()).observe(host);
    host.dataset.ready = "1";
  }

  toolbar() {
    const bar = make("div", "tools");
    const button = (text, title, action) => {
      const element = make("button", "", text);
      element.type = "button";
      element.title = title;
      element.setAttribute("aria-label", title);
      element.addEventListener("click", action);
      bar.append(element);
    };
    if (this.window[0] > 0 || this.window[1] < this.data.end) {
      button("Violation", "show the time around the violation (v)", () => this.setWindow(...this.window));
    }
    button("Whole run", "show the whole run (0)", () => this.setWindow(0, this.data.end));
    button("+", "zoom in (+)", () => this.zoom(0.5));
    button("−", "zoom out (-)", () => this.zoom(2));
    button("◀", "earlier (left arrow)", () => this.pan(-0.25));
    button("▶", "later (right arrow)", () => this.pan(0.25));
    this.readout = make("span", "readout", "");
    bar.append(this.readout);
    this.host.tabIndex = 0;
    this.host.addEventListener("keydown", (event) => this.key(event));
    return bar;
  }

  key(event) {
    const actions = {
      ArrowLeft: () => this.pan(-0.25),
      ArrowRight: () => this.pan(0.25),
      "+": () => this.zoom(0.5),
      "=": () => this.zoom(0.5),
      "-": () => this.zoom(2),
      0: () => this.setWindow(0, this.data.end),
      Home: () => this.setWindow(0, this.data.end),
      v: () => this.setWindow(...this.window),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  }

  addChart(group, isFirst, isLast) {
    const panel = make("div", group.isStates ? "chart states" : "chart");
    const plot = make("div", "plot");
    const styles = styleSignals(group.signals);
    const limits = this.limits.filter((limit) => group.signals.some((s) => s.name === limit.signal));
    const unique = limits.filter((limit, i) => limits.findIndex((l) => l.value === limit.value && l.text === limit.text) === i);
    const legend = this.legend(group, styles);
    if (!group.isStates) panel.append(legend);
    panel.append(plot);
    this.host.append(panel);
    plot.setAttribute("role", "img");
    const chart = { group, plot, limits: unique, values: [...legend.querySelectorAll(".value")], isLast };
    chart.height = (group.isStates ? group.signals.length * LANE_HEIGHT + 4 : CHART_HEIGHT) + (isLast ? 30 : 8) + (isFirst ? 6 : 0);
    chart.u = new uPlot(this.options(chart, styles, isFirst), this.columns(group), plot);
    if (group.isStates) {
      // Names of lanes stand over their bands and take the value at the cursor.
      legend.classList.add("lanes");
      chart.u.over.append(legend);
    }
    this.charts.push(chart);
  }

  legend(group, styles) {
    const list = make("div", "legend");
    group.signals.forEach((s, i) => {
      const item = make("span", "item");
      if (!group.isStates) {
        const swatch = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        swatch.setAttribute("viewBox", "0 0 22 8");
        swatch.setAttribute("aria-hidden", "true");
        const stroke = document.createElementNS("http://www.w3.org/2000/svg", "path");
        stroke.setAttribute("d", "M0 4H22");
        stroke.setAttribute("class", styles[i].key);
        stroke.setAttribute("stroke-dasharray", styles[i].dash.join(" "));
        swatch.append(stroke);
        item.append(swatch);
      }
      item.append(make("span", "name", s.name), make("span", "value", ""));
      if (!group.isStates && s.unit && s.unit !== "1") item.append(make("span", "unit", s.unit));
      list.append(item);
    });
    return list;
  }

  columns(group) {
    if (group.isStates) return [this.data.xs, this.data.xs.map(() => null)];
    return [this.data.xs, ...group.signals.map((s) => s.line)];
  }

  options(chart, styles, isFirst) {
    const { group } = chart;
    const laneRuns = group.isStates ? group.signals.map((s) => runs(s, this.data.xs, this.data.end)) : [];
    const curve = (i) => ({
      stroke: () => color(styles[i].key),
      width: 1.5,
      dash: styles[i].dash,
      points: { show: false },
      spanGaps: false,
    });
    const series = group.isStates ? [{ points: { show: false } }] : group.signals.map((s, i) => curve(i));
    return {
      width: 600,
      height: chart.height,
      padding: [isFirst ? 12 : 6, 10, 2, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: true },
        bind: { dblclick: () => () => this.setWindow(0, this.data.end) },
        sync: { key: this.host.dataset.case + "/" + this.host.dataset.figure, setSeries: false, filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } },
      },
      scales: {
        x: { time: false },
        y: group.isStates ? { range: [0, 1] } : { range: (u, low, high) => this.yRange(chart, low, high) },
      },
      axes: [
        axisStyle({
          size: chart.isLast ? 28 : 4,
          incrs: TIME_STEPS,
          values: chart.isLast ? showTimes : () => [],
        }),
        axisStyle({ size: AXIS_WIDTH, values: group.isStates ? () => [] : (u, splits) => splits.map(show), ...(group.isStates && { grid: { show: false }, ticks: { show: false } }) }),
      ],
      series: [{}, ...series],
      hooks: {
        setScale: [(u, key) => key === "x" && this.follow(u)],
        setCursor: [(u) => this.showValues(u.cursor.idx)],
        drawAxes: [(u) => drawEvents(u, this.data.events, isFirst)],
        draw: [
          (u) => {
            if (group.isStates) drawStates(u, group.signals, laneRuns);
            drawLimits(u, chart.limits);
            drawMark(u, this.at, isFirst);
          },
        ],
      },
    };
  }

  // What is seen, the limits, and some air.
  yRange(chart, low, high) {
    low ??= Infinity;
    high ??= -Infinity;
    for (const limit of chart.limits) {
      low = Math.min(low, limit.value);
      high = Math.max(high, limit.value);
    }
    if (!(low <= high)) return [0, 1];
    const air = high > low ? (high - low) * 0.08 : Math.abs(high) * 0.1 || 1;
    return [low - air, high + air];
  }

  follow(u) {
    const { min, max } = u.scales.x;
    if (this.isFollowing || min === null || (min === this.from && max === this.to)) return;
    this.setWindow(min, max);
  }

  setWindow(from, to) {
    if (!(to > from)) return;
    const span = Math.min(to - from, this.data.end);
    this.from = Math.max(0, Math.min(from, this.data.end - span));
    this.to = this.from + span;
    this.isFollowing = true;
    for (const chart of this.charts) {
      // Both axes at once: the y range is that of the new window.
      chart.u.batch(() => chart.u.setScale("x", { min: this.from, max: this.to }));
      this.describe(chart);
    }
    this.isFollowing = false;
    this.host.dataset.from = this.from;
    this.host.dataset.to = this.to;
    this.showValues(null);
  }

  zoom(factor) {
    const middle = this.at > this.from && this.at < this.to ? this.at : (this.from + this.to) / 2;
    const least = Math.max(this.data.end * 1e-6, 1e-3);
    const span = Math.max((this.to - this.from) * factor, least);
    const share = (middle - this.from) / (this.to - this.from);
    this.setWindow(middle - span * share, middle + span * (1 - share));
  }

  pan(share) {
    const shift = (this.to - this.from) * share;
    this.setWindow(this.from + shift, this.to + shift);
  }

  // What a chart shows, for those who do not see it.
  describe(chart) {
    const words = chart.group.signals.map((s) => {
      if (s.labels) {
        const seen = new Set(this.data.xs.flatMap((x, i) => (x >= this.from && x <= this.to && s.min[i] !== null && s.min[i] === s.max[i] ? [labelOf(s, s.min[i])] : [])));
        return `${s.name}: ${[...seen].join(", ") || "no data"}`;
      }
      const [low, high] = rangeOf({ xs: this.data.xs, signals: [s] }, this.from, this.to);
      return low <= high ? `${s.name} between ${show(low)} and ${show(high)} ${s.unit}` : `${s.name}: no data`;
    });
    const limits = chart.limits.map((limit) => `limit ${limit.text}`);
    const mark = this.at >= this.from && this.at <= this.to ? [`violation at ${seconds(this.at)}`] : [];
    chart.plot.setAttribute("aria-label", `chart from ${seconds(this.from)} to ${seconds(this.to)}: ${[...words, ...limits, ...mark].join("; ")}`);
  }

  showValues(index) {
    const has = index !== null && index !== undefined && this.data.xs[index] !== undefined;
    const span = `${seconds(this.from)} to ${seconds(this.to)}`;
    this.readout.textContent = has ? seconds(this.data.xs[index]) : span;
    for (const chart of this.charts) {
      chart.group.signals.forEach((s, i) => {
        if (!chart.values[i]) return;
        const [low, high] = has ? [s.min[index], s.max[index]] : [null, null];
        const one = s.labels ? labelOf(s, low === high ? low : null) : low === high ? show(low) : `${show(low)} … ${show(high)}`;
        chart.values[i].textContent = has && low !== null ? one : "";
      });
    }
  }

  resize(width = this.host.clientWidth) {
    if (root.classList.contains("printing")) width = PRINT_WIDTH;
    if (width < 50 || width === this.width) return;
    this.width = width;
    for (const chart of this.charts) chart.u.setSize({ width, height: chart.height });
  }

  redraw() {
    for (const chart of this.charts) chart.u.redraw(false, true);
  }
}

// ------------------------------------------------------------------------------------------ page

const figures = new Map();
const draw = (host) => {
  if (figures.has(host)) return;
  const data = caseOf(host.dataset.case);
  if (data) figures.set(host, new Figure(host, data, data.figures[host.dataset.figure] || {}));
};
const hosts = [...document.querySelectorAll(".figure")];
const seen = new IntersectionObserver((entries) => entries.filter((e) => e.isIntersecting).forEach((e) => draw(e.target)), { rootMargin: "300px" });
hosts.forEach((host) => seen.observe(host));

const redrawAll = () => figures.forEach((figure) => figure.redraw());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);

// On paper everything is open and drawn, in the light colours; afterwards the page is as it was.
let closed = [];
const startPrint = () => {
  if (root.classList.contains("printing")) return;
  root.classList.add("printing");
  closed = [...document.querySelectorAll("details:not([open]):not(.part)")];
  closed.push(...[...document.querySelectorAll("details.part:not([open])")].filter((d) => d.querySelector(".figure, table")));
  closed.forEach((d) => (d.open = true));
  hosts.forEach(draw);
  figures.forEach((figure) => figure.resize());
  redrawAll();
};
const endPrint = () => {
  if (!root.classList.contains("printing")) return;
  root.classList.remove("printing");
  closed.forEach((d) => (d.open = false));
  figures.forEach((figure) => figure.resize());
  redrawAll();
};
addEventListener("beforeprint", startPrint);
addEventListener("afterprint", endPrint);
matchMedia("print").addEventListener("change", (event) => (event.matches ? startPrint() : endPrint()));

// A link to a case opens it.
const openTarget = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let d = target.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", openTarget);
openTarget();

const copy = async (button) => {
  const code = button.parentElement.querySelector("code");
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = "Press Ctrl+C";
  }
  setTimeout(() => (button.textContent = "Copy"), 2000);
};
for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
// A narrow screen stacks the cells of a row, each with the head of its column before it.
for (const table of document.querySelectorAll("table")) {
  const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent);
  for (const row of table.tBodies[0].rows) [...row.cells].forEach((cell, i) => (cell.dataset.label = heads[i]));
}
root.classList.add("js");
})();
