// What a gate computes, and what it hands back: the page's own forward run and its own reverse walk.
// A value is {shape, data}; a number has shape []. Everything is double precision, as in Python.
"use strict";

const sigmoid = x => 1 / (1 + Math.exp(-x));
const larger = (x, y) => x > y ? 1 : x === y ? 0.5 : 0; // at a tie both sides get half
const modulo = (x, y) => x - y * Math.floor(x / y);

// name: [the gate, its derivative for the first input, for the second, ...]; derivatives get the output first.
const ELEMENTWISE = {
  add: [(x, y) => x + y, () => 1, () => 1],
  sub: [(x, y) => x - y, () => 1, () => -1],
  mul: [(x, y) => x * y, (ans, x, y) => y, (ans, x) => x],
  div: [(x, y) => x / y, (ans, x, y) => 1 / y, (ans, x, y) => -ans / y],
  power: [(x, y) => x ** y, (ans, x, y) => y * x ** (y - 1 + (y === 0)), (ans, x) => ans * Math.log(x + (x === 0))],
  remainder: [modulo, () => 1, (ans, x, y) => -Math.floor(x / y)],
  negative: [x => -x, () => -1],
  positive: [x => x, () => 1],
  reciprocal: [x => 1 / x, ans => -ans * ans],
  square: [x => x * x, (ans, x) => 2 * x],
  absolute: [Math.abs, (ans, x) => Math.sign(x)],
  sqrt: [Math.sqrt, ans => 0.5 / ans],
  cbrt: [Math.cbrt, ans => 1 / (3 * ans * ans)],
  hypot: [Math.hypot, (ans, x) => x / ans, (ans, x, y) => y / ans],
  exp: [Math.exp, ans => ans],
  exp2: [x => 2 ** x, ans => ans * Math.LN2],
  expm1: [Math.expm1, ans => ans + 1],
  log: [Math.log, (ans, x) => 1 / x],
  log2: [Math.log2, (ans, x) => 1 / (x * Math.LN2)],
  log10: [Math.log10, (ans, x) => 1 / (x * Math.LN10)],
  log1p: [Math.log1p, (ans, x) => 1 / (x + 1)],
  logaddexp: [(x, y) => x === y ? x + Math.LN2 : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y))),
    (ans, x) => Math.exp(x - ans), (ans, x, y) => Math.exp(y - ans)],
  sin: [Math.sin, (ans, x) => Math.cos(x)],
  cos: [Math.cos, (ans, x) => -Math.sin(x)],
  tan: [Math.tan, ans => 1 + ans * ans],
  arcsin: [Math.asin, (ans, x) => 1 / Math.sqrt(1 - x * x)],
  arccos: [Math.acos, (ans, x) => -1 / Math.sqrt(1 - x * x)],
  arctan: [Math.atan, (ans, x) => 1 / (1 + x * x)],
  arctan2: [Math.atan2, (ans, x, y) => y / (x * x + y * y), (ans, x, y) => -x / (x * x + y * y)],
  sinh: [Math.sinh, (ans, x) => Math.cosh(x)],
  cosh: [Math.cosh, (ans, x) => Math.sinh(x)],
  tanh: [Math.tanh, ans => 1 - ans * ans],
  arcsinh: [Math.asinh, (ans, x) => 1 / Math.sqrt(x * x + 1)],
  arccosh: [Math.acosh, (ans, x) => 1 / (Math.sqrt(x - 1) * Math.sqrt(x + 1))],
  arctanh: [Math.atanh, (ans, x) => 1 / ((1 - x) * (1 + x))],
  degrees: [x => x * (180 / Math.PI), () => 180 / Math.PI],
  radians: [x => x * (Math.PI / 180), () => Math.PI / 180],
  sigmoid: [sigmoid, ans => ans * (1 - ans)],
  relu: [x => Math.max(x, 0), ans => ans > 0 ? 1 : 0],
  softplus: [x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), (ans, x) => sigmoid(x)],
  maximum: [Math.max, (ans, x, y) => larger(x, y), (ans, x, y) => larger(y, x)],
  minimum: [Math.min, (ans, x, y) => larger(y, x), (ans, x, y) => larger(x, y)],
  where: [(x, y, z) => x ? y : z, () => 0, (ans, x) => x ? 1 : 0, (ans, x) => x ? 0 : 1],
};

// ---------------------------------------------------------------- arrays

const size = shape => shape.reduce((n, length) => n * length, 1);
const SPECIAL = { nan: NaN, inf: Infinity, "-inf": -Infinity };

