"""Linear algebra beyond the cases: singular and repeated points, triangles, phases, NumPy's errors."""
# ruff: noqa: E501 — one row per case, however long
import itertools

import numpy as np
import pytest

from autograd import Tensor, grad, hessian, make_jvp, make_vjp, vmap
from autograd.errors import AutogradError, DataError, KeywordError, ShapeError
from tests import extended
from tests.agreement import close, first_order, second_order
from tests.cases import draw
from tests.examples import noise

RNG = np.random.default_rng(0)
I3 = np.eye(3)
A, B, S, TALL, WIDE, C, CTALL, CWIDE = (draw(kind, shape, RNG) for kind, shape in [
    ("distinct", (3, 3)), ("distinct", (2, 3, 3)), ("symmetric", (3, 3)), ("distinct", (4, 2)), ("distinct", (2, 4)),
    ("complex distinct", (3, 3)), ("complex distinct", (4, 2)), ("complex distinct", (2, 4))])
HERMITIAN, POSITIVE = C + C.conj().T + np.diag([0.0, 3.0, 9.0]), C @ C.conj().T
ROTATION = np.linalg.qr(RNG.standard_normal((3, 3)))[0]
REPEATED = ROTATION @ np.diag([2.0, 2.0, 5.0]) @ ROTATION.T


def h(x):
    return np.conj(np.matrix_transpose(x))


def drawn(x):
    """Random numbers in the space of x, the same in every run."""
    return noise(x, np.random.default_rng(1))


def agree(f, reference, x, orders=(1, 2)):
    """Values, first and second derivatives in every combination of modes."""
    rng = np.random.default_rng(1)
    v, w, g = noise(x, rng) / 2.0, noise(x, rng) / 2.0, noise(f(x), rng)
    on_first = [lambda xs, call=call: call(xs[0]) for call in (f, reference)]
    close(f(x), reference(x.astype(np.clongdouble if np.iscomplexobj(x) else np.longdouble)), "value")
    first_order(*on_first, (x,), [v], g, "first order")
    if 2 in orders:
        second_order(*on_first, (x,), [v], [w], g, "second order")


# ---------------------------------------------------------------- complex factors, by what does not depend on phases
INVARIANTS = {
    "eigh, eigenvalues":     (lambda x: np.linalg.eigh(x)[0], lambda x: extended._eigh(x)[0], HERMITIAN),
    "eigh, size of vectors": (lambda x: np.abs(np.linalg.eigh(x)[1]), lambda x: np.abs(extended._eigh(x)[1]), HERMITIAN),
    "eigh, upper triangle":  (lambda x: np.abs(np.linalg.eigh(x, "U")[1]), lambda x: np.abs(extended._eigh(x, "U")[1]), HERMITIAN),
    "eigh, a function of x": (lambda x: (lambda w, v: v * np.exp(w / 9.0) @ h(v))(*np.linalg.eigh(x)), lambda x: (lambda w, v: v * np.exp(w / 9.0) @ h(v))(*extended._eigh(x)), HERMITIAN),
    "eigvalsh":              (lambda x: np.linalg.eigvalsh(x, "U"), lambda x: extended.eigvalsh(x, "U"), HERMITIAN),
    "cholesky":              (np.linalg.cholesky, extended.cholesky, POSITIVE),
    "cholesky, upper":       (lambda x: np.linalg.cholesky(x, upper=True), lambda x: h(extended.cholesky(h(x))), POSITIVE),
    "qr, both factors":      (lambda x: np.concatenate(np.linalg.qr(x)), extended.qr, CTALL),
    "qr, square":            (lambda x: np.concatenate(np.linalg.qr(x)), extended.qr, C),
    "svdvals":               (np.linalg.svdvals, extended.svdvals, CTALL),
    **{f"svd, {name}, {what}": (lambda x, part=part: part(*np.linalg.svd(x, full_matrices=False)), lambda x, part=part: part(*(lambda u, s, v: (u, s, h(v)))(*extended._svd(x))), x)
       for name, x in {"square": C, "tall": CTALL, "wide": CWIDE}.items()
       for what, part in {"size of U": lambda u, s, v: np.abs(u), "size of V": lambda u, s, v: np.abs(v), "polar": lambda u, s, v: u @ v, "function": lambda u, s, v: u * np.sin(s) @ v}.items()},
}


@pytest.mark.parametrize("name", INVARIANTS)
def test_complex_factors(name):
    agree(*INVARIANTS[name])


