"""Random arguments for NumPy's functions: arrays of any shape, dtype and layout, and every keyword that a family takes.

Each strategy draws a `Call`. What NumPy would refuse is drawn too, now and then.
"""
import functools

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as sized

from autograd.graph import GATES
from tests.examples import placed
from tests.rounding import LAYOUTS

FLOATS, COMPLEX = ("float64", "float64", "float32", "float16"), ("complex128", "complex64")
CONSTANTS = ("int64", "int8", "bool")
SHAPES = sized.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)
FULL = sized.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=3)


class Call:
    """A NumPy call `f(*xs)`, of which the floating inputs move; its text is what Hypothesis shows when it fails.

    A float64 number beside others counts as a Python float, as it does for tensors. `exact` says that tensors give the
    same bits, `together` that `vmap` must map all inputs or none.
    """

    def __init__(self, text, f, *xs, exact=True, together=False):
        self.text, self.f, self.exact, self.together = text, f, exact, together
        self.xs = [float(x) if type(x) is np.float64 and len(xs) > 1 else x for x in xs]
        self.moving = [i for i, x in enumerate(xs) if np.asarray(x).dtype.kind in "fc"]
        self.ys = tuple(self.xs[i] for i in self.moving)

    def of(self, ys):
        return self.f(*placed(self.xs, self.moving, ys))

    def __repr__(self):
        return f"{self.text} on {', '.join(f'{np.asarray(x).dtype} {np.shape(x)}' for x in self.xs)}"


@st.composite
def arrays(draw, shapes=SHAPES, dtypes=(*FLOATS, *COMPLEX), which=0):
    """Random numbers away from 0, laid out in memory in some way; those of different inputs differ."""
    shape, dtype = draw(shapes), np.dtype(draw(st.sampled_from(dtypes)))
    rng = np.random.default_rng([which, draw(st.integers(0, 2**32))])
    x = rng.uniform(0.25, 2.0, shape) * rng.choice([-1.0, 1.0], shape)
    x = np.asarray({"c": x * np.exp(1j * x), "i": 3.0 * x, "b": x > 0.0}.get(dtype.kind, x)).astype(dtype)
    return draw(st.sampled_from(list(LAYOUTS.values())))(x) if shape else x[()]


ARRAYS = arrays()


def call(name, *xs, exact=True, **kwargs):
    """np.name(*xs, **kwargs); a dotted name is taken apart."""
    f = functools.reduce(getattr, name.split("."), np)
    return Call(f"np.{name} {kwargs}", lambda *ys: f(*ys, **kwargs), *xs, exact=exact)


def some(draw, **options):
    """Some of the keywords, each from its strategy."""
    return {key: draw(values) for key, values in options.items() if draw(st.booleans())}


def axis_of(x, none=True):
    axes = st.integers(-x.ndim, x.ndim - 1) if x.ndim else st.none()
    return st.none() | axes if none else axes


def axes_of(x):
    """None, an axis, or several."""
    return axis_of(x) | (sized.valid_tuple_axes(x.ndim) if x.ndim else st.just(()))


def beside(shape):
    """Shapes that broadcast to this one."""
    return sized.broadcastable_shapes(shape, max_dims=len(shape), max_side=3).filter(
        lambda other: np.broadcast_shapes(shape, other) == shape)


# ---------------------------------------------------------------- number by number
UNARY = [gate.array.__name__ for gate in GATES.values() if isinstance(gate.array, np.ufunc) and gate.arity == 1]
BINARY = [gate.array.__name__ for gate in GATES.values() if isinstance(gate.array, np.ufunc) and gate.arity == 2]


@st.composite
def elementwise(draw):
    if draw(st.booleans()):
        return call(draw(st.sampled_from(UNARY)), draw(arrays()), exact=False)
    shapes = draw(sized.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, min_side=0, max_side=3)).input_shapes
    x = draw(arrays(st.just(shapes[0])))
    y = draw(arrays(st.just(shapes[1]), (*FLOATS, *COMPLEX, *CONSTANTS), 1))
    return call(draw(st.sampled_from(BINARY)), *draw(st.permutations([x, y])), exact=False)


@st.composite
def choices(draw):
    shapes = draw(sized.mutually_broadcastable_shapes(num_shapes=3, max_dims=4, min_side=0, max_side=3)).input_shapes
    x, y = (draw(arrays(st.just(shapes[k]), (*FLOATS, *CONSTANTS), k)) for k in (1, 2))
    if draw(st.booleans()):
        return call("where", draw(arrays(st.just(shapes[0]), ("bool",))), x, y)
    return call("clip", draw(arrays(st.just(shapes[0]), FLOATS)), x, y)