// Nested lists, as Python wrote them, as a value.
function value(nested) {
  const shape = [];
  for (let part = nested; Array.isArray(part); part = part[0]) shape.push(part.length);
  return { shape, data: [nested].flat(Infinity).map(x => SPECIAL[x] ?? Number(x)) };
}

const filled = (shape, x) => ({ shape, data: Array(size(shape)).fill(x) });
const same = (one, other) => one.length === other.length && one.every((n, i) => n === other[i]);

function broadcast(shapes) {
  const rank = Math.max(...shapes.map(shape => shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    shapes.map(shape => shape[axis - rank + shape.length] ?? 1).reduce((n, m) => n === 1 ? m : n));
}

// For every place in `shape`, which place of an input that was broadcast to it is seen there.
function seen(shape, input) {
  return Array.from({ length: size(shape) }, (_, place) => {
    let at = 0, step = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = input[axis - shape.length + input.length] ?? 1;
      if (length > 1) at += step * (place % shape[axis]);
      step *= length;
      place = Math.floor(place / shape[axis]);
    }
    return at;
  });
}

// A sum has the places of its output as `seen`, when the axes that go are kept with length 1.
function kept(shape, axis) {
  const gone = [axis].flat().map(n => n < 0 ? n + shape.length : n);
  return shape.map((length, n) => axis === null || gone.includes(n) ? 1 : length);
}

function summed(x, shape, count = 1) {
  const ans = filled(shape, 0);
  seen(x.shape, shape).forEach((at, place) => { ans.data[at] += x.data[place]; });
  return { shape, data: ans.data.map(total => total / count) };
}

// ---------------------------------------------------------------- products of matrices

// Rows × inner and inner × columns; a vector is a row on the left and a column on the right.
function product(x, y, times) {
  if (x.shape.length > 2 || y.shape.length > 2) throw new Error("stacks of matrices");
  const inner = x.shape.at(-1), columns = y.shape[1] ?? 1, rows = x.shape.length === 2 ? x.shape[0] : 1;
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) for (let k = 0; k < inner; k++)
    times(i * columns + j, i * inner + k, k * columns + j);
  return [...x.shape.slice(0, -1), ...y.shape.slice(1)];
}

function matmul([x, y]) {
  const data = [];
  const shape = product(x, y, (at, a, b) => { data[at] = (data[at] ?? 0) + x.data[a] * y.data[b]; });
  return { shape, data };
}

function matmulBack(g, ans, [x, y], _, times) {
  const shares = [filled(x.shape, 0), filled(y.shape, 0)];
  product(x, y, (at, a, b) => {
    shares[0].data[a] += times(g.data[at], y.data[b]);
    shares[1].data[b] += times(g.data[at], x.data[a]);
  });
  return shares;
}

// ---------------------------------------------------------------- gates on whole arrays

// Without kept dimensions the shape of a sum has lost its ones; the numbers are the same.
function reduced(x, { axis, keepdims }, count) {
  const long = kept(x.shape, axis), ans = summed(x, long, count(size(x.shape) / size(long)));
  const gone = kept(x.shape.map(() => 2), axis);
  return { shape: keepdims ? long : long.filter((_, n) => gone[n] !== 1), data: ans.data };
}

function spread(g, x, { axis }, count) {
  const long = kept(x.shape, axis);
  return { shape: x.shape, data: seen(x.shape, long).map(at => g.data[at] / count(size(x.shape) / size(long))) };
}

const one = () => 1, all = n => n;
const WHOLE = {
  sum: [([x], params) => reduced(x, params, one), (g, ans, [x], params) => [spread(g, x, params, one)]],
  mean: [([x], params) => reduced(x, params, all), (g, ans, [x], params) => [spread(g, x, params, all)]],
  matmul: [matmul, matmulBack],
  dot: [matmul, matmulBack],
};

// A gate that only moves numbers: `moves` says from where, counted from 1 through all inputs; 0 is a zero.
function moved(xs, moves) {
  const numbers = [0, ...xs.flatMap(x => x.data)], from = value(moves);
  return { shape: from.shape, data: from.data.map(place => numbers[place]) };
}

function movedBack(g, xs, moves) {
  const numbers = Array(1 + xs.reduce((n, x) => n + x.data.length, 0)).fill(0);
  value(moves).data.forEach((place, at) => { numbers[place] += g.data[at]; });
  let start = 1;
  return xs.map(x => ({ shape: x.shape, data: numbers.slice(start, start += x.data.length) }));
}

function elementwise([gate], xs) {
  const shape = broadcast(xs.map(x => x.shape)), places = xs.map(x => seen(shape, x.shape));
  return { shape, data: Array.from({ length: size(shape) }, (_, n) => gate(...xs.map((x, i) => x.data[places[i][n]]))) };
}