@pytest.mark.parametrize("use", [lambda x: np.linalg.eigh(x)[1], lambda x: np.linalg.svd(x)[0], lambda x: np.linalg.svd(x)[2]])
def test_a_result_that_depends_on_phases_is_refused(use):
    with pytest.raises(DataError, match=r"phases[\s\S]*test_linalg\.py:\d+[\s\S]*np\.abs\(v\)"):
        make_vjp(use)(HERMITIAN)[0](drawn(HERMITIAN))


# ---------------------------------------------------------------- determinants of singular matrices
def minors(x):
    """Cofactors one by one: the determinants of what is left without row i and column j."""
    n = x.shape[-1]
    return np.array([[(-1) ** (i + j) * np.linalg.det(np.delete(np.delete(x, i, 0), j, 1)) for j in range(n)] for i in range(n)])


ROWS = RNG.standard_normal((4, 4))
SINGULAR = {"rank 3": ROWS[:, [1, 1, 2, 3]], "rank 2": ROWS[:, :2] @ ROWS[:2], "rank 1": np.outer(ROWS[0], ROWS[1]),
            "zero": np.zeros((4, 4)), "nearly singular": ROWS[:, :3] @ ROWS[:3] + 1e-9 * ROWS, "integers": np.arange(16.0).reshape(4, 4), "complex": CTALL @ CWIDE, "one number": np.zeros((1, 1)),
            "stack": np.stack([ROWS, ROWS[:, :2] @ ROWS[:2], ROWS[:, :3] @ ROWS[:3]])}


@pytest.mark.parametrize("name", SINGULAR)
def test_determinant_of_a_singular_matrix(name):
    agree(np.linalg.det, extended.det, SINGULAR[name])


@pytest.mark.parametrize("name", ["rank 3", "rank 2", "zero"])
def test_the_gradient_of_the_determinant_is_the_adjugate(name):
    x = SINGULAR[name]
    np.testing.assert_allclose(grad(np.linalg.det)(x), minors(x), rtol=1e-14, atol=1e-15 * np.linalg.norm(x) ** 3)


def test_third_derivatives_of_a_determinant():
    """∂³det/∂x00∂x11∂x22 of a 3×3 matrix is 1, wherever it is taken."""
    for x in (np.zeros((3, 3)), np.ones((3, 3)), A):
        third = grad(lambda c, x=x: grad(lambda b: grad(lambda a: np.linalg.det(x + np.diag([1.0, 0.0, 0.0]) * a + np.diag([0.0, 1.0, 0.0]) * b + np.diag([0.0, 0.0, 1.0]) * c))(0.0))(0.0))(0.0)
        close(third, 1.0, x)


# ---------------------------------------------------------------- repeated eigenvalues and singular values
RIGHT_AT_REPEATED = {
    "sum of squares":    (lambda x: np.sum(np.linalg.eigvalsh(x) ** 2), lambda x: 2.0 * np.tril(x) + 2.0 * np.tril(x, -1)),
    "from eigh":         (lambda x: np.sum(np.linalg.eigh(x)[0] ** 2), lambda x: 2.0 * np.tril(x) + 2.0 * np.tril(x, -1)),
    "eigvals":           (lambda x: np.sum(np.linalg.eigvals(x) ** 3), lambda x: 3.0 * (x @ x).T),
    "nuclear norm":      (lambda x: np.linalg.norm(x, "nuc"), lambda x: I3),
    "largest":           (lambda x: np.linalg.eigh(x)[1][:, 2] ** 2 @ np.array([1.0, 2.0, 4.0]), None),
    "log of determinant": (lambda x: np.sum(np.log(np.linalg.svdvals(x))), lambda x: np.linalg.inv(x).T),
    "pinv":              (lambda x: np.sum(np.linalg.pinv(x)), lambda x: -np.linalg.inv(x).T @ np.ones((3, 3)) @ np.linalg.inv(x).T),
}