# ---------------------------------------------------------------- reductions
@st.composite
def reductions(draw, source=ARRAYS):
    name = draw(st.sampled_from(["sum", "prod", "mean", "var", "std", "max", "min", "ptp", "median", "nansum",
                                 "nanmean", "nanmax", "average", "count_nonzero", "linalg.norm", "any"]))
    x = draw(source)
    x = np.real(x) if name in ("max", "min", "ptp", "median", "nanmax") else x
    name = name if x.size or name != "average" else "mean"
    options = {"axis": axis_of(x) if name == "median" else axes_of(x), "keepdims": st.booleans()}
    if name in ("sum", "prod", "mean", "var", "std", "max", "min"):
        options["where"] = arrays(beside(x.shape), ("bool",))
    if name in ("sum", "prod", "max", "min"):
        options["initial"] = st.sampled_from([0.5, -1.0])
    if name in ("var", "std"):
        options |= {"ddof": st.sampled_from([0, 1, 0.5])}
    if name == "average":
        options = {"axis": axis_of(x), "weights": arrays(st.just(x.shape), ("float64",))}
    return call(name, x, exact=False, **some(draw, **options))


@st.composite
def cumulative(draw, source=ARRAYS):
    x = draw(source)
    name = draw(st.sampled_from(["cumsum", "cumprod", "diff", "nancumsum", "sort", "flip", "unwrap"]))
    if name in ("sort", "unwrap") and x.dtype.kind == "c":
        x = x.real
    options = {"axis": axis_of(x, name != "diff")} | ({"n": st.integers(0, 2)} if name == "diff" else {})
    return call(name, x, exact=False, **some(draw, **options))


# ---------------------------------------------------------------- indices
@st.composite
def indices(draw, shape):
    """Basic, with arrays of integers, with masks, and mixed."""
    kind = draw(st.sampled_from(["basic", "integers", "mask", "mixed"]))
    if kind == "basic" or not shape:
        return draw(sized.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True))
    if kind == "integers" and all(shape):
        return draw(sized.integer_array_indices(shape, result_shape=sized.array_shapes(max_dims=2, max_side=3)))
    if kind == "mask":
        return draw(arrays(st.just(shape[:draw(st.integers(1, len(shape)))]), ("bool",)))
    return tuple(draw(part_of(n)) for n in shape[:draw(st.integers(1, len(shape)))])


def part_of(n):
    """A part of an index along an axis of length n."""
    parts = [st.slices(n), st.just(slice(None))]
    if n:
        parts += [st.integers(-n, n - 1), st.lists(st.integers(-n, n - 1), min_size=2, max_size=2)]
    return st.one_of(parts)


@st.composite
def taking(draw, source=ARRAYS):
    x = draw(source)
    index = draw(indices(x.shape))
    return Call(f"x[{index!r}]", lambda x: x[index], x)


@st.composite
def writing(draw):
    """x[index] = y, += y, or *= y, on a copy."""
    x = draw(arrays(SHAPES.filter(len), FLOATS))
    index, how = draw(indices(x.shape)), draw(st.sampled_from(["=", "+=", "*="]))
    y = draw(arrays(beside(x[index].shape), (str(x.dtype), *CONSTANTS)))

    def write(x, y):
        ans = x * np.ones((), x.dtype)
        if how == "=":
            ans[index] = y
        elif how == "+=":
            ans[index] += y
        else:
            ans[index] *= y
        return ans
    return Call(f"x[{index!r}] {how} y", write, x, y, together=True)


