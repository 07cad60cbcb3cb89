// page.mjs CHROMIUM FOLDER: looks at FOLDER/known.html (made from fixture.mjs) and FOLDER/empty.html (the same
// without data) in a browser: at the pixels that are drawn, not at the markup. Screenshots stay in FOLDER.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { PNG } from "pngjs";

const [executablePath, folder] = process.argv.slice(2);
let failures = 0;

class Wrong extends Error {}
const expect = (condition, text) => {
  if (!condition) throw new Wrong(text);
};
const test = async (name, run) => {
  try {
    await run();
    console.log(`ok    ${name}`);
  } catch (error) {
    failures++;
    console.log(`FAIL  ${name}: ${error instanceof Wrong ? error.message : error.stack}`);
  }
};

// --no-sandbox: a test may run as root, where Chromium refuses its own sandbox.
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });

// A page that counts all that it must not do.
async function open(name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, colorScheme: "light", offline: true, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(`error: ${error.message}`));
  page.on("console", (message) => page.faults.push(`console: ${message.text()}`));
  page.on("request", (request) => {
    if (!request.isNavigationRequest()) page.faults.push(`request: ${request.url()}`);
  });
  page.on("dialog", (dialog) => page.faults.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
  if (options.javaScriptEnabled !== false) {
    await page.addInitScript(() => {
      window.violations = [];
      document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
    });
  }
  await page.goto(`file://${folder}/${name}.html`);
  return page;
}
const close = (page) => page.context().close();

// ---------------------------------------------------------------------------------------- pixels

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const colorOf = (page, name) => page.evaluate((n) => getComputedStyle(document.documentElement).getPropertyValue(`--${n}`).trim(), name).then(rgb);

// The drawing area of a chart as pixels, and its time window.
async function look(page, figure, iChart) {
  await figure.scrollIntoViewIfNeeded();
  await page.waitForFunction((host) => host.dataset.ready === "1", await figure.elementHandle());
  const area = figure.locator(".chart").nth(iChart).locator(".u-over");
  await area.scrollIntoViewIfNeeded();
  await page.mouse.move(2, 2);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const box = await area.boundingBox();
  const shot = PNG.sync.read(await page.screenshot({ clip: box }));
  const data = await figure.evaluate((host) => ({ from: +host.dataset.from, to: +host.dataset.to }));
  const is = (x, y, color, slack = 24) => {
    const at = (y * shot.width + x) * 4;
    return color.every((part, i) => Math.abs(shot.data[at + i] - part) <= slack);
  };
  return {
    ...data, box, width: shot.width, height: shot.height, is, png: shot,
    x: (t) => ((t - data.from) / (data.to - data.from)) * box.width,
    inRow: (y, color) => Array.from({ length: shot.width }, (_, x) => x).filter((x) => is(x, y, color)),
    // A line of the grid is nearly as light as the paper.
    inColumn: (x, color, slack) => Array.from({ length: shot.height }, (_, y) => y).filter((y) => is(x, y, color, slack)),
  };
}

// The row of the plot in which most of the columns from..to have this colour.
function level(view, color, from, to) {
  let best = -1;
  let most = 0;
  for (let y = 0; y < view.height; y++) {
    const n = view.inRow(y, color).filter((x) => x >= from && x <= to).length;
    if (n > most) [best, most] = [y, n];
  }
  return { y: best, share: most / Math.max(1, to - from) };
}

const violation = (page) => page.locator("#case-1 .figure").first();
const whole = (page) => page.locator("#case-1 .figure").last();

// The fixture steps from 40 N to 120 N at 8 s. Gives the two levels.
async function checkStep(page) {
  const view = await look(page, violation(page), 0);
  const color = await colorOf(page, "s1");
  const at = view.x(8);
  const high = level(view, color, at + 10, view.width - 10);
  expect(high.share > 0.95, `no curve to the right of the step (${high.share.toFixed(2)} of the columns)`);
  const columns = view.inRow(high.y, color);
  expect(Math.abs(columns[0] - at) <= 2.5, `the step is drawn at ${columns[0]} px, 8 s is at ${at.toFixed(1)} px`);
  const low = [...Array(view.height).keys()].filter((y) => view.inRow(y, color).filter((x) => x < at - 10).length > 0.95 * (at - 10));
  expect(low.length > 0 && low.every((y) => y > high.y + 20), "the curve left of the step is not below that to the right");
  return { view, y120: high.y, y40: Math.max(...low) };
}

// -------------------------------------------------------------------------------------- the tests

const page = await open("known");

