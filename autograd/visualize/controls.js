// What the reader does: take steps, look around, search, change a leaf.

function go(to) {
  [done, started] = [Math.max(0, Math.min(steps.length, to)), true];
  show();
  const step = steps[done - 1];
  if (step) reveal(step.n);
}

function show() {
  draw();
  const step = started ? steps[done - 1] : undefined;
  slider.value = done;
  slider.setAttribute("aria-valuetext", `step ${done} of ${steps.length}`);
  [first.disabled, previous.disabled] = [done === 0, done === 0];
  [next.disabled, last.disabled] = [done === steps.length, done === steps.length];
  heading.textContent = step ? `Step ${done} of ${steps.length}: ${step.way === "forward" ? "forward" : "backward"}`
    : started ? "Before the first step" : `The whole run: ${steps.length} steps`;
  said.textContent = step ? sentence(step) : started ? "Nothing is computed yet."
    : steps.at(-1).way === "forward" ? `${vertices[end].name} is no single number, so there are no gradients to step through.`
    : "Play, or take a step: values appear as they were computed, then gradients flow back.";
  panel.replaceChildren(...(step ? equations(step) : []));
  panel.className = `equations ${!step ? "" : step.way === "forward" ? "forward-row" : "back-row"}`;
  const at = step ? step.n : chosen;
  source.replaceChildren(...(at === null || at === undefined ? [] : line(vertices[at])));
  table();
}

const line = ({ where, code }) => where ? [element("code", {}, where), code ? ": " : "", element("code", {}, code ?? "")] : [];

// ---------------------------------------------------------------- playing

const PACE = 1000; // milliseconds a step
let timer = null;

function play() {
  if (timer) return pause();
  if (done === steps.length) go(0);
  timer = setInterval(() => { if (done < steps.length) go(done + 1); else pause(); }, PACE);
  player.textContent = "Pause";
}

function pause() {
  clearInterval(timer);
  timer = null;
  player.textContent = "Play";
}

const by = to => () => { pause(); go(to()); };
const first = button("First", by(() => 0)), previous = button("Back", by(() => done - 1));
const next = button("Next", by(() => done + 1)), last = button("Last", by(() => steps.length));
const player = element("button", { type: "button", onclick: play }, "Play");
const slider = element("input", { type: "range", min: 0, max: steps.length, "aria-label": "Step",
  oninput: by(() => Number(slider.value)) });
const heading = element("h2"), said = element("p", { "aria-live": "polite", id: "said" });
const panel = element("div", { tabindex: 0, role: "group", "aria-label": "Equations" }), source = element("p", { class: "source" });

// ---------------------------------------------------------------- looking around

const width = svg.viewBox.baseVal.width, height = svg.viewBox.baseVal.height;
const camera = { x: 0, y: 0, scale: 0 };

function look() {
  if (!camera.scale) return; // the frame of a notebook that is not shown yet has no size
  svg.setAttribute("viewBox", [camera.x, camera.y, stage.clientWidth / camera.scale, stage.clientHeight / camera.scale].join(" "));
}

function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const scale = Math.max(0.02, Math.min(8, camera.scale * factor));
  camera.x += x / camera.scale - x / scale;
  camera.y += y / camera.scale - y / scale;
  camera.scale = scale;
  look();
}

function move(x, y) {
  camera.x += x * stage.clientWidth / camera.scale / 5;
  camera.y += y * stage.clientHeight / camera.scale / 5;
  look();
}

// All of it, in the middle.
function whole() {
  camera.scale = Math.min(stage.clientWidth / width, stage.clientHeight / height, 1.5);
  camera.x = (width - stage.clientWidth / camera.scale) / 2;
  camera.y = (height - stage.clientHeight / camera.scale) / 2;
  look();
}

// At first all of it, or, where that could not be read, its beginning.
function resized() {
  if (!camera.scale && stage.clientWidth && stage.clientHeight) {
    whole();
    if (camera.scale < 0.5) Object.assign(camera, { x: 0, y: Math.max(0, height / 2 - stage.clientHeight / 1.6), scale: 0.8 });
  }
  look();
}

// A vertex that is out of sight comes to the middle.
function reveal(n) {
  const box = groups[n].getBBox(), wide = stage.clientWidth / camera.scale, high = stage.clientHeight / camera.scale;
  const inside = box.x >= camera.x && box.y >= camera.y && box.x + box.width <= camera.x + wide
    && box.y + box.height <= camera.y + high;
  if (!inside) [camera.x, camera.y] = [box.x + box.width / 2 - wide / 2, box.y + box.height / 2 - high / 2];
  look();
}