// The derivative for input i, at every place of the output.
function slope(row, i, ans, xs) {
  const places = xs.map(x => seen(ans.shape, x.shape));
  return { shape: ans.shape, data: ans.data.map((a, n) => row[i + 1](a, ...xs.map((x, j) => x.data[places[j][n]]))) };
}

const computable = vertex => vertex.moves || Object.hasOwn(ELEMENTWISE, vertex.gate) || Object.hasOwn(WHOLE, vertex.gate);

function forward(vertex, xs) {
  if (vertex.moves) return moved(xs, vertex.moves);
  const row = ELEMENTWISE[vertex.gate];
  return row ? elementwise(row, xs) : WHOLE[vertex.gate][0](xs, vertex.params);
}

// [derivative, share] for every input; the derivative only where it is one number per output.
function backward(vertex, g, ans, xs, times) {
  if (vertex.moves) return movedBack(g, xs, vertex.moves).map(share => [null, share]);
  const row = ELEMENTWISE[vertex.gate];
  if (!row) return WHOLE[vertex.gate][1](g, ans, xs, vertex.params, times).map(share => [null, share]);
  return xs.map((x, i) => {
    const local = slope(row, i, ans, xs);
    const product = { shape: ans.shape, data: local.data.map((d, n) => times(g.data[n], d)) };
    return [local, summed(product, x.shape)];
  });
}

// ---------------------------------------------------------------- the whole graph

const IEEE = (g, d) => g * d;
// 0 · ∞ is 0 in the chain rule; a walk that ends in nan is done again with this product, as in Python.
function careful(g, d) {
  const ans = g * d;
  return Number.isNaN(ans) && !Number.isNaN(g) && (!Number.isNaN(d) || g === 0) ? 0 : ans;
}

// Values, gradients, derivatives and shares of a graph of `count` vertices, given the values of its leaves and constants
// by number; then the same of the numbers inside of its gates.
function run(vertices, count, given) {
  const values = [];
  for (let n = 0; n < count; n++) values.push(valued(vertices, n, values, given));
  let found = walk(vertices, count, values, IEEE);
  const broken = vertices.some((vertex, n) => vertex.kind === "leaf" && found.slopes[n]?.data.some(Number.isNaN));
  if (broken) found = walk(vertices, count, values, careful);
  for (let n = 0; n < count; n++)
    if (vertices[n].kind === "gate" && vertices[n].inside) inside(vertices, n, values, given, found, broken ? careful : IEEE);
  return { values, ...found };
}

const valued = (vertices, n, values, given) =>
  vertices[n].kind === "gate" ? forward(vertices[n], vertices[n].args.map(i => values[i])) : given[n];

function walk(vertices, count, values, times) {
  const found = { slopes: [], local: [], share: [] };
  if (values[count - 1].shape.length === 0) found.slopes[count - 1] = filled([], 1);
  for (let n = count - 1; n >= 0; n--) handBack(vertices, n, values, found, times);
  return found;
}

function handBack(vertices, n, values, { slopes, local, share }, times) {
  const vertex = vertices[n];
  if (vertex.kind !== "gate" || !slopes[n]) return;
  const back = backward(vertex, slopes[n], values[n], vertex.args.map(i => values[i]), times);
  // Only what Python handed back flows here: nothing into constants, or through a step.
  const flows = back.map((pair, i) => vertex.wrt.includes(i) ? pair : [null, null]);
  [local[n], share[n]] = [0, 1].map(which => flows.map(pair => pair[which]));
  vertex.args.forEach((i, position) => { if (share[n][position]) slopes[i] = added(slopes[i], share[n][position]); });
}

// One number of an array, as a value.
const single = (x, place) => ({ shape: [], data: [x.data[place]] });

// What is inside of gate n begins with numbers of its inputs, and its end is given the numbers of its gradient.
function inside(vertices, n, values, given, found, times) {
  const [first, last] = vertices[n].inside;
  for (let i = first; i <= last; i++) {
    const [of, place] = vertices[i].element ?? [];
    values[i] = of === undefined ? valued(vertices, i, values, given) : single(values[of], place);
  }
  if (found.slopes[n]) vertices[n].ends.forEach((i, place) => {
    if (i >= 0) found.slopes[i] = added(found.slopes[i], single(found.slopes[n], place));
  });
  for (let i = last; i >= first; i--) handBack(vertices, i, values, found, times);
}

function added(total, part) {
  return total ? { shape: total.shape, data: total.data.map((x, n) => x + part.data[n]) } : part;
}
