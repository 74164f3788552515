"""Programs that write in place: the value is NumPy's to the last bit, the gradient that of exactly this value."""
# ruff: noqa: E501 — one row per program
import copy

import numpy as np
import pytest

from autograd import Tensor, check_grads, grad, hessian, make_jvp, make_vjp, no_grad, value_and_grad, vmap
from autograd.errors import AutogradError, DataError, GraphError, ShapeError
from autograd.views import owner_of
from tests.agreement import difference, first_order, same

X = np.random.default_rng(0).uniform(0.5, 2.0, (3, 4))
V = np.linspace(0.5, 2.0, 4)


def ran(text):
    """The function whose body is `text`: statements on x, separated by semicolons, that leave their result in `out`."""
    code = compile("\n".join(part.strip() for part in text.split(";")), "<program>", "exec")

    def program(x):
        space = {"np": np, "x": x, "c": np.linspace(-1.0, 1.0, 4)}
        exec(code, space)
        return space["out"]
    return program


# fmt: off
PROGRAMS = {
    "a buffer filled anew":        "buf = np.zeros(4); s = 0.0 * x; \nfor k in range(3): buf[:] = k + c; s = s + buf * x\nout = s",
    "another name":                "y = x; y -= 1.0; out = x * x",
    "every operator":              "x += 1.0; x *= c + 2.0; x -= x[0]; x /= 2.0 + x * x; x **= 2; out = x",
    "floor and remainder":         "y = x.copy(); y //= 0.3; x %= 0.4; out = x + y",
    "matmul in place":             "m = x[:, :3].copy(); m @= np.ones((3, 3)); out = m",
    "a view sees a write":         "v = x[1:, ::2]; w = v * 1.0; x *= 2.0; out = v * w",
    "a write through a view":      "v = x[1]; v *= c; out = x * x",
    "a view of a view":            "v = x.T[1:]; w = v[:, ::-1][0]; w += c[:3] ** 2; v *= 2.0; out = x * x",
    "two overlapping views":       "a = x[:2]; b = x[1:]; a *= 2.0; b += a; out = x + np.sum(a) * np.sum(b)",
    "reshape is a view":           "v = x.reshape(2, 6); v[0] = 3.0 * v[1]; out = x * x",
    "reshape that copies":         "v = x.T.reshape(6, 2); v += 1.0; out = x * x.sum() + v.sum()",
    "ravel, flatten":              "r = x.ravel(); f = x.flatten(); r *= 2.0; f *= 3.0; out = x * f.sum()",
    "flip, moveaxis, squeeze":     "a = np.flip(x, 1); b = np.moveaxis(x[None], 0, -1); d = np.squeeze(b, -1); a += c; d[0] = a[2]; out = x * x",
    "split gives views":           "p, q = np.split(x, 2, axis=1); p *= q; out = x * x",
    "rows of a loop":              "\nfor k, row in enumerate(x): row *= k + 1.0\nout = x * x",
    "expand_dims, atleast":        "a = np.expand_dims(x, 0); b = np.atleast_3d(x) if 0 else np.atleast_2d(x); a *= 2.0; b[0] += 1.0; out = x * x",
    "broadcast_to sees a write":   "b = np.broadcast_to(x[0], (2, 4)); x += 1.0; out = b * x[:2]",
    "diagonal sees a write":       "d = np.diagonal(x); x *= x; out = d * d",
    "an element":                  "x[1, 2] = x[0, 0] * x[1, 2]; x[0, 0] += 2.0; out = x * x",
    "a row":                       "x[1] = x[0] * x[2]; out = x * x",
    "an element in a loop":        "\nfor k in range(1, 4): x[0, k] = x[0, k - 1] * x[0, k]\nout = x * x",
    "a slice of itself":           "x[:, 1:] = x[:, :-1]; x[::-1] = x; out = x * x",
    "a slice added to itself":     "x[1:] += x[:-1]; out = x * x",
    "a boolean mask":              "x[x > 1.0] = 0.5; x[x < 0.8] *= 3.0; out = x * x",
    "an index array":              "x[[0, 2], [1, 1]] = x[1, :2]; x[:, [3, 0]] -= 1.0; out = x * x",
    "places that come twice":      "x[[0, 0, 1]] = x[[1, 2, 0]] ** 2; out = x * x",
    "broadcast into a slice":      "x[:, 1:3] = x[:, :1]; x[0] = 2.0; x[1:] = c; x[2] = c[None]; out = x * x",
    "everything":                  "y = x * x; x[...] = y; x[()] = x * 2.0; y.fill(3.0); out = x * y",
    "new axes":                    "x[None, 1:2] = x[2]; x[..., None] *= 2.0; out = x * x",
    "out=":                        "y = np.zeros_like(x); np.multiply(x, x, out=y); np.add(y, 1.0, y); np.sin(y, out=x); out = x * y",
    "out= with where=":            "y = x * 2.0; np.sqrt(x, out=y, where=x > 1.0); out = x * y",
    "out= of a reduction":         "s = np.zeros_like(x[0]); np.sum(x, axis=0, out=s); x.sum(axis=0, out=x[1]); out = x * s",
    "out= of a product":           "s = np.empty_like(x[:, :3]); np.matmul(x, x.T, out=s); np.dot(x, x.T, out=s); out = s",
    "out= of two results":         "y = x * 2.0; z = np.zeros_like(x); np.divmod(x, 0.3, out=(y, z)); np.modf(x * 1.5, out=(None, y)); np.modf(z * 9.0, out=(z, y), where=x > 1.0); out = x * y + z",
    "out= of axes":                "y = np.zeros_like(x[:, :3]); np.matmul(x, x, out=y, axes=[(0, 1), (1, 0), (1, 0)]); out = y",
    "nan_to_num in place":         "y = x * 1.0; y[0] = np.inf; y[1, 0] = np.nan; v = y[:2]; np.nan_to_num(v, copy=False, posinf=2.5); out = y * x",
    "resize":                      "y = x * x; z = y; y.resize((2, 3), refcheck=False); w = x + 0.0; w.resize(4, 4, refcheck=False); out = z.sum() * w; x.resize(3, refcheck=False); out = out * x[1]",
    "a part of complex numbers":   "z = x + 1j * c; z.real = x * x; z.imag[1] *= z.real[0]; z.imag[0] = z.imag[2]; w = z.T[1:]; w.real += 1.0; z *= 1j; w.imag[:, 0] = c[:3]; out = abs(z) + z.imag",
    "a part sees a write":         "z = x + 1j * c; r, i = z.real, z.imag; z[1] = 3.0 * z[0]; z *= 2.0j; i += r; r[:, 1:] = i[:, :-1]; out = r * i + abs(z)",
    "a part of infinity":          "z = x + 0j; z.real = np.inf; z.imag = x; z.real[0] = 2.0; z.imag[1] = np.inf; out = np.where(np.isfinite(z), z, 0.0).imag + z.imag[0]",
    "a part of rank 0":            "z = x + 1j * c; v = z[0, 1, ...].real; v *= 3.0; np.nan_to_num(v, copy=False); z[1, 1, ...].imag = v; out = abs(z) * v",
    "a part in single precision":  "z = (x + 1j * c).astype(np.complex64); z.real = x; z.imag[0] += 0.1; out = z.imag * z.real",
    "zeros_like":                  "y = np.zeros_like(x); y[0] = x[1] * x[2]; y[1:] += x[0]; out = x * y",
    "ones_like, full_like":        "y = np.ones_like(x); z = np.full_like(x, 3.0); y *= x; z[:, 0] -= x[:, 1]; out = y * z",
    "a plain array added to":      "y = np.zeros((3, 4)); y += x; y *= x; out = y",
    "copyto":                      "y = x * 1.0; np.copyto(y, c * 2.0); np.copyto(y, x * x, where=x > 1.0); out = x * y",
    "put, place, putmask":         "np.put(x, [0, 5, -1], x[0, :2] * 2.0); np.place(x, x > 1.5, [0.1, 0.2]); np.putmask(x, x < 0.3, x * x); out = x * x",
    "put_along_axis":              "np.put_along_axis(x, np.argmax(x, axis=1)[:, None], x[:, :1] * 2.0, axis=1); np.put_along_axis(x, np.array([1]), 3.0, axis=None); out = x * x",
    "fill_diagonal":               "np.fill_diagonal(x, x[2, :3]); y = x.T.copy(); np.fill_diagonal(y, 5.0, wrap=True); out = x * y.T",
    "add.at":                      "np.add.at(x, [0, 0, 2], x[1] * c); np.subtract.at(x, (slice(None), [1, 1]), 2.0); out = x * x",
    "sort in place":               "v = x[0]; v.sort(); x.sort(axis=0); out = x * np.arange(12.0).reshape(3, 4)",
    "a swap":                      "x[0], x[1] = x[1].copy(), x[0].copy(); x[0, 0], x[0, 1] = x[0, 1], x[0, 0]; out = x * np.arange(12.0).reshape(3, 4)",
    "a swap of views":             "x[0], x[1] = x[1], x[0]; out = x * np.arange(12.0).reshape(3, 4)",
    "a view of rank 0":            "v = x[0, 1, ...]; v *= 3.0; w = x[:1, :1].reshape(()); w += 1.0; out = x * v",
    "a number is not an array":    "v = x[0, 1]; v *= 3.0; out = x * v",
    "a number has no views":       "s = np.sum(x); v, w = s.T, np.reshape(s, (1, 1)); v *= 3.0; w += 1.0; z = s + 2j * s; r = z.real; r += 1.0; out = x * s + v * w + r * z.imag",
    "copies stay":                 "y = x.copy(); z = np.copy(x); w = x.astype(float); x *= 2.0; out = x * y * z * w",
    "float32 stays":               "y = (x * 1.0).astype(np.float32); y += x; y[0] = x[1]; out = y * y",
    "a list of views":             "rows = [r for r in x]; rows[0] *= rows[1]; rows[2][1:] = rows[0][:3]; out = x * x",
    "constants that change":       "c2 = c.copy(); y = x * c2; c2 *= 2.0; z = x * c2; c2[:] = 0.0; out = y * z",
    "an index that changes":       "k = np.array([0, 1]); y = x[k]; k[:] = 2; z = x[k]; k[0] = 0; out = y * z",
    "a mask that changes":         "m = c > 0.0; y = np.where(m, x, 0.0); m[:] = False; out = y * x",
}
# fmt: on


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_writes(name):
    program = ran(PROGRAMS[name])
    expected = program(X.copy())
    value, again = program(Tensor(X)), make_vjp(program)(X)[1]
    same(value.data, expected, name)
    same(again, expected, name)
    assert value.dtype == expected.dtype
    if expected.dtype == float:
        rng = np.random.default_rng(1)
        g, v = rng.standard_normal(expected.shape), rng.standard_normal(X.shape)
        first_order(lambda xs: program(xs[0]), lambda xs: program(xs[0].copy()), (X,), [v], g, name)
        check_grads(lambda x: program(x * 1.0))(X)
    same(make_jvp(program)(X)(np.zeros(X.shape))[0], expected, name)


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in ("put, place, putmask", "a boolean mask", "out= with where=",
                                                                            "copyto", "put_along_axis", "sort in place")])
