// The page: the drawing with pan and zoom, the steps of the run, and values that can be changed.
// Everything that comes from the user's program is put into text nodes and attributes, never parsed.

const { vertices, wires } = JSON.parse(document.getElementById("graph").textContent);
const end = vertices.length - 1;
const fromPython = {
  values: vertices.map(v => v.numbers === undefined ? null : value(v.numbers)),
  slopes: vertices.map(v => v.slopes === undefined ? null : value(v.slopes)),
  local: vertices.map(v => v.local?.map(x => x === null ? null : value(x))),
  share: vertices.map(v => v.share?.map(x => x === null ? null : value(x))),
};

// The run: a step for every leaf and gate in order of birth, one for the gradient 1 of the result, and one for every
// gate that hands its gradient back, youngest first.
const steps = vertices.flatMap((v, n) => v.kind === "constant" ? [] : [{ way: "forward", n }]);
if (vertices[end].gradient !== undefined) {
  steps.push({ way: "seed", n: end });
  for (let n = end; n >= 0; n--)
    if (vertices[n].kind === "gate" && vertices[n].gradient !== undefined) steps.push({ way: "backward", n });
}
const birth = [];
steps.forEach(({ n }, at) => { birth[n] ??= at; });
vertices.forEach((v, n) => v.args?.forEach(i => { if (vertices[i].kind === "constant") birth[i] = birth[n]; }));

// uses[n]: the backward steps, in their order, that bring a share to n, as [step, gate, position].
const uses = vertices.map(() => []);
steps.forEach(({ way, n }, at) => {
  if (way === "backward") vertices[n].args.forEach((i, position) => {
    if (vertices[i].gradient !== undefined) uses[i].push([at, n, position]);
  });
});

let numbers = fromPython; // what is shown: Python's numbers, or the page's own after a change
let done = steps.length; // how many steps have been taken
let started = false; // at first the whole run is shown, and no step is marked
let chosen = null;

// ---------------------------------------------------------------- numbers as text, in the words of Python's text

function short(x) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  if (Number.isInteger(x) && Math.abs(x) < 1e6) return Object.is(x, -0) ? "-0" : String(x);
  const [digits, exponent] = x.toExponential(3).split("e").map(Number);
  if (exponent >= -4 && exponent < 4) return String(Number(x.toPrecision(4)));
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

const exact = x => Number.isFinite(x) ? String(x) : short(x);

function nested({ shape, data }, text) {
  let parts = data.map(text);
  for (const length of [...shape].reverse())
    parts = Array.from({ length: parts.length / length }, (_, n) => `[${parts.slice(n * length, (n + 1) * length).join(", ")}]`);
  return parts[0];
}

function brief(x) {
  if (x.data.length <= 6) return nested(x, short);
  return `${x.shape.join("×")}, ${short(Math.min(...x.data))} to ${short(Math.max(...x.data))}`;
}

const valueText = n => numbers === fromPython ? vertices[n].value ?? "" : brief(numbers.values[n]);
const slopeText = n => numbers === fromPython ? vertices[n].gradient ?? "" : brief(numbers.slopes[n]);

// What has arrived at n after `done` steps: how many shares, of how many, and their sum where it is known.
function arrived(n) {
  const here = uses[n].filter(([at]) => at < done);
  const shares = here.map(([, gate, position]) => numbers.share[gate][position]);
  return { count: here.length, of: uses[n].length, shares,
    sum: here.length && shares.every(Boolean) ? shares.reduce(added) : null };
}

function gradientSoFar(n) {
  if (vertices[n].gradient === undefined) return "";
  if (n === end) return steps.findIndex(step => step.way === "seed") < done ? slopeText(n) : "";
  const { count, of, sum } = arrived(n);
  if (count === of) return count ? slopeText(n) : "";
  return count ? `${sum ? brief(sum) : ""} …` : "";
}

// ---------------------------------------------------------------- elements

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, given] of Object.entries(attributes))
    if (name.startsWith("on")) node.addEventListener(name.slice(2), given); else node.setAttribute(name, given);
  node.append(...children);
  return node;
}

const button = (text, onclick, label = text) => element("button", { type: "button", "aria-label": label, onclick }, text);

// MathML from text and numbers: mi for names, mn for numbers, mo for what stands between.
function tag(name, ...children) {
  const node = document.createElementNS("http://www.w3.org/1998/Math/MathML", name);
  node.append(...children);
  return node;
}
const mi = text => tag("mi", text), mn = text => tag("mn", text), mo = text => tag("mo", text);
const ratio = (above, below) => tag("mfrac", tag("mrow", mo("∂"), mi(above)), tag("mrow", mo("∂"), mi(below)));
const signed = text => text.startsWith("-") ? `(${text})` : text;
const row = (...children) => element("div", {}, tag("math", ...children));

function formula(vertex, operands) {
  return vertex.formula.flatMap((text, i) => [...(text.trim() ? [mo(text)] : []), ...(operands[i] ? [operands[i]] : [])]);
}

// ---------------------------------------------------------------- what a step says

