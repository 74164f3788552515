// What the reader does: take steps, look around, search, change a leaf.

// After as many steps of this scene.
function go(to) {
  const stop = stops[Math.min(stops.length, to) - 1];
  [done, started, regarded] = [stop?.at ?? 0, true, stop?.n ?? null];
  show();
  if (itemOf(stop?.n) >= 0) reveal(itemOf(stop.n));
}

const taken = () => stops.filter(({ at }) => at <= done).length;
const itemOf = n => scenes[here].items.findIndex(item => item[0] === n);

function show() {
  const at = taken(), stop = started && stops[at - 1]?.at === done ? stops[at - 1] : undefined;
  draw(stop);
  slider.value = at;
  slider.setAttribute("aria-valuetext", `step ${at} of ${stops.length}`);
  [first.disabled, previous.disabled] = [at === 0, at === 0];
  [next.disabled, last.disabled] = [at === stops.length, at === stops.length];
  const forth = stop && ["forward", "enter"].includes(stop.way);
  heading.textContent = stop ? `Step ${at} of ${stops.length}: ${forth ? "forward" : "backward"}`
    : !started ? `The whole run: ${stops.length} steps` : at ? `After step ${at} of ${stops.length}` : "Before the first step";
  said.textContent = stop ? sentence(stop) : started ? at ? "The run stands between two steps of this drawing." : "Nothing is computed yet."
    : seed < 0 ? `${vertices[end].name} is no single number, so there are no gradients to step through.`
    : "Play, or take a step: values appear as they were computed, then gradients flow back.";
  panel.replaceChildren(...(stop ? equations(stop) : []));
  panel.className = `equations ${!stop ? "" : forth ? "forward-row" : "back-row"}`;
  source.replaceChildren(...(regarded === null || regarded < 0 ? [] : line(vertices[spot(regarded)])));
  answer();
  table();
}

// What is inside of a gate has the line of that.
const spot = n => n >= count && vertices[n].kind !== "group" ? scenes[here].of : n;
const line = ({ where, code }) => where ? [element("code", {}, where), code ? ": " : "", element("code", {}, code ?? "")] : [];

// ---------------------------------------------------------------- playing

const PACE = 1000; // milliseconds a step
let timer = null;

function play() {
  if (timer) return pause();
  if (taken() === stops.length) go(0);
  timer = setInterval(() => { if (taken() < stops.length) go(taken() + 1); else pause(); }, PACE);
  player.textContent = "Pause";
}

function pause() {
  clearInterval(timer);
  timer = null;
  player.textContent = "Play";
}

const by = to => () => { pause(); go(to()); };
const first = button("First", by(() => 0)), previous = button("Back", by(() => taken() - 1));
const next = button("Next", by(() => taken() + 1)), last = button("Last", by(() => stops.length));
const player = element("button", { type: "button", onclick: play }, "Play");
const slider = element("input", { type: "range", min: 0, max: stops.length, "aria-label": "Step",
  oninput: by(() => Number(slider.value)) });
const heading = element("h2"), said = element("p", { "aria-live": "polite", id: "said" });
const panel = element("div", { tabindex: 0, role: "group", "aria-label": "Equations" }), source = element("p", { class: "source" });

// ---------------------------------------------------------------- vertices

// One stop of the Tab key for all of them: arrows go along the graph, up and down through the order of birth.
function choose(k, focus = true) {
  const n = scenes[here].items[k][0];
  [chosen, regarded] = [k, n];
  groups.forEach((group, at) => group.setAttribute("tabindex", at === k ? 0 : -1));
  groups.forEach((group, at) => group.setAttribute("aria-pressed", at === k));
  reveal(k);
  if (focus) groups[k].focus({ preventScroll: true });
  if (editor && vertices[n]?.kind === "leaf") pick(n);
  show();
}

function along(event, k) {
  const { items, wires: ends } = scenes[here];
  const to = { ArrowLeft: ends.find(([, target]) => target === k)?.[0], ArrowRight: ends.find(([from]) => from === k)?.[1],
    ArrowUp: k - 1, ArrowDown: k + 1 }[event.key];
  if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act(k); }
  if (!event.key.startsWith("Arrow")) return;
  event.preventDefault();
  if (to !== undefined && items[to]) choose(to);
}

// Enter opens what opens, and leads from a leaf to its value.
function act(k) {
  const item = scenes[here].items[k];
  if (opens(item)) return unfold(item[0]);
  choose(k);
  if (vertices[item[0]]?.kind === "leaf") field?.focus();
}

// A click chooses; on a closed group, and on what was chosen already, it opens.
function click(k) {
  const item = scenes[here].items[k];
  if (opens(item) && (chosen === k || kindOf(item) === "group")) unfold(item[0]); else choose(k);
}

function attend(group, k) {
  const item = scenes[here].items[k], [n, note] = item, kind = kindOf(item);
  const text = kind === "gate" ? `gate ${plainFormula(n)}` : kind === "stub" ? `${titleOf(item)}${n < 0 || note === null ? "" : `, ${note}`}` : `${kind} ${vertices[n].name}`;
  const facts = { role: "button", tabindex: k ? -1 : 0, "aria-pressed": "false", "aria-label": text,
    ...(opens(item) ? { "aria-expanded": "false" } : {}) };
  for (const [name, given] of Object.entries(facts)) group.setAttribute(name, given);
  group.classList.add("vertex");
  group.addEventListener("click", () => click(k));
  group.addEventListener("keydown", event => along(event, k));
}