def test_a_mapped_program_that_writes(name):
    program, many = ran(PROGRAMS[name]), np.stack([X, X + 0.25, X * X])
    value = vmap(program)(many)
    np.testing.assert_allclose(value, np.stack([program(x.copy()) for x in many]), rtol=1e-14)
    back = vmap(grad(lambda x: np.sum(program(x))))(many)
    np.testing.assert_allclose(back, np.stack([grad(lambda x: np.sum(program(x)))(x) for x in many]), rtol=1e-12)


def test_a_mask_inside_vmap():
    def program(x):
        x[x > 1.0] = 0.5
        return x * x
    np.testing.assert_array_equal(vmap(program)(X), np.stack([program(x.copy()) for x in X]))


# ---------------------------------------------------------------- leaves
def test_a_leaf_that_is_written_to_keeps_the_gradient_of_its_first_value():
    x = Tensor(V)
    x *= 2.0
    np.sum(x * x).backward()
    same(x.grad, 8.0 * V, "gradient")
    with pytest.raises(GraphError, match="output of mul"):
        x.data = V


def test_descent_by_hand_under_no_grad():
    w = Tensor(V, name="w")
    for _ in range(50):
        np.sum(w * w).backward()
        with no_grad():
            w -= 0.25 * w.grad
        w.zero_grad()
    assert w.name == "w"
    np.testing.assert_allclose(w.data, V * 0.5**50)