const LOOK = { ArrowLeft: () => move(-1, 0), ArrowRight: () => move(1, 0), ArrowUp: () => move(0, -1), ArrowDown: () => move(0, 1),
  "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: whole };

function looking(event) {
  if (event.target !== svg || !Object.hasOwn(LOOK, event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  LOOK[event.key]();
}

function wheel(event) {
  event.preventDefault();
  const { left, top } = stage.getBoundingClientRect();
  zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - left, event.clientY - top);
}

// Dragging moves the paper; a short move is a click, which belongs to the vertex under it.
function drag(down) {
  const start = { ...camera };
  const follow = event => {
    const [x, y] = [event.clientX - down.clientX, event.clientY - down.clientY];
    if (Math.hypot(x, y) < 4 || !event.buttons) return;
    [camera.x, camera.y] = [start.x - x / camera.scale, start.y - y / camera.scale];
    look();
  };
  stage.addEventListener("pointermove", follow);
  window.addEventListener("pointerup", () => stage.removeEventListener("pointermove", follow), { once: true });
}

// ---------------------------------------------------------------- vertices

// One stop of the Tab key for all of them: arrows go along the graph, up and down through the order of birth.
function choose(n, focus = true) {
  chosen = n;
  groups.forEach((group, at) => group.setAttribute("tabindex", at === n ? 0 : -1));
  groups.forEach((group, at) => group.setAttribute("aria-pressed", at === n));
  reveal(n);
  if (focus) groups[n].focus({ preventScroll: true });
  if (editor && vertices[n].kind === "leaf") pick(n);
  show();
}

function along(event, n) {
  const users = vertices.findIndex(v => v.args?.includes(n));
  const to = { ArrowLeft: vertices[n].args?.[0], ArrowRight: users < 0 ? undefined : users, ArrowUp: n - 1, ArrowDown: n + 1 }[event.key];
  if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(n); field?.focus(); }
  if (!event.key.startsWith("Arrow")) return;
  event.preventDefault();
  if (to !== undefined && vertices[to]) choose(to);
}

groups.forEach((group, n) => {
  group.classList.add("vertex");
  group.setAttribute("role", "button");
  group.setAttribute("tabindex", n ? -1 : 0);
  group.setAttribute("aria-pressed", "false");
  group.setAttribute("aria-label", `${vertices[n].kind} ${vertices[n].kind === "gate" ? plainFormula(n) : vertices[n].name}`);
  group.addEventListener("click", () => choose(n));
  group.addEventListener("keydown", event => along(event, n));
});

// ---------------------------------------------------------------- search

let hits = [], hit = -1;
const found = element("span", { role: "status" });

function search() {
  const wanted = query.value.trim().toLowerCase();
  const text = v => [v.name, v.label, v.gate, v.where, v.code].filter(Boolean).join("\n").toLowerCase();
  hits = wanted ? [...vertices.keys()].filter(n => vertices[n].kind !== "constant" && text(vertices[n]).includes(wanted)) : [];
  hit = -1;
  groups.forEach((group, n) => group.classList.toggle("match", hits.includes(n)));
  found.textContent = wanted ? `${hits.length} found` : "";
}

function nextHit() {
  if (!hits.length) return;
  hit = (hit + 1) % hits.length;
  choose(hits[hit], false);
  found.textContent = `${hit + 1} of ${hits.length}: ${vertices[hits[hit]].name}`;
}

const query = element("input", { type: "search", id: "query", oninput: search,
  onkeydown: event => { if (event.key === "Enter") nextHit(); } });

// ---------------------------------------------------------------- changing a leaf

const agree = (one, other) => !one || !other ? !one === !other : same(one.shape, other.shape) && one.data.every((x, i) =>
  Object.is(x, other.data[i]) || x === other.data[i] || Math.abs(x - other.data[i]) <= 1e-9 * Math.abs(other.data[i]) + 1e-12);

// Why values cannot be changed here, or nothing. A graph whose numbers the page does not find again is not one of them.
function whyNot() {
  const closed = vertices.find(v => v.kind === "group");
  if (closed) return `${closed.name} is a closed group of gates`;
  const unknown = vertices.find(v => v.kind === "gate" && !computable(v));
  if (unknown) return `the page cannot compute ${unknown.gate ?? unknown.label}, which made ${unknown.name}`;
  const large = vertices.find(v => v.numbers === undefined);
  if (large) return `${large.name} is not a double or an array of at most 64 of them`;
  let again;
  try { again = run(vertices, fromPython.values); } catch (error) { return `the page has no rule for ${error.message}`; }
  const value = vertices.find((_, n) => !agree(again.values[n], fromPython.values[n]));
  const slope = vertices.find((v, n) => v.kind !== "constant" && !agree(again.slopes[n], fromPython.slopes[n]));
  if (value) return `the page finds another value of ${value.name} than Python`;
  return slope ? `the page finds another gradient of ${slope.name} than Python` : null;
}

const leaves = [...vertices.keys()].filter(n => vertices[n].kind === "leaf");
const reason = whyNot();
const editor = !reason, given = [...fromPython.values];
const leaf = element("select", { id: "leaf", onchange: () => choose(Number(leaf.value), false) },
  ...leaves.map(n => element("option", { value: n }, vertices[n].name)));
const field = editor ? element("input", { id: "field", type: "text", spellcheck: "false", autocomplete: "off", "aria-describedby": "wrong",
  onkeydown: event => { if (event.key === "Enter") change(); } }) : null;
const wrong = element("p", { id: "wrong", class: "error", role: "alert" }), changed = element("p", { role: "status" });

function pick(n) {
  leaf.value = n;
  field.value = nested(given[n], exact);
}

function typed(text, shape) {
  let x;
  try { x = JSON.parse(text); } catch { x = null; }
  if (![x].flat(Infinity).every(Number.isFinite)) return null;
  const read = value(x);
  const whole = nested(read, String).replaceAll(" ", "") === JSON.stringify(x); // no row is longer than another
  return whole && same(read.shape, shape) ? read : null;
}

function change() {
  const n = Number(leaf.value), read = typed(field.value, given[n].shape);
  wrong.textContent = read ? "" : given[n].shape.length ? `write ${given[n].shape.join("×")} numbers, as in the field before`
    : "write one number, for instance 2.5";
  field.setAttribute("aria-invalid", !read);
  if (!read) return;
  given[n] = read;
  numbers = run(vertices, given);
  changed.textContent = `Computed in this page, along the recorded graph: ${vertices[end].name} = ${brief(numbers.values[end])}.`;
  show();
}

function restore() {
  numbers = fromPython;
  given.splice(0, given.length, ...fromPython.values);
  [wrong.textContent, changed.textContent] = ["", "Python's numbers again."];
  field.setAttribute("aria-invalid", false);
  pick(Number(leaf.value));
  show();
}

// ---------------------------------------------------------------- all values, in full

const details = document.querySelector("details"), body = element("tbody");

function table() {
  if (!details.open) return;
  const full = (x, text) => x ? nested(x, exact) : text ?? "";
  body.replaceChildren(...vertices.flatMap((v, n) => v.kind === "constant" ? [] : [element("tr", {},
    element("th", { scope: "row" }, v.kind === "gate" ? plainFormula(n) : v.name), element("td", {}, full(numbers.values[n], v.value)),
    element("td", {}, full(numbers.slopes[n], v.gradient)), element("td", {}, v.where ?? ""))]));
}

// ---------------------------------------------------------------- the page

const bar = (label, ...children) => element("div", { class: "bar", role: "group", "aria-label": label }, ...children);

stage.classList.add("live");
svg.setAttribute("role", "group");
svg.setAttribute("tabindex", "0");
svg.setAttribute("aria-label", "Graph. Arrows move it, plus and minus zoom, 0 shows all of it.");
svg.addEventListener("keydown", looking);
stage.addEventListener("wheel", wheel, { passive: false });
stage.addEventListener("pointerdown", drag);
new ResizeObserver(resized).observe(stage);

stage.before(bar("View", element("label", { for: "query" }, "Search"), query, button("Next match", nextHit), found,
  element("span", { class: "push" }), button("−", () => zoom(0.8), "Zoom out"), button("+", () => zoom(1.25), "Zoom in"),
  button("All", whole, "Show the whole graph"), button("←", () => move(-1, 0), "Look left"), button("→", () => move(1, 0), "Look right"),
  button("↑", () => move(0, -1), "Look up"), button("↓", () => move(0, 1), "Look down")));
stage.after(
  bar("Steps", first, previous, player, next, last, slider),
  element("div", { class: "panel" }, heading, said, panel, source),
  reason ? element("p", { id: "why" }, `Values cannot be changed here: ${reason}.`)
    : bar("Change a leaf", element("label", { for: "leaf" }, "Leaf"), leaf, element("label", { for: "field" }, "Value"), field,
      button("Set", change, "Set the value"), button("Restore", restore, "Python's numbers again")),
  wrong, changed);
details.querySelector("summary").textContent = "All values in full";
details.querySelector("pre").replaceWith(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "All values in full" },
  element("table", {}, element("thead", {}, element("tr", {}, ...["value of", "value", "gradient", "line"].map(text =>
    element("th", { scope: "col" }, text)))), body)));
details.addEventListener("toggle", table);
if (editor) pick(leaves[0]);
resized();
show();
