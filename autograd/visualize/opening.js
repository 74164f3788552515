// Scenes open and close: the way from the whole graph to what is seen, and back.

let stops = stopsOf(scenes[here]); // the steps of this scene
let regarded = null; // the vertex whose line is shown, and which the button opens
const cameras = []; // where one looked in every scene
const trail = element("ol"), door = element("div", { class: "bar" });
const nav = element("nav", { "aria-label": "Opened" }, trail);

const wayTo = s => s === undefined ? [] : [...wayTo(scenes[s].parent), s];
const titled = n => vertices[n].kind === "gate" ? plainFormula(n) : vertices[n].name;
const nameOf = s => scenes[s].of === undefined ? "Whole graph" : titled(scenes[s].of);
const sceneOf = []; // where a vertex is seen by itself
scenes.forEach(({ items }, s) => items.forEach(item => { if (!stub(item)) sceneOf[item[0]] ??= s; }));

function enter(s) {
  pause();
  cameras[here] = { ...camera };
  here = s;
  [stops, regarded] = [stopsOf(scenes[s]), null];
  paint();
  groups.forEach(attend);
  mark();
  Object.assign(camera, cameras[s] ?? { x: 0, y: 0, scale: 0 });
  resized();
  trail.replaceChildren(...wayTo(s).map(crumb));
  slider.max = stops.length;
  show();
}

const crumb = s => element("li", {}, s === here ? element("span", { "aria-current": "location" }, nameOf(s))
  : button(nameOf(s), () => backTo(s)));

function unfold(n) {
  enter(vertices[n].scene);
  choose(0);
  const gates = gatesIn(n).length;
  said.textContent = `Opened ${titled(n)}: ${vertices[n].count ?? `${gates} ${gates === 1 ? "gate" : "gates"} on numbers`}. Escape closes it.`;
}

// Back to a scene around this one, and in it to what was open.
function backTo(s) {
  const way = wayTo(here), { of } = scenes[way[way.indexOf(s) + 1]], from = nameOf(here);
  enter(s);
  choose(scenes[s].items.findIndex(([n, note]) => n === of && note === null));
  said.textContent = `Closed ${from}. ${nameOf(s)} is shown.`;
}

function escaping(event) {
  if (event.key !== "Escape" || !here || ["INPUT", "SELECT"].includes(event.target.tagName)) return;
  event.preventDefault();
  backTo(scenes[here].parent);
}

// The button that opens what is regarded, or why it cannot be opened; and what a group with several results gives.
function answer() {
  door.replaceChildren();
  if (regarded === null || regarded < 0 || regarded === scenes[here].of) return;
  const { scene, shut, kind, ends, name } = vertices[regarded];
  if (kind === "group" && ends?.length > 1) door.append(element("p", {}, `${name} gives ${listed(ends, result)}.`));
  if (scene !== undefined && sceneOf[regarded] === here) door.append(button(`Open ${titled(regarded)}`, () => unfold(regarded)));
  else if (shut) door.append(element("p", {}, `${name} does not open here: ${shut}.`));
}

function result(n) {
  const soFar = gradientSoFar(n);
  return `${vertices[n].name} = ${birth[n] < done ? valueText(n) : "…"}${soFar ? ` with gradient ${soFar}` : ""}`;
}
document.addEventListener("keydown", escaping);
