// A scene as a picture, with the places and wires that Python laid out; the looks are those of the static drawing.

const SVG = "http://www.w3.org/2000/svg";
const TEXT = 32, LINE = 15, GATE = 34, PADDING = 6; // as in the static drawing: characters of a line, and pixels
const TIP = 6; // a wire ends so far before the tip of its arrow head
const stage = document.getElementById("stage");
const svg = document.createElementNS(SVG, "svg");
svg.setAttribute("class", "gategrad");

let here = 0; // the scene that is shown
let groups = [], wires = [], parts = []; // its items and wires as elements, and where an item's numbers are written
let chosen = null; // an item

function shape(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [attribute, given] of Object.entries(attributes)) node.setAttribute(attribute, given);
  node.append(...children);
  return node;
}

const clipped = text => text.length > TEXT ? text.slice(0, TEXT - 1) + "…" : text;
const linesOf = text => !text ? [] : text.startsWith("[") ? [text] : text.split(", ");
const stub = ([n, note]) => note !== null || vertices[n].kind === "stub";
const kindOf = item => stub(item) ? "stub" : vertices[item[0]].kind;

// The line above the value: names of leaves, groups and stubs.
function titleOf([n, note]) {
  if (n < 0) return note;
  const { kind, name, title } = vertices[n];
  return note !== null ? name : title ?? (kind === "gate" || kind === "constant" ? "" : name);
}

function textsOf(item) {
  const [n, note] = item, v = vertices[n] ?? {}, shown = n < 0 ? {} : vertices[shownBy(n)];
  return [["name", titleOf(item)], ["count", n < 0 ? null : note ?? v.count], ...linesOf(shown.value).map(text => ["value", text]),
    ["value", shown.space], ["gradient", shown.gradient === undefined ? null : `∂ ${shown.gradient}`]].filter(([, text]) => text);
}

function itemShape(item) {
  const [n, , x, y, width, height] = item, kind = kindOf(item), gate = kind === "gate", middle = x + width / 2;
  const text = (className, shown, at) => shape("text", { class: className, x: middle, y: at }, clipped(shown));
  const lines = textsOf(item).map(([className, shown], i) =>
    text(className, shown, y + (gate ? GATE : PADDING) - 3.5 + (i + 1) * LINE));
  return shape("g", { class: vertices[n]?.failed ? `${kind} failed` : kind }, shape("title", {}, tipOf(item)),
    shape("rect", { x, y, width, height, rx: gate ? GATE / 2 : 6 }),
    ...(gate ? [text("symbol", vertices[n].label, y + GATE / 2 + 5)] : []), ...lines,
    ...(opens(item) ? [shape("text", { class: "opens", x: x + width - (gate ? 1 : 8), y: y + (gate ? 6 : -3) }, "+")] : []));
}

const opens = ([n, note]) => note === null && vertices[n].scene !== undefined;

function tipOf([n, note]) {
  if (n < 0) return note;
  const { kind, name, where, code } = vertices[n];
  return [kind === "gate" ? plainFormula(n) : name, note ?? where, note === null ? code : null].filter(Boolean).join("\n");
}

function wireShape([from, to, position, path]) {
  const [x, y] = path.match(/-?[\d.]+/g).slice(-2).map(Number);
  const head = direction === "LR" ? `M${x + TIP} ${y}l-7-3.5v7z` : `M${x} ${y + TIP}l-3.5-7h7z`;
  const name = k => { const [n, note] = scenes[here].items[k]; return n < 0 ? note : vertices[n].name; };
  const title = shape("title", {}, `${name(from)} → ${name(to)}` + (stub(scenes[here].items[to]) ? "" : `, argument ${position + 1}`));
  return shape("g", {}, title, shape("path", { class: "wire", d: path }), shape("path", { class: "head", d: head }));
}

// The scene that is to be shown, in the place of the one before.
function paint() {
  const { size: [width, height], items } = scenes[here];
  [groups, wires, chosen] = [items.map(itemShape), scenes[here].wires.map(wireShape), null];
  parts = groups.map(group => ({ values: [...group.querySelectorAll(".value")], gradient: group.querySelector(".gradient"),
    room: Number(group.querySelector("rect").getAttribute("width")) - PADDING }));
  svg.replaceChildren(shape("rect", { class: "paper", width, height }), ...wires, ...groups);
}

// ---------------------------------------------------------------- what the steps change in it

function draw(step) {
  const { items, of, wires: ends } = scenes[here];
  items.forEach(([n], k) => {
    const now = step !== undefined && step.n === n, group = groups[k].classList;
    group.toggle("unborn", birth[n] >= done);
    group.toggle("now", now);
    group.toggle("giving", now && !["forward", "enter"].includes(step.way));
    group.toggle("chosen", k === chosen);
    write(k);
  });
  ends.forEach(([from, to], k) => {
    const target = items[to], outside = stub(target), mark = (name, on) => wires[k].classList.toggle(name, Boolean(on));
    const gives = endsOf(items[from][0]).some(i => vertices[i].gradient !== undefined);
    const gave = outside ? arrival[of] : handing[target[0]] + 1, now = step !== undefined && (outside ? step.way === "arrive" : step.n === target[0]);
    mark("flow", now && step.way === "forward" || outside && step?.way === "enter" && step.n === target[0]);
    mark("returning", gives && now && (outside || step.way === "backward"));
    mark("returned", gives && gave <= done);
  });
}

function write(k) {
  const [n] = scenes[here].items[k], { values, gradient } = parts[k];
  if (n < 0 || vertices[shownBy(n)].space !== undefined) return;
  const lines = linesOf(valueText(n)), soFar = gradientSoFar(n);
  values.forEach((part, at) => fit(part, lines[at] ?? "", k));
  gradient?.classList.toggle("pending", !soFar);
  if (gradient && soFar) fit(gradient, `∂ ${soFar}`, k);
}

// The boxes were drawn for Python's numbers; a longer text is made narrower.
function fit(part, text, k) {
  const shown = clipped(text), item = scenes[here].items[k];
  if (part.textContent === shown) return;
  part.textContent = shown;
  part.setAttribute("lengthAdjust", "spacingAndGlyphs");
  if (kindOf(item) !== "gate" && shown.length * 7.3 > parts[k].room) part.setAttribute("textLength", parts[k].room);
  else part.removeAttribute("textLength");
}