await test("the violation is what a figure shows first", async () => {
  const view = await look(page, violation(page), 0);
  expect(Math.abs(view.from - 7) < 1e-6 && Math.abs(view.to - 8.5) < 1e-6, `window ${view.from} to ${view.to}, not 7 to 8.5`);
  const mark = await colorOf(page, "mark");
  const column = Math.round(view.x(8));
  const marked = Math.max(...[-1, 0, 1].map((d) => view.inColumn(column + d, mark).length));
  expect(marked > 0.9 * view.height, `the violation is marked on ${marked} of ${view.height} rows`);
  await page.screenshot({ path: `${folder}/light.png` });
});

await test("a known step is drawn where the axis says it is", async () => {
  const { view } = await checkStep(page);
  const grid = await colorOf(page, "grid");
  for (const t of [7.2, 7.4, 8.4]) {
    const lines = [-1, 0, 1].map((d) => view.inColumn(Math.round(view.x(t)) + d, grid, 6).length);
    expect(Math.max(...lines) > 0.6 * view.height, `no line of the grid at ${t} s`);
  }
  expect(view.inColumn(Math.round(view.x(7.25)), grid, 6).length < 0.2 * view.height, "the grid has a line at 7.25 s");
});

await test("the limit is a line at its value", async () => {
  const { view, y120, y40 } = await checkStep(page);
  const color = await colorOf(page, "limit");
  const rowOf = (value) => Math.round(y120 + ((120 - value) / 80) * (y40 - y120));
  const drawn = Math.max(...[-2, -1, 0, 1, 2].map((d) => view.inRow(rowOf(100) + d, color).length));
  expect(drawn > 0.5 * view.width, `the limit of 100 N is drawn on ${drawn} of ${view.width} columns`);
  expect(view.inRow(rowOf(90), color).length < 0.05 * view.width, "there is a limit at 90 N");
});

await test("states are bands with their names", async () => {
  const view = await look(page, violation(page), 1);
  const band = await colorOf(page, "b2");
  const last = view.inRow(25, band);
  expect(last.length > 0.8 * (view.width - view.x(8.05)), `${last.length} columns of the band of 'released'`);
  expect(Math.abs(last[0] - view.x(8.05)) <= 3, `the band begins at ${last[0]} px, 8.05 s is at ${view.x(8.05).toFixed(1)} px`);
});

await test("all charts of a figure zoom together, and go back", async () => {
  await page.locator("#case-1 summary", { hasText: "All recorded signals" }).click();
  const figure = whole(page);
  const before = await look(page, figure, 0);
  expect(before.from === 0 && before.to === 20, `it begins with ${before.from} to ${before.to}`);
  const n = await figure.locator(".chart:not(.states)").count();
  expect(n === 3, `${n} charts of values, not one each for N, m and rad/s`);
  const lines = async () => {
    const grid = await colorOf(page, "grid");
    const all = [];
    for (let i = 0; i < n; i++) {
      const view = await look(page, figure, i);
      all.push(Array.from({ length: view.width }, (_, x) => x).filter((x) => view.inColumn(x, grid, 6).length > 0.6 * view.height));
    }
    return all;
  };
  const old = await lines();
  const view = await look(page, figure, 1);
  await page.mouse.move(view.box.x + view.x(5), view.box.y + 40);
  await page.mouse.down();
  await page.mouse.move(view.box.x + view.x(7), view.box.y + 50, { steps: 4 });
  await page.mouse.move(view.box.x + view.x(10), view.box.y + 40, { steps: 4 });
  await page.mouse.up();
  const zoomed = await look(page, figure, 0);
  expect(Math.abs(zoomed.from - 5) < 0.1 && Math.abs(zoomed.to - 10) < 0.1, `the drag gave ${zoomed.from} to ${zoomed.to}, not 5 to 10`);
  const now = await lines();
  // A steep curve may hide a line of the grid in one of them.
  const [most] = now.slice().sort((a, b) => b.length - a.length);
  const agree = now.every((lines) => lines.length > 0.6 * most.length && lines.every((x) => most.includes(x)));
  expect(most.length > 4 && agree, `the charts have grids of their own: ${now.map((lines) => lines.slice(0, 20).join(" ")).join(" | ")}`);
  expect(!old[0].every((x) => most.includes(x)), "the drag changed nothing that is drawn");
  await page.screenshot({ path: `${folder}/zoomed.png` });
  await figure.locator(".u-over").first().dblclick();
  const back = await look(page, figure, 2);
  expect(back.from === 0 && Math.abs(back.to - 20) < 0.05, `the double click gave ${back.from} to ${back.to}`);
});