@pytest.mark.parametrize("name", RIGHT_AT_REPEATED)
def test_functions_of_repeated_values(name):
    f, gradient = RIGHT_AT_REPEATED[name]
    for x in (REPEATED, 2.0 * I3)[:1 if gradient is None else 2]:
        found, v = grad(f)(x), drawn(x)
        step = 1e-4
        slope = (8.0 * (f(x + step * v) - f(x - step * v)) - (f(x + 2 * step * v) - f(x - 2 * step * v))) / (12.0 * step)
        np.testing.assert_allclose(np.sum(found * v), slope, rtol=1e-8, err_msg=name)
        np.testing.assert_allclose(found if gradient is None else gradient(x), found, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(make_jvp(f)(x)(v)[1], slope, rtol=1e-8)


VECTORS_OF_REPEATED = {
    "a function of x": lambda x: (lambda w, v: np.sum(v * w @ v.T))(*np.linalg.eigh(x)),
    "a vector":        lambda x: np.linalg.eigh(x)[1][:, 0] @ np.array([1.0, 2.0, 4.0]),
    "svd":             lambda x: (lambda u, s, v: np.sum(u * s @ v))(*np.linalg.svd(x)),
    "eig":             lambda x: np.sum(np.linalg.eig(x)[1][:, 0]),
}


@pytest.mark.parametrize("name", VECTORS_OF_REPEATED)
def test_vectors_of_a_repeated_value_have_no_derivative(name):
    """V·diag(w)·Vᵀ = x has one, but V and w alone do not say which: 0 for the vectors would be a wrong number."""
    x = np.diag([2.0, 2.0, 5.0]) if name == "eig" else REPEATED
    with pytest.raises(DataError, match=r"coincide[\s\S]*test_linalg\.py:\d+[\s\S]*eigvalsh"):
        grad(VECTORS_OF_REPEATED[name])(x)
    assert np.isnan(make_jvp(VECTORS_OF_REPEATED[name])(x)(np.arange(9.0).reshape(3, 3))[1])


def test_eigenvalues_of_a_large_matrix_come_in_numpys_order():
    """LAPACK sorts differently when vectors are wanted too."""
    x, t = (np.random.default_rng(0).standard_normal((150, 150)) for _ in range(2))
    assert np.abs(np.linalg.eigvals(x) - np.linalg.eig(x)[0]).max() > 1.0
    value, pushed = make_jvp(np.linalg.eigvals)(x)(t)
    step = 1e-6
    close(value, np.linalg.eigvals(x), "value")
    np.testing.assert_allclose(pushed[:5], ((np.linalg.eigvals(x + step * t) - np.linalg.eigvals(x - step * t)) / (2 * step))[:5], rtol=1e-5)


# ---------------------------------------------------------------- one triangle
@pytest.mark.parametrize(("f", "x", "lower"), [
    (np.linalg.cholesky, POSITIVE.real, True), (lambda x: np.linalg.cholesky(x, upper=True), POSITIVE.real, False), (np.linalg.eigvalsh, S, True),
    (lambda x: np.linalg.eigh(x)[1], S, True), (lambda x: np.linalg.eigh(x, "U")[0], S, False), (lambda x: np.linalg.eigvalsh(x, "U"), S, False),
    (lambda x: np.linalg.pinv(x, hermitian=True), S, True), (lambda x: np.linalg.svd(x, hermitian=True)[1], S, True)])
def test_the_triangle_that_numpy_does_not_read_has_no_gradient(f, x, lower):
    """Each entry is moved alone: NumPy's function of all nine numbers depends on six of them."""
    g = drawn(f(x))
    back = make_vjp(f)(x)[0](g)
    for i, j in itertools.product(range(3), range(3)):
        v = np.zeros((3, 3))
        v[i, j] = 1e-5
        np.testing.assert_allclose(back[i, j], np.sum(g * (f(x + v) - f(x - v))) / 2e-5, rtol=1e-7, atol=1e-8)
        assert (back[i, j] == 0.0) == ((i < j) if lower else (i > j))


def test_a_symmetrised_argument_gives_a_symmetric_gradient():
    back = grad(lambda x: np.sum(np.linalg.cholesky((x + x.T) / 2.0) ** 3))(POSITIVE.real)
    close(back, back.T, "gradient")


# ---------------------------------------------------------------- complements
@pytest.mark.parametrize("extra", [lambda x: np.linalg.svd(x)[0][:, 2:], lambda x: h(np.linalg.svd(h(x))[2])[:, 2:], lambda x: np.linalg.qr(x, "complete")[0][:, 2:]])
@pytest.mark.parametrize("x", [TALL, CTALL])
def test_extra_columns(extra, x):
    """Their projection is 1 − x·x⁺; the basis itself is arbitrary, and a gradient that needs it is refused."""
    agree(lambda x: (lambda v: v @ h(v))(extra(x)), lambda x: np.eye(4) - x @ extended.pinv(x), x)
    with pytest.raises(DataError, match="which basis was"):
        make_vjp(extra)(x)[0](drawn(extra(x)))


def test_extra_columns_that_nobody_uses_do_no_harm():
    for x in (TALL, WIDE, CTALL):
        close(grad(lambda x: np.sum(np.linalg.svd(x)[1] ** 3))(x), grad(lambda x: np.sum(np.linalg.svdvals(x) ** 3))(x), "singular values")
    close(np.linalg.svd(Tensor(WIDE))[2].data, np.linalg.svd(WIDE)[2], "V")
    close(np.linalg.qr(Tensor(TALL), mode="complete")[1].data, np.linalg.qr(TALL, mode="complete")[1], "R")


# ---------------------------------------------------------------- singular points of norms
@pytest.mark.parametrize("ord", [None, 1, 2, 3, np.inf])
def test_the_norm_of_zero_has_the_derivative_zero(ord):
    x = np.array([[0.0, 0.0], [3.0, 4.0]])
    for f in (lambda x: np.linalg.norm(x[0], ord), lambda x: np.linalg.norm(x, ord, axis=1)[0]):
        close(grad(f)(x), np.zeros((2, 2)), "reverse")
        close(make_jvp(f)(x)(x)[1], 0.0, "forward")
    rows = grad(lambda x: np.sum(np.linalg.norm(x, axis=1)))(x)
    close(rows, np.array([[0.0, 0.0], [0.6, 0.8]]), "rows")


@pytest.mark.parametrize("x", [np.zeros((3, 2)), TALL[:3, :1] @ WIDE[:1, :2], np.diag([2.0, 0.0]), C[:, :1] @ C[:1]])
def test_a_singular_value_that_is_zero_has_the_derivative_zero(x):
    """It grows by |t| in both directions, so that central differences of step h give the same, up to an error of order h."""
    v, step = drawn(x), 1e-7
    for f in (lambda x: np.linalg.norm(x, "nuc"), lambda x: np.sum(np.linalg.svdvals(x)), lambda x: np.sum(np.linalg.svd(x, full_matrices=False)[1]), lambda x: np.linalg.norm(x, 2)):
        slope = (f(x + step * v) - f(x - step * v)) / (2.0 * step)
        np.testing.assert_allclose(np.sum(grad(f)(x) * v).real, slope, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(make_jvp(f)(x)(v)[1], slope, rtol=1e-6, atol=1e-6)


def test_equal_singular_values_share_the_gradient_of_the_spectral_norm():
    close(grad(lambda x: np.linalg.norm(x, 2))(I3), I3 / 3.0, "spectral norm")


def test_cond_of_a_singular_matrix_is_infinite():
    for x in (np.zeros((2, 2)), np.diag([1.0, 0.0])):
        assert np.linalg.cond(Tensor(x)).data == np.linalg.cond(x) == np.inf


# ---------------------------------------------------------------- least squares
def test_lstsq_of_a_matrix_of_lower_rank():
    x = TALL @ WIDE
    value, rest, rank, s = np.linalg.lstsq(Tensor(x), ROWS[0], 1e-10)
    expected = np.linalg.lstsq(x, ROWS[0], 1e-10)
    close(value.data, expected[0], "solution")
    close(s.data, expected[3], "singular values")
    assert (rank, rest.shape) == (expected[2], expected[1].shape) == (2, (0,))
    agree(lambda t: np.linalg.lstsq(t @ WIDE, ROWS[0], 1e-10)[0], lambda t: extended.pinv(WIDE.astype(np.longdouble)) @ (extended.pinv(t) @ ROWS[0]), TALL)


# ---------------------------------------------------------------- errors
@pytest.mark.parametrize(("call", "remedy"), [
    (lambda x: np.linalg.inv(x), "np.eye"), (lambda x: np.linalg.solve(x, ROWS), "lstsq"), (lambda x: np.linalg.cholesky(x - I3[[0, 1, 2, 2]][:, [0, 1, 2, 2]]), "positive definite"),
    (lambda x: np.linalg.matrix_power(x, -1), "np.eye"), (lambda x: np.linalg.cond(x, 1), "np.eye")])
def test_singular_matrices_are_numpys_errors_too(call, remedy):
    for x in (Tensor(np.zeros((4, 4))), Tensor(np.ones((4, 4)) * 0.0)):
        with pytest.raises(np.linalg.LinAlgError, match=rf"test_linalg\.py:\d+[\s\S]*{remedy}") as error:
            call(x)
        assert isinstance(error.value, AutogradError)


def test_a_singular_matrix_has_no_gradient_where_the_inverse_is_needed():
    with pytest.raises(np.linalg.LinAlgError):
        grad(lambda x: np.linalg.slogdet(x)[1])(np.diag([1.0, 0.0]))


@pytest.mark.parametrize(("call", "kind", "text"), [
    (lambda x: np.linalg.qr(x, "raw"), KeywordError, "mode='raw'"), (lambda x: np.linalg.inv(x[:2]), AutogradError, "square"), (lambda x: np.linalg.norm(x, "nuc", axis=0), ShapeError, "nuc"),
    (lambda x: np.linalg.norm(x, 3), ShapeError, "order"), (lambda x: np.linalg.norm(np.stack([x, x]), 2), ShapeError, "dimensions"), (lambda x: np.linalg.pinv(x, 1e-3, rtol=1e-3), ShapeError, "both"),
    (lambda x: np.cross(x[:2, 0], x[:2, 1]), ShapeError, "three"), (lambda x: np.linalg.outer(x, x), ShapeError, "one-dimensional"), (lambda x: np.linalg.multi_dot([x]), ShapeError, "two"),
    (lambda x: np.linalg.tensorinv(x, 0), ShapeError, "ind"), (lambda x: np.linalg.eigh(x, "X"), AutogradError, "UPLO"),
    (lambda x: np.linalg.solve(x, np.ones(2)), AutogradError, "solve")])
def test_refused(call, kind, text):
    with pytest.raises(kind, match=rf"{text}[\s\S]*test_linalg\.py:\d+|test_linalg\.py:\d+[\s\S]*{text}"):
        call(Tensor(A))


# ---------------------------------------------------------------- mapped, coarse, nested
@pytest.mark.parametrize("f", [
    np.linalg.inv, np.linalg.det, lambda x: np.linalg.eigh(x)[1], lambda x: np.linalg.svd(x)[0], lambda x: np.linalg.solve(x, np.ones(3)), lambda x: np.linalg.solve(A, x), lambda x: np.linalg.norm(x, "nuc"),
    np.linalg.norm, np.linalg.cond, lambda x: np.linalg.slogdet(x)[1], lambda x: np.linalg.pinv(x[:2]), lambda x: np.linalg.matrix_power(x, 3), lambda x: np.kron(x, x[:2]), lambda x: np.cross(x, x[0]), lambda x: np.linalg.qr(x)[1],
    lambda x: np.linalg.eig(x @ x.T)[0], lambda x: np.linalg.cholesky(x @ x.T), lambda x: np.vecdot(x, x[0])])
def test_mapped(f):
    close(vmap(f)(B), np.stack([f(x) for x in B]), "values")
    back = vmap(grad(lambda x: np.sum(f(x) ** 2)))(B)
    np.testing.assert_allclose(back, np.stack([grad(lambda x: np.sum(f(x) ** 2))(x) for x in B]), rtol=1e-11, atol=1e-11)


def test_singular_matrices_among_those_that_vmap_maps():
    stack = SINGULAR["stack"]
    np.testing.assert_allclose(vmap(grad(np.linalg.det))(stack), np.stack([minors(x) for x in stack]), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("f", [
    lambda x: np.linalg.norm(x, 3), lambda x: np.linalg.norm(x, 0) + np.linalg.norm(x), lambda x: np.linalg.cond(np.outer(x, x) + I3), lambda x: np.linalg.pinv(np.outer(x, x) + I3, hermitian=True)[0], lambda x: np.linalg.cross(x, x[::-1]),
    lambda x: np.linalg.cholesky(np.outer(x, x) + I3.astype(np.float32), upper=True)[0], lambda x: np.linalg.eigh(np.outer(x, x) + np.diag(x))[1][0], lambda x: np.linalg.svd(np.outer(x, x) + np.diag(x))[0][0], lambda x: np.linalg.matrix_power(np.outer(x, x), 0)[0] * x,
    lambda x: np.linalg.lstsq(np.outer(x, x) + np.diag(x), x)[0], lambda x: np.kron(x, x), lambda x: np.linalg.slogdet(np.outer(x, x) + np.diag(x))[1]])
def test_float32_stays_float32(f):
    x = np.array([1.0, 2.0, 4.0], np.float32)
    assert f(Tensor(x)).dtype == f(x).dtype
    assert grad(lambda x: np.sum(f(x)))(x).dtype == np.float32


def test_hessian_of_the_log_determinant():
    """∂²log det/∂x_ij∂x_kl = −(x⁻¹)_li·(x⁻¹)_jk (Petersen and Pedersen, "The matrix cookbook", section 2)."""
    y = np.linalg.inv(A)
    close(hessian(lambda x: np.linalg.slogdet(x)[1])(A), -np.einsum("li,jk->ijkl", y, y), "Hessian")