// ---------------------------------------------------------------- search

let hits = [], hit = -1;
const found = element("span", { role: "status" });

function search() {
  const wanted = query.value.trim().toLowerCase();
  const text = v => [v.name, v.label, v.gate, v.where, v.code].filter(Boolean).join("\n").toLowerCase();
  const searched = Object.keys(sceneOf).map(Number).filter(n => n < count ? vertices[n].kind !== "constant" : vertices[n].kind === "group");
  hits = wanted ? searched.filter(n => text(vertices[n]).includes(wanted)) : [];
  hit = -1;
  mark();
  found.textContent = wanted ? `${hits.length} found` : "";
}

const mark = () => groups.forEach((group, k) => group.classList.toggle("match", hits.includes(scenes[here].items[k][0])));

function nextHit() {
  if (!hits.length) return;
  hit = (hit + 1) % hits.length;
  if (sceneOf[hits[hit]] !== here) enter(sceneOf[hits[hit]]);
  choose(itemOf(hits[hit]), false);
  found.textContent = `${hit + 1} of ${hits.length}: ${vertices[hits[hit]].name}`;
}

const query = element("input", { type: "search", id: "query", oninput: search,
  onkeydown: event => { if (event.key === "Enter") nextHit(); } });

// ---------------------------------------------------------------- changing a leaf

const agree = (one, other) => !one || !other ? !one === !other : same(one.shape, other.shape) && one.data.every((x, i) =>
  Object.is(x, other.data[i]) || x === other.data[i] || Math.abs(x - other.data[i]) <= 1e-9 * Math.abs(other.data[i]) + 1e-12);

// Why values cannot be changed here, or nothing. A graph whose numbers the page does not find again is not one of them.
function whyNot() {
  if (!complete) return "the graph is too large for this page";
  const unknown = vertices.find(v => v.kind === "gate" && !computable(v));
  if (unknown) return `the page cannot compute ${unknown.gate ?? unknown.label}, which made ${unknown.name}`;
  const large = vertices.find(v => v.kind !== "group" && v.numbers === undefined);
  if (large) return `${large.name} is not a double or an array of at most 64 of them`;
  let again;
  try { again = run(vertices, count, fromPython.values); } catch (error) { return `the page has no rule for ${error.message}`; }
  const value = vertices.find((_, n) => !agree(again.values[n], fromPython.values[n]));
  const slope = vertices.find((v, n) => v.kind !== "constant" && !agree(again.slopes[n], fromPython.slopes[n]));
  if (value) return `the page finds another value of ${value.name} than Python`;
  return slope ? `the page finds another gradient of ${slope.name} than Python` : null;
}

const leaves = [...vertices.keys()].filter(n => n < count && vertices[n].kind === "leaf");
const reason = whyNot();
const editor = !reason, given = [...fromPython.values];
const leaf = element("select", { id: "leaf", onchange: () => select(Number(leaf.value)) },
  ...leaves.map(n => element("option", { value: n }, vertices[n].name)));
const field = editor ? element("input", { id: "field", type: "text", spellcheck: "false", autocomplete: "off", "aria-describedby": "wrong",
  onkeydown: event => { if (event.key === "Enter") change(); } }) : null;
const wrong = element("p", { id: "wrong", class: "error", role: "alert" }), changed = element("p", { role: "status" });

function select(n) {
  if (itemOf(n) >= 0) choose(itemOf(n), false); else pick(n);
}

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
  numbers = run(vertices, count, given);
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

// Of what is seen.
function table() {
  if (!details.open) return;
  const full = (x, text) => x ? nested(x, exact) : text ?? "";
  const rows = scenes[here].items.flatMap(([n]) => n < 0 || vertices[n].kind === "constant" ? []
    : vertices[n].kind !== "group" ? [[titled(n), n]] : endsOf(n).map(i => [`${vertices[n].name}: ${vertices[i].name}`, i]));
  body.replaceChildren(...rows.map(([title, n]) => element("tr", {}, element("th", { scope: "row" }, title),
    element("td", {}, full(numbers.values[n], vertices[n].value)), element("td", {}, full(numbers.slopes[n], vertices[n].gradient)),
    element("td", {}, vertices[n].where ?? ""))));
}

// ---------------------------------------------------------------- the page

const bar = (label, ...children) => element("div", { class: "bar", role: "group", "aria-label": label }, ...children);

stage.classList.add("live");
stage.replaceChildren(svg);
svg.setAttribute("role", "group");
svg.setAttribute("tabindex", "0");
svg.setAttribute("aria-label", "Graph. Arrows move it, plus and minus zoom, 0 shows all of it.");
svg.addEventListener("keydown", looking);
stage.addEventListener("wheel", wheel, { passive: false });
stage.addEventListener("pointerdown", drag);
new ResizeObserver(resized).observe(stage);

if (scenes.length > 1) stage.before(nav);
stage.before(bar("View", element("label", { for: "query" }, "Search"), query, button("Next match", nextHit), found,
  element("span", { class: "push" }), button("−", () => zoom(0.8), "Zoom out"), button("+", () => zoom(1.25), "Zoom in"),
  button("All", whole, "Show the whole graph"), button("←", () => move(-1, 0), "Look left"), button("→", () => move(1, 0), "Look right"),
  button("↑", () => move(0, -1), "Look up"), button("↓", () => move(0, 1), "Look down")));
stage.after(
  bar("Steps", first, previous, player, next, last, slider),
  element("div", { class: "panel" }, heading, said, panel, source, door),
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
enter(0);