await test("it works with the keyboard alone", async () => {
  const figure = violation(page);
  await figure.focus();
  await page.keyboard.press("0");
  let view = await look(page, figure, 0);
  expect(view.from === 0 && view.to === 20, "0 does not show the whole run");
  await page.keyboard.press("v");
  await page.keyboard.press("+");
  view = await look(page, figure, 0);
  expect(view.to - view.from < 1.01 && view.from < 8 && view.to > 8, "+ does not zoom in on the violation");
  await page.keyboard.press("v");
  await page.locator("#case-4 > summary").focus();
  await page.keyboard.press("Enter");
  expect(await page.locator("#case-4").evaluate((d) => d.open), "Enter does not open a case");
  await page.keyboard.press("Enter");
});

await test("charts have names that say what they show", async () => {
  const chart = page.getByRole("img", { name: /left\.cable\.tension_n between 40 and 120 N.*limit <= 100 N.*violation at 8\.000 s/ });
  expect((await chart.count()) >= 1, "no chart is named by its signals, limit and violation");
  const names = await page.locator(".plot").evaluateAll((plots) => plots.map((p) => p.getAttribute("aria-label")));
  expect(names.length > 0 && names.every((name) => name && name.length > 20), "a chart has no name");
});

await test("text from outside is text", async () => {
  expect((await page.locator("img, iframe, object").count()) === 0, "an element came out of a name");
  expect((await page.title()) === "1 of 4 cases failed · Taut", `the title became '${await page.title()}'`);
  expect((await page.locator("#case-3 h3").textContent()).startsWith("</script><img"), "the name is not shown as it is");
});

await test("nothing is fetched, nothing is refused, nothing goes wrong", async () => {
  const violations = await page.evaluate(() => window.violations);
  expect(page.faults.length === 0, page.faults.join("; "));
  expect(violations.length === 0, `the content policy refused ${violations.join(", ")}`);
  // The policy is in force: a script that is not part of the page does not run.
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'run'";
    document.head.append(script);
  });
  await page.waitForFunction(() => window.violations.length > 0, null, { timeout: 2000 });
  expect((await page.title()) !== "run", "a foreign script ran");
});
await close(page);

await test("dark is dark, and the curve is there", async () => {
  const dark = await open("known", { colorScheme: "dark" });
  const { view } = await checkStep(dark);
  const light = view.png.data.filter((_, i) => i % 4 === 0).filter((value) => value > 128).length;
  expect(light < 0.1 * view.width * view.height, "most of the plot is light");
  await dark.screenshot({ path: `${folder}/dark.png` });
  const corner = PNG.sync.read(await dark.screenshot({ clip: { x: 1, y: 1, width: 2, height: 2 } }));
  expect(corner.data[0] < 60 && corner.data[1] < 60 && corner.data[2] < 60, "the ground is not dark");
  expect(dark.faults.length === 0, dark.faults.join("; "));
  await close(dark);
});

await test("on paper everything is open and drawn", async () => {
  // From a dark screen: paper is white all the same.
  const paper = await open("known", { colorScheme: "dark" });
  await paper.pdf({ path: `${folder}/print.pdf`, preferCSSPageSize: true });
  await paper.emulateMedia({ media: "print", colorScheme: "dark" });
  await paper.waitForFunction(() => [...document.querySelectorAll(".figure")].every((host) => host.dataset.ready === "1"));
  expect(await paper.locator("#case-4 .facts").first().isVisible(), "a passed case is closed");
  expect((await paper.locator(".tools:visible, .copy:visible").count()) === 0, "there are buttons on the paper");
  const { view } = await checkStep(paper);
  expect(view.is(3, 3, [255, 255, 255]), "the paper is not white");
  const last = await look(paper, paper.locator("#case-4 .figure").last(), 0);
  const curve = level(last, await colorOf(paper, "s1"), 5, last.width - 5);
  expect(curve.share > 0.3, "the charts of a passed case are blank");
  await paper.screenshot({ path: `${folder}/print.png`, fullPage: true });
  await paper.emulateMedia({ media: "screen", colorScheme: "dark" });
  expect(!(await paper.locator("#case-4").evaluate((d) => d.open)), "the page is not as it was before printing");
  const size = readFileSync(`${folder}/print.pdf`).length;
  expect(size > 20000, `the PDF has only ${size} bytes`);
  await close(paper);
});