function sentence({ way, n }) {
  const { name, kind } = vertices[n];
  if (way === "seed") return `The walk back starts: the derivative of ${name} for itself is 1.`;
  if (way === "forward") return kind === "gate" ? `${plainFormula(n)} is ${valueText(n)}.` :
    `${kind === "leaf" ? "Leaf" : "Group"} ${name} is ${valueText(n)}.`;
  const gifts = back(n).map(({ i, local, share, soFar }) => `${vertices[i].name} gets ` +
    `${local ? `${brief(local)} times ${slopeText(n)} = ` : ""}${share ? brief(share) : "its share"}` +
    (soFar.of > 1 ? `; so far ${soFar.sum ? brief(soFar.sum) : "a sum"}, ${soFar.count} of ${soFar.of} uses` : ""));
  return `Back through ${plainFormula(n)}: ${gifts.join(". ") || "nothing is handed on"}.`;
}

function plainFormula(n) {
  const { name, formula, args } = vertices[n];
  return `${name} = ${formula.map((text, i) => text + (vertices[args[i]]?.name ?? "")).join("")}`;
}

// The shares that gate n hands back, in the order of its inputs, with the sum after each.
function back(n) {
  return vertices[n].args.flatMap((i, position) => {
    if (vertices[i].gradient === undefined) return [];
    const use = uses[i].findIndex(([, gate, at]) => gate === n && at === position);
    const shares = uses[i].slice(0, use + 1).map(([, gate, at]) => numbers.share[gate][at]);
    const soFar = { shares, count: use + 1, of: uses[i].length, sum: shares.every(Boolean) ? shares.reduce(added) : null };
    return [{ i, local: numbers.local[n][position], share: numbers.share[n][position], soFar }];
  });
}

function equations({ way, n }) {
  const { name, kind, args } = vertices[n];
  if (way === "seed") return [row(ratio(name, name), mo("="), mn("1"))];
  if (kind !== "gate") return [row(mi(name), mo("="), mn(valueText(n)))];
  if (way === "forward") return [row(mi(name), mo("="), ...formula(vertices[n], args.map(i => mi(vertices[i].name))),
    mo("="), ...formula(vertices[n], args.map(i => mn(valueText(i)))), mo("="), mn(valueText(n)))];
  return back(n).flatMap(gift => handed(n, gift));
}

function handed(n, { i, local, share, soFar }) {
  const y = vertices[end].name, name = vertices[n].name, x = vertices[i].name, more = soFar.of > 1;
  const chain = [ratio(name, x), mo("·"), ratio(y, name), mo("=")];
  const worked = local ? [mn(brief(local)), mo("×"), mn(signed(slopeText(n))), mo("=")] : [];
  const first = row(ratio(y, x), mo(more ? "+=" : "="), ...chain, ...worked, share ? mn(brief(share)) : tag("mtext", slopeText(i)));
  if (!more || !soFar.sum) return [first];
  const before = soFar.shares.slice(0, -1);
  const sum = before.length ? [mn(brief(before.reduce(added))), mo("+"), mn(signed(brief(share))), mo("=")] : [];
  const count = tag("mtext", `\u00a0(${soFar.count} of ${soFar.of} uses)`);
  return [first, row(tag("mtext", "sum so far\u00a0"), ...sum, mn(brief(soFar.sum)), count)];
}

// ---------------------------------------------------------------- the drawing

const stage = document.getElementById("stage"), svg = stage.querySelector("svg");
const groups = [...svg.querySelectorAll("g.leaf, g.constant, g.gate, g.group")];
const wireOf = new Map(wires.map(([target, position], at) =>
  [`${target} ${position}`, svg.querySelectorAll(".wire")[at].parentNode]));

function draw() {
  const step = started ? steps[done - 1] : undefined;
  groups.forEach((group, n) => {
    group.classList.toggle("unborn", birth[n] >= done);
    group.classList.toggle("now", step?.n === n);
    group.classList.toggle("giving", step !== undefined && step.way !== "forward");
    group.classList.toggle("chosen", n === chosen);
    write(n);
  });
  steps.forEach(({ way, n }, at) => vertices[n].args?.forEach((i, position) => {
    const mark = (name, on) => wireOf.get(`${n} ${position}`).classList.toggle(name, on);
    const now = started && at === done - 1, gives = vertices[i].gradient !== undefined;
    if (way === "forward") mark("flow", now);
    if (way === "backward") { mark("returning", now && gives); mark("returned", at < done && gives); }
  }));
}

const parts = groups.map(group => ({ values: [...group.querySelectorAll(".value")], gradient: group.querySelector(".gradient"),
  room: group.querySelector("rect").width.baseVal.value - 6 }));

function write(n) {
  const { values, gradient } = parts[n], text = valueText(n), lines = text.startsWith("[") ? [text] : text.split(", ");
  const soFar = gradientSoFar(n);
  values.forEach((part, at) => put(part, lines[at] ?? "", n));
  gradient?.classList.toggle("pending", !soFar);
  if (gradient && soFar) put(gradient, `∂ ${soFar}`, n);
}

// The boxes were drawn for Python's numbers; a longer text is made narrower.
function put(part, text, n) {
  const shown = text.length > 32 ? text.slice(0, 31) + "…" : text;
  if (part.textContent === shown) return;
  part.textContent = shown;
  part.setAttribute("lengthAdjust", "spacingAndGlyphs");
  if (vertices[n].kind !== "gate" && shown.length * 7.3 > parts[n].room) part.setAttribute("textLength", parts[n].room);
  else part.removeAttribute("textLength");
}