@pytest.mark.parametrize("start", [3.0, np.float32(3.0)])
def test_descent_by_hand_of_a_number_under_no_grad(start):
    w = Tensor(start, name="w")
    same = w
    for _ in range(50):
        (w * w).backward()
        with no_grad():
            w -= 0.25 * w.grad
        w.zero_grad()
    assert same is w
    assert (w.name, w.dtype) == ("w", np.asarray(start).dtype)
    np.testing.assert_allclose(w.data, 3.0 * 0.5**50)


def test_a_number_inside_a_transform_or_from_a_gate_is_bound_anew():
    def program(x):
        y = x
        with no_grad():
            y += 1.0
        return x * x
    assert grad(program)(2.0) == 4.0
    y = Tensor(2.0) * 1.0
    z = y
    with no_grad():
        z += 1.0
    assert (z, y.data) == (3.0, 2.0)


def test_descent_by_hand_that_is_recorded_is_right_too():
    w = Tensor(V)
    for _ in range(5):
        np.sum(w * w).backward()
        w -= 0.25 * w.grad
        w.grad = None
    np.testing.assert_allclose(w.data, V * 0.5**5)


def test_new_data_of_a_leaf_is_seen_by_its_views():
    x = Tensor(V)
    first = x[:2]
    with no_grad():
        x[0] = 7.0
    assert first.data[0] == 7.0


