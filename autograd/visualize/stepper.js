// The run: what is computed when, what each step says, and which steps a scene shows.
// Everything that comes from the user's program is put into text nodes and attributes, never parsed.

const { count, complete, vertices, scenes, direction } = JSON.parse(document.getElementById("graph").textContent);
const end = count - 1;
const read = x => x === undefined || x === null ? null : value(x);
const fromPython = {
  values: vertices.map(v => read(v.numbers)), slopes: vertices.map(v => read(v.slopes)),
  local: vertices.map(v => v.local?.map(read)), share: vertices.map(v => v.share?.map(read)),
};
// Derivatives and shares that a large graph came without, gate by gate.
vertices.forEach((v, n) => {
  const { values, slopes, ...found } = fromPython, known = [n, ...v.args ?? []].every(i => values[i]);
  if (v.kind !== "gate" || v.share || !known || !slopes[n] || !computable(v)) return;
  try { handBack(vertices, n, values, { ...found, slopes: { [n]: slopes[n] } }, careful); } catch { found.share[n] = undefined; }
});
const within = ({ inside }) => inside ? Array.from({ length: inside[1] - inside[0] + 1 }, (_, i) => inside[0] + i) : [];

// The run: a step for every leaf and gate in order of birth, one for the gradient 1 of the result, and one for every
// gate that hands its gradient back, youngest first. The gates inside of a gate run before it, in both directions.
const steps = [], birth = [], handing = [], arrival = [];
const gatesIn = n => vertices[n].kind === "gate" ? within(vertices[n]).filter(i => vertices[i].kind === "gate") : [];
for (let n = 0; n < count; n++) if (vertices[n].kind !== "constant")
  for (const i of [...gatesIn(n), n]) { birth[i] = steps.length; steps.push({ way: "forward", n: i }); }
if (vertices[end].gradient !== undefined) {
  steps.push({ way: "seed", n: end });
  for (let n = end; n >= 0; n--) if (vertices[n].kind === "gate" && vertices[n].gradient !== undefined) {
    arrival[n] = steps.length;
    for (const i of [...gatesIn(n).reverse().filter(i => vertices[i].gradient !== undefined), n]) {
      handing[i] = steps.length;
      steps.push({ way: "backward", n: i });
    }
  }
}
const seed = steps.findIndex(step => step.way === "seed");
vertices.forEach((v, n) => {
  v.args?.forEach(i => { if (vertices[i].kind === "constant") birth[i] = birth[n]; });
  if (v.element) birth[n] = birth[v.element[0]];
  if (v.kind !== "group" || !v.inside) return;
  const gates = within(v).filter(i => vertices[i].kind === "gate"), back = gates.filter(i => handing[i] !== undefined);
  birth[n] = birth[gates.at(-1)];
  if (back.length) [arrival[n], handing[n]] = [handing[back.at(-1)], handing[back[0]]];
  if (arrival[n] !== undefined && vertices[back.at(-1)].inside) arrival[n] = arrival[back.at(-1)];
});

// uses[n]: the shares that n gets, in the order in which they come, as [step, gate, position]; what comes into a gate that
// is open comes from the place of its array instead.
const uses = vertices.map(() => []);
vertices.forEach((v, n) => {
  if (v.kind === "gate" && arrival[n] !== undefined)
    v.ends?.forEach((i, place) => { if (i >= 0) uses[i].push([arrival[n] - 1, n, place, true]); });
});
steps.forEach(({ way, n }, at) => {
  if (way === "backward") vertices[n].args.forEach((i, position) => {
    if (vertices[i].gradient !== undefined) uses[i].push([at, n, position, false]);
  });
});

let numbers = fromPython; // what is shown: Python's numbers, or the page's own after a change
let done = steps.length; // how many steps have been taken
let started = false; // at first the whole run is shown, and no step is marked

const shareOf = ([, gate, at, outside]) =>
  outside ? numbers.slopes[gate] && single(numbers.slopes[gate], at) : numbers.share[gate]?.[at];

// ---------------------------------------------------------------- the steps of a scene

// What is seen takes one step: a closed group too. In a scene what comes in is a step, and so is the gradient that comes back.
function stopsOf({ items, of }) {
  const found = new Map();
  const stop = (at, what) => { if (at !== undefined) found.set(at, { at, ...what }); };
  const own = items.filter(([n, note]) => n >= 0 && note === null).map(([n]) => n);
  const entered = items.filter(([n, note]) => n >= 0 && (note !== null || vertices[n].element)).map(([n]) => vertices[n].element?.[0] ?? n);
  entered.forEach(n => stop(birth[n] + 1, { way: "enter", n }));
  own.filter(n => vertices[n].kind !== "constant" && !vertices[n].element).forEach(n => {
    stop(birth[n] === undefined ? undefined : birth[n] + 1, { way: "forward", n });
    stop(handing[n] === undefined ? undefined : handing[n] + 1, { way: "backward", n });
  });
  const last = seed >= 0 && (of === undefined || vertices[of].kind === "group" && vertices[of].inside[1] === end);
  if (last) stop(seed + 1, { way: "seed", n: end });
  else if (of !== undefined) stop(arrival[of], { way: "arrive", n: of });
  return [...found.values()].sort((one, other) => one.at - other.at);
}

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

// A closed group shows the value of the one gate that others use, if there is only one.
const shownBy = n => vertices[n].kind === "group" && vertices[n].ends?.length === 1 ? vertices[n].ends[0] : n;
const shownText = (n, which, text) => numbers === fromPython ? text ?? "" : numbers[which][n] ? brief(numbers[which][n]) : "";
const valueText = n => shownText(shownBy(n), "values", vertices[shownBy(n)].value);
const slopeText = n => shownText(shownBy(n), "slopes", vertices[shownBy(n)].gradient);

// What has arrived at n after `done` steps: how many shares, of how many, and their sum where it is known.
function arrived(n) {
  const here = uses[n].filter(([at]) => at < done), shares = here.map(shareOf);
  return { count: here.length, of: uses[n].length, shares, sum: here.length && shares.every(Boolean) ? shares.reduce(added) : null };
}

function gradientSoFar(group) {
  const n = shownBy(group);
  if (vertices[n].gradient === undefined) return "";
  if (vertices[n].kind === "group") return slopeText(n);
  if (n === end) return seed < done ? slopeText(n) : "";
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