# ---------------------------------------------------------------- shapes
@st.composite
def shaping(draw, source=ARRAYS):
    x = draw(source)
    axis = axis_of(x, False)
    name, options = draw(st.sampled_from([
        ("reshape", {"shape": shapes_of(x.size), "order": st.sampled_from("CF")}),
        ("ravel", {"order": st.sampled_from("CF")}), ("squeeze", {"axis": axis_of(x)}), ("flip", {"axis": axes_of(x)}),
        ("transpose", {"axes": st.permutations(range(x.ndim))}), ("moveaxis", {"source": axis, "destination": axis}),
        ("swapaxes", {"axis1": axis, "axis2": axis}), ("expand_dims", {"axis": st.integers(-x.ndim - 1, x.ndim)}),
        ("rollaxis", {"axis": axis}), ("broadcast_to", {"shape": st.just((2, *x.shape))}),
        ("rot90", {"k": st.integers(-1, 3)}), ("roll", {"shift": st.integers(-4, 4), "axis": axis_of(x)}),
        ("tile", {"reps": st.lists(st.integers(0, 2), max_size=3)}), ("diagonal", {"offset": st.integers(-1, 1)}),
        ("repeat", {"repeats": st.integers(0, 2), "axis": axis_of(x)}), ("resize", {"new_shape": SHAPES}),
        ("tril", {"k": st.integers(-1, 1)}), ("atleast_2d", {}), ("atleast_3d", {})]))
    return call(name, x, **{key: draw(values) for key, values in options.items()})