def test_the_users_array_is_never_written():
    mine = X.copy()

    def program(x):
        x *= 2.0
        x[0] = 1.0
        return np.sum(x)
    grad(program)(mine)
    program(Tensor(mine))
    same(mine, X, "the argument")


def test_a_copy_of_a_view_is_independent():
    x = Tensor(V)
    view = x[1:]
    for twin in (copy.copy(view), copy.deepcopy(view)):
        twin *= 2.0
        same(x.data, V, "the owner")
        assert owner_of(twin) is twin


def test_views_that_are_gone_are_forgotten():
    x = Tensor(X)
    for _ in range(1000):
        x[0] *= 1.0
    assert len(x._views) < 130


def test_a_write_that_fails_changes_nothing():
    x = Tensor(X)
    view = x[0]
    for mistake in (lambda: x.__iadd__(np.ones((2, 3, 4))), lambda: x.__setitem__(9, 1.0), lambda: x.__setitem__(0, V[:2]),
                    lambda: x.__iadd__(1j), lambda: np.add(x, x[None], out=x), lambda: view.__imul__(X), lambda: np.put(x, [99], 1.0)):
        with pytest.raises(AutogradError):
            mistake()
        same(x.data, X, "x")
        same(view.data, X[0], "view")


def test_second_derivatives_through_writes():
    program = ran("x[1:] *= x[:-1]; v = x[::2]; v += x[1] ** 2; out = np.sum(x ** 3)")
    check_grads(lambda x: program(x * 1.0), order=2)(V)
    twice = hessian(program)(V)
    np.testing.assert_allclose(twice, twice.T)
    expected = difference(lambda xs: make_vjp(program)(np.asarray(xs[0], float))[0](1.0), [V], [np.ones(4)])
    np.testing.assert_allclose(twice @ np.ones(4), np.asarray(expected, float), rtol=1e-5)


# ---------------------------------------------------------------- what a node keeps
BIG = np.random.default_rng(3).standard_normal((300, 201))


@pytest.mark.parametrize("change", [
    lambda a: a.__setitem__((3, 4), 9.0), lambda a: np.negative(a, a), lambda a: np.multiply(a, 2.0, a),
    lambda a: a.sort(axis=0), lambda a: a.__setitem__(slice(None), a[::-1].copy()), lambda a: np.random.default_rng(0).shuffle(a),
    lambda a: a.__setitem__(slice(None), np.roll(a, 1)), lambda a: a.__setitem__(([0, 1],), a[[1, 0]]), lambda a: a.fill(0.0),
    lambda a: a.__setitem__((0, 0), np.nan)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128])
def test_a_large_constant_that_changes_is_an_error_with_both_lines(change, dtype):
    big, x = BIG.astype(dtype), Tensor(2.0)
    y = np.real(np.sum(x * big))
    change(big)
    with pytest.raises(GraphError, match=r"(?s)shape \(300, 201\) was changed after mul used it at test_mutation.py:\d+.*at .*test_mutation.py:\d+"):
        y.backward()
    assert x.grad is None


def test_a_large_constant_that_does_not_matter_may_change():
    big, x = BIG.copy(), Tensor(2.0)
    y = np.sum(x + big)
    big[:] = 0.0
    y.backward()
    assert x.grad == BIG.size


def test_a_large_constant_that_stays():
    big = BIG.copy()
    assert grad(lambda x: np.sum(x * big))(2.0) == pytest.approx(np.sum(BIG))
    big *= 2.0                                       # after the walk back it is the user's again


def test_the_argument_is_locked_while_the_function_runs():
    mine = V.copy()

    def program(x):
        y = x * x
        mine[:] = 0.0
        return np.sum(y)
    for transform in (grad, value_and_grad, make_vjp, lambda f: lambda x: make_jvp(f)(x)(x)):
        with pytest.raises(ValueError, match="read-only"):
            transform(program)(mine)
        assert mine.flags.writeable
        same(mine, V, "the argument")