await test("a telephone needs no sideways scrolling", async () => {
  const phone = await open("known", { viewport: { width: 390, height: 844 } });
  await checkStep(phone);
  const width = await phone.evaluate(() => document.scrollingElement.scrollWidth);
  expect(width <= 390, `the page is ${width} px wide`);
  await phone.screenshot({ path: `${folder}/phone.png`, fullPage: true });
  await close(phone);
});

await test("verdicts, failures and tables need no script", async () => {
  const plain = await open("known", { javaScriptEnabled: false });
  const text = await plain.locator("body").innerText();
  for (const part of ["1 of 4 cases failed", "SR-020", "120 N (left)", "8.000 s", "20 N", "taut run", "H4 the handle is let go under load, serious", "scenarios/requirements.lua:1", "SR-051", "gap", "not approved", "Charts need scripts"]) {
    expect(text.includes(part), `'${part}' is missing`);
  }
  await plain.screenshot({ path: `${folder}/no-script.png`, fullPage: true });
  await close(plain);
});

await test("a run of the simulated machine shows what it broke", async () => {
  const real = await open("failed");
  const at = await real.locator("#case-1 .facts dt", { hasText: "when" }).first().evaluate((dt) => parseFloat(dt.nextElementSibling.textContent));
  const view = await look(real, violation(real), 0);
  expect(view.from < at && at < view.to, `the violation at ${at} s is not between ${view.from} and ${view.to}`);
  const mark = await colorOf(real, "mark");
  const column = Math.round(view.x(at));
  expect(Math.max(...[-1, 0, 1].map((d) => view.inColumn(column + d, mark).length)) > 0.6 * view.height, "the violation is not marked");
  // One curve may hide another.
  const curves = await Promise.all(["s1", "s2", "s3"].map((name) => colorOf(real, name)));
  const drawn = Array.from({ length: view.width }, (_, x) => x).filter((x) => curves.some((curve) => view.inColumn(x, curve, 60).length > 0)).length;
  expect(drawn > 0.9 * view.width, `the curve covers ${drawn} of ${view.width} columns`);
  await real.screenshot({ path: `${folder}/failed.png` });
  expect(real.faults.length === 0, real.faults.join("; "));
  await close(real);
});

await test("the check of the step says no to a page without data", async () => {
  const empty = await open("empty");
  let refused = "";
  await checkStep(empty).catch((error) => {
    if (!(error instanceof Wrong)) throw error;
    refused = error.message;
  });
  expect(refused.startsWith("no curve"), `a page without a curve passed: '${refused}'`);
  expect(empty.faults.length === 0, empty.faults.join("; "));
  await close(empty);
});

// Everybody stays in a protocol that nobody leaves: a dashed line at 100 % over all days.
async function checkSurvival(page) {
  const host = page.locator('[data-chart^="survival"]');
  const area = host.locator(".u-over");
  if ((await area.count()) === 0) throw new Wrong("no chart of survival");
  await area.scrollIntoViewIfNeeded();
  const box = await area.boundingBox();
  const shot = PNG.sync.read(await page.screenshot({ clip: box }));
  const line = await colorOf(page, "s3");
  const hits = (y) => Array.from({ length: shot.width }, (_, x) => (y * shot.width + x) * 4)
    .filter((at) => line.every((part, i) => Math.abs(shot.data[at + i] - part) <= 40)).length;
  const rows = Array.from({ length: shot.height }, (_, y) => hits(y));
  const most = Math.max(...rows);
  expect(most > 0.4 * shot.width, `the line of those who stay covers ${most} of ${shot.width} columns`);
  const at = rows.indexOf(most) / shot.height;
  expect(at < 0.1, `100 % is drawn at ${(100 * at).toFixed(0)} % of the height from the top`);
}

await test("a population shows who stays, and asks nothing of anybody", async () => {
  const population = await open("population");
  await checkSurvival(population);
  expect((await population.locator("#worst tbody tr").count()) === 3, "three persons are not the three worst");
  expect((await population.locator("#worst code").first().innerText()).startsWith("taut protocol align_activate_load"), "no command for the worst");
  await population.screenshot({ path: `${folder}/population.png`, fullPage: true });
  const violations = await population.evaluate(() => window.violations);
  expect(violations.length === 0, `the content policy was broken: ${violations}`);
  expect(population.faults.length === 0, population.faults.join("; "));
  await close(population);
  const bare = await open("population_empty");
  let refused = "";
  await checkSurvival(bare).catch((error) => { refused = error.message; });
  expect(refused !== "", "a population without data has a chart of survival");
  await close(bare);
});

await browser.close();
console.log(`screenshots in ${folder}`);
process.exit(failures === 0 ? 0 : 1);