def shapes_of(size):
    """Shapes of so many numbers, one length perhaps left open."""
    divisors = [n for n in range(1, size + 1) if size % n == 0]
    if not divisors:
        return st.sampled_from([(0,), (0, 2), (1, 0, 3)])
    return st.sampled_from([(size,), -1, *((n, size // n) for n in divisors), *((n, 1, -1) for n in divisors)])


@st.composite
def joining(draw):
    name = draw(st.sampled_from(["concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "append"]))
    shape = draw(SHAPES)
    axis = draw(st.integers(-len(shape), len(shape) - 1)) if shape else 0
    lengths = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    shapes = [shape] * len(lengths)
    if name in ("concatenate", "append") and shape:
        k = axis % len(shape)
        shapes = [(*shape[:k], n, *shape[k + 1:]) for n in lengths]
    xs = [draw(arrays(st.just(shape), (*FLOATS, *CONSTANTS), k)) for k, shape in enumerate(shapes)]
    if name == "append":
        return Call(f"np.append, {axis}", lambda *ys: np.append(ys[0], ys[-1], axis), *xs)
    f, kwargs = getattr(np, name), {"axis": axis} if name in ("concatenate", "stack") else {}
    return Call(f"np.{name} {kwargs}", lambda *ys: f(list(ys), **kwargs), *xs)


@st.composite
def splitting(draw):
    """One part of several."""
    x = draw(arrays(SHAPES.filter(len)))
    axis = draw(axis_of(x, False))
    how, k = draw(st.integers(1, 3) | st.lists(st.integers(0, 4), max_size=2).map(sorted)), draw(st.integers(-1, 0))
    name = draw(st.sampled_from(["split", "array_split"]))
    return Call(f"np.{name}({how}, axis={axis})[{k}]", lambda x: getattr(np, name)(x, how, axis)[k], x)


@st.composite
def rearranging(draw):
    """take, delete, insert, and their kin, along an axis."""
    x = draw(arrays(FULL))
    axis = draw(axis_of(x, False))
    n = x.shape[axis]
    places = draw(st.lists(st.integers(-n, n - 1), min_size=1, max_size=3))
    along = np.reshape(places, [-1 if a == axis % x.ndim else 1 for a in range(x.ndim)])
    name = draw(st.sampled_from(["take", "delete", "insert", "compress", "take_along_axis"]))
    calls = {"take": lambda x: np.take(x, places, axis), "delete": lambda x: np.delete(x, places, axis),
             "insert": lambda x: np.insert(x, places, 0.5, axis),
             "compress": lambda x: np.compress([True, False], x, axis),
             "take_along_axis": lambda x: np.take_along_axis(x, along, axis)}
    return Call(f"np.{name} of {places} along {axis}", calls[name], x)


@st.composite
def padding(draw):
    x = draw(arrays(FULL, FLOATS))
    values, length = st.sampled_from([0.5, (1.0, 2.0)]), {"stat_length": st.integers(1, 3)}
    how = {"reflect_type": st.sampled_from(["even", "odd"])}
    mode, options = draw(st.sampled_from([
        ("constant", {"constant_values": values}), ("linear_ramp", {"end_values": values}), ("reflect", how),
        ("symmetric", how), ("mean", length), ("maximum", length), ("minimum", length), ("edge", {}), ("wrap", {})]))
    side = st.tuples(st.integers(0, 4), st.integers(0, 4))
    width = draw(side | st.integers(0, 4) | st.lists(side, min_size=x.ndim, max_size=x.ndim))
    return call("pad", x, exact=False, pad_width=width, mode=mode, **some(draw, **options))


# ---------------------------------------------------------------- products
@st.composite
def sums_of_products(draw):
    """einsum with letters that repeat, within an input and between them; NumPy's own does not stand lengths of 0."""
    sizes = {letter: draw(st.integers(1, 3)) for letter in "abcd"}
    inputs = draw(st.lists(st.text("abcd", max_size=3), min_size=1, max_size=3))
    used = sorted(set("".join(inputs)))
    output = "".join(draw(st.permutations(used))[:draw(st.integers(0, len(used)))])
    text = ",".join(inputs) + draw(st.sampled_from(["", f"->{output}", f"->{output}"]))
    xs = [draw(arrays(st.just(tuple(sizes[c] for c in letters)))) for letters in inputs]
    return Call(f"np.einsum({text!r})", lambda *ys: np.einsum(text, *ys), *xs, exact=False)


@st.composite
def products(draw):
    name = draw(st.sampled_from(["matmul", "dot", "inner", "outer", "kron", "tensordot", "vdot", "convolve"]))
    x, y = (draw(arrays(FULL if name == "kron" else SHAPES, which=k)) for k in (0, 1))
    if name in ("matmul", "dot", "inner", "vdot", "convolve"):
        n, *shape = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
        x = draw(arrays(st.just((*draw(st.lists(st.integers(0, 3), max_size=2)), n))))
        y = draw(arrays(st.just((*shape, n) if name == "inner" or not shape else (*shape[:-1], n, shape[-1]))))
    kwargs = {"axes": draw(st.integers(0, 2))} if name == "tensordot" else {}
    return call(name, x, y, exact=False, **kwargs)


# ---------------------------------------------------------------- along an axis
@st.composite
def transforms(draw):
    name = draw(st.sampled_from(["fft", "ifft", "rfft", "irfft", "hfft", "ihfft", "fft2", "fftn", "ifftn", "rfftn",
                                 "fftshift"]))
    x = draw(arrays(FULL, ("float64",) if name in ("rfft", "ihfft", "rfftn") else ("float64", "complex128")))
    norms = st.sampled_from(["backward", "ortho", "forward"])
    options = {"n": st.integers(1, 5), "axis": axis_of(x, False), "norm": norms}
    if name == "fftshift":
        options = {"axes": axes_of(x)}
    elif name in ("fft2", "fftn", "ifftn", "rfftn"):
        del options["n"], options["axis"]
    return call(f"fft.{name}", x, exact=False, **some(draw, **options))


@st.composite
def statistics(draw):
    x = draw(arrays(FULL, FLOATS[:-1]))
    methods = st.sampled_from(["linear", "lower", "higher", "nearest", "midpoint", "hazen", "median_unbiased"])
    name, options = draw(st.sampled_from([
        ("quantile", {"axis": axes_of(x), "keepdims": st.booleans(), "method": methods}),
        ("cov", {"rowvar": st.booleans(), "ddof": st.integers(0, 1)}), ("gradient", {"edge_order": st.integers(1, 2)}),
        ("trapezoid", {"dx": st.just(0.5), "axis": axis_of(x, False)})]))
    kwargs = some(draw, **options)
    if name == "quantile":
        kwargs["q"] = draw(st.floats(0.0, 1.0) | st.just([0.25, 0.7]))
    if name == "gradient":
        kwargs["axis"] = draw(axis_of(x, False))
    return call(name, x, exact=False, **kwargs)


# ---------------------------------------------------------------- two in a row
@st.composite
def chains(draw):
    first = draw(elementwise() | shaping() | taking() | joining() | sums_of_products())
    try:
        with np.errstate(all="ignore"):
            middle = first.f(*first.xs)
    except (ValueError, IndexError, TypeError):
        return first
    if not isinstance(middle, np.ndarray) or middle.dtype.kind not in "fc":
        return first
    second = draw(st.one_of(family(st.just(middle)) for family in (reductions, cumulative, taking, shaping)))
    return Call(f"{first.text}, then {second.text}", lambda *ys: second.f(first.f(*ys)), *first.xs, exact=False)


FAMILIES = {
    "elementwise": elementwise(), "choices": choices(), "reductions": reductions(), "cumulative": cumulative(),
    "taking": taking(), "writing": writing(), "shaping": shaping(), "joining": joining(), "splitting": splitting(),
    "rearranging": rearranging(), "padding": padding(), "einsum": sums_of_products(), "products": products(),
    "transforms": transforms(), "statistics": statistics(), "chains": chains()}
