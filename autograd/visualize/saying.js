// What a step says: a sentence, and equations with their numbers.

const endsOf = n => vertices[n].kind === "group" ? vertices[n].ends ?? [n] : [n];

function sentence({ way, n }) {
  const { name, kind } = vertices[n];
  if (way === "seed") return `The walk back starts: the derivative of ${name} for itself is 1.`;
  if (way === "arrive") return `The gradient comes back from outside: ${listed(endsOf(n), i => `${vertices[i].name} has ${gradientSoFar(i)}`)}.`;
  if (way === "enter") return scenes[here].of === n ? `Together the numbers are ${name}: ${valueText(n)}.` : `${name} comes in: ${valueText(n)}.`;
  if (kind === "group") return groupSentence(way, n);
  if (way === "forward") return kind === "gate" ? `${plainFormula(n)} is ${valueText(n)}.` : `Leaf ${name} is ${valueText(n)}.`;
  const gifts = back(n).map(({ i, local, share, soFar }) => `${vertices[i].name} gets ` +
    `${local ? `${brief(local)} times ${slopeText(n)} = ` : ""}${share ? brief(share) : "its share"}` +
    (soFar.of > 1 ? `; so far ${soFar.sum ? brief(soFar.sum) : "a sum"}, ${soFar.count} of ${soFar.of} uses` : ""));
  return `Back through ${plainFormula(n)}: ${gifts.join(". ") || "nothing is handed on"}.`;
}

const MANY = 6; // values of a group that a sentence names
const listed = (all, text) => all.slice(0, MANY).map(text).join(", ") + (all.length > MANY ? ` and ${all.length - MANY} more` : "");

function groupSentence(way, n) {
  const { name, ends } = vertices[n];
  if (!ends) return `Group ${name} is ${valueText(n)}.`;
  if (way === "forward") return `Group ${name} gives ${listed(ends, i => `${vertices[i].name} = ${valueText(i)}`)}.`;
  const given = sourcesOf(n);
  return `Back through group ${name}: ${listed(given, i => `${vertices[i].name} has ${gradientSoFar(i)}`) || "nothing is handed on"}.`;
}

// What the wires of this scene bring to n, as far as it has a gradient.
function sourcesOf(n) {
  const { items, wires } = scenes[here];
  const sources = wires.filter(([, to]) => items[to][0] === n).map(([from]) => items[from][0]);
  return [...new Set(sources.flatMap(endsOf))].filter(i => vertices[i].gradient !== undefined);
}

function plainFormula(n) {
  const { name, formula, args } = vertices[n];
  return `${name} = ${formula.map((text, i) => text + (vertices[args[i]]?.name ?? "")).join("")}`;
}

// The shares that gate n hands back, in the order of its inputs, with the sum after each.
function back(n) {
  return vertices[n].args.flatMap((i, position) => {
    if (vertices[i].gradient === undefined) return [];
    const use = uses[i].findIndex(([, gate, at, outside]) => gate === n && at === position && !outside);
    const shares = uses[i].slice(0, use + 1).map(shareOf);
    const soFar = { shares, count: use + 1, of: uses[i].length, sum: shares.every(Boolean) ? shares.reduce(added) : null };
    return [{ i, local: numbers.local[n]?.[position], share: shares.at(-1), soFar }];
  });
}

function equations({ way, n }) {
  const { name, kind, args } = vertices[n], y = vertices[end].name;
  if (way === "seed") return [row(ratio(name, name), mo("="), mn("1"))];
  if (way === "arrive") return endsOf(n).slice(0, MANY).map(slopeRow);
  if (kind === "group" && way === "backward") return sourcesOf(n).slice(0, MANY).map(slopeRow);
  if (kind === "group") return endsOf(n).slice(0, MANY).map(i => row(mi(vertices[i].name), mo("="), mn(valueText(i))));
  if (kind !== "gate" || way === "enter") return [row(mi(name), mo("="), mn(valueText(n)))];
  if (way === "forward") return [row(mi(name), mo("="), ...formula(vertices[n], args.map(i => mi(vertices[i].name))),
    mo("="), ...formula(vertices[n], args.map(i => mn(valueText(i)))), mo("="), mn(valueText(n)))];
  return back(n).flatMap(gift => handed(n, gift));
}

const slopeRow = n => row(ratio(vertices[end].name, vertices[n].name), mo("="), mn(gradientSoFar(n)));

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