@pytest.mark.parametrize("argnum", [(0, 1), (1, 0)])
def test_an_array_and_its_view_are_opened_again(argnum):
    mine = V.copy()
    view = mine[1:]
    grad(lambda x, y: np.sum(x * x) + np.sum(y), argnum)(mine, view)
    grad(lambda p: np.sum(p[0]) * np.sum(p[1]))([view, mine])
    view[0] = mine[0] = 7.0
    same(mine[:2], np.array([7.0, 7.0]), "the argument")


def test_a_long_chain_of_views():
    x = Tensor(V)
    y = x
    for _ in range(20_000):
        y = y.reshape(2, 2).reshape(-1)
    y *= 2.0
    same(x.data, 2.0 * V, "the owner")
    del y


def test_the_argument_may_change_before_the_pull():
    mine = V.copy()
    pull, _ = make_vjp(lambda x: x * x)(mine)
    mine[:] = 0.0
    same(pull(np.ones(4)), 2.0 * V, "gradient")


def test_nothing_inside_the_graph_can_be_reached_from_outside():
    x = Tensor(V)
    y = x * x
    for array in (x.data, y.data, np.reshape(y, (2, 2)).data):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0
    with no_grad():
        for array in (y[1:], y.T, y.reshape(2, 2), np.asarray(y)):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0.0
    y.detach()[...] = 0.0
    np.sum(y * y).backward()
    same(x.grad, 4.0 * V**3, "gradient")


# ---------------------------------------------------------------- refused
def _alias():
    total = np.zeros(4)
    other = total
    total += Tensor(V)
    return other


def _view():
    total = np.zeros(8)[:4]
    total += Tensor(V)


REFUSED = {
    "an alias of a plain array": (_alias, GraphError, r"np\.zeros_like"),
    "a view of a plain array":   (_view, GraphError, r"np\.zeros_like"),
    "out= a plain array":        (lambda: np.add(Tensor(V), 1.0, out=np.zeros(4)), GraphError, r"np\.zeros_like"),
    "out= the plain input":      (lambda: (lambda a: np.add(a, Tensor(V), out=a))(np.zeros(4)), GraphError, r"a = a \+ x"),
    "sum(out= a plain array)":   (lambda: np.sum(Tensor(X), axis=0, out=np.zeros(4)), GraphError, r"np\.zeros_like"),
    "a plain array's element":   (lambda: np.zeros(4).__setitem__(0, Tensor(V)[0]), ValueError, "array element"),
    "a plain array's slice":     (lambda: np.zeros(4).__setitem__(slice(2), Tensor(V)[:2]), DataError, r"zeros_like"),
    "copyto a plain array":      (lambda: np.copyto(np.zeros(4), Tensor(V)), GraphError, r"np\.zeros_like"),
    "out= of two results":       (lambda: np.modf(Tensor(V), out=(np.zeros_like(Tensor(V)), np.zeros(4))), GraphError, r"np\.zeros_like"),
    "resize of a view":          (lambda: Tensor(X)[0].resize(2), GraphError, r"np\.resize"),
    "resize under a view":       (lambda: (lambda x: (x.T, x.resize(2)))(Tensor(X)), GraphError, r"np\.resize"),
    "the imaginary part":        (lambda: setattr(Tensor(V), "imag", 1.0), DataError, "astype"),
    "a longer result":           (lambda: Tensor(V).__iadd__(X), ShapeError, r"y = x \+ z"),
    "a complex result":          (lambda: Tensor(V).__iadd__(1j), DataError, "astype"),
    "a read-only view":          (lambda: np.broadcast_to(Tensor(V), (2, 4)).__iadd__(1.0), ShapeError, r"x\.copy\(\)"),
    "where= without out=":       (lambda: np.sin(Tensor(V), where=V > 1.0), AutogradError, r"np\.where"),
    "gcd.at":                    (lambda: np.gcd.at(Tensor(V), [0, 1], 2), DataError, r"x\[index\] = value"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_right_is_loud(name):
    do, error, advice = REFUSED[name]
    with pytest.raises(error, match=advice):
        do()


@pytest.mark.parametrize("widen", [lambda s: s.reshape(1, 1), lambda s: np.expand_dims(s, 0), lambda s: np.broadcast_to(s, (2, 2)),
                                   lambda s: np.atleast_2d(s), lambda s: s[None], lambda s: s.T, lambda s: s[...]])
def test_a_number_that_a_gate_made_becomes_an_array(widen):
    same(widen(Tensor(2.0) * 3.0).data, widen(np.float64(6.0)), "value")
    assert grad(lambda x: np.sum(widen(x * x)))(3.0) == 6.0 * np.size(widen(np.float64(1.0)))
