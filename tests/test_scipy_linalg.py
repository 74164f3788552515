"""scipy.linalg: SciPy's values with all keywords, derivatives against differences, and what is refused."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np
import pytest
import scipy.linalg

from autograd import Tensor, grad, make_jvp, vmap
from autograd.errors import AutogradError, KeywordError, ShapeError
from autograd.functions import scipy_linalg as ours
from tests.agreement import close, first_order
from tests.cases import draw
from tests.examples import noise

RNG = np.random.default_rng(0)
A, K, S, P = (draw(kind, (3, 3), RNG) for kind in ("distinct", "unit", "symmetric", "definite"))
S /= 4.0                                       # smaller numbers, smaller errors of differences in float64
N, BAND, V, M = draw("distinct", (4, 3), RNG), draw("above 1", (4, 5), RNG), RNG.standard_normal(3), RNG.standard_normal((3, 4))

# Each entry: the argument, and calls of both namespaces with it.
CALLS = {
    "inv": (A, [lambda la, x: la.inv(x), lambda la, x: la.inv(x, True, check_finite=False)]),
    "det": (A, [lambda la, x: la.det(x), lambda la, x: la.det(x - np.outer(x[:, 0], [1.0, 0.0, 0.0]) * 0.5, overwrite_a=True)]),
    "solve": (A, [lambda la, x: la.solve(x, V), lambda la, x: la.solve(x, M), lambda la, x: la.solve(A, x), lambda la, x: la.solve(x, M, transposed=True), lambda la, x: la.solve(x + P * 3.0, V, assume_a="pos"),
                  lambda la, x: la.solve(x + P * 3.0, V, lower=True, assume_a="pos"), lambda la, x: la.solve(x + S, V, assume_a="sym"), lambda la, x: la.solve(x + 1j * K + S, V, assume_a="her", lower=True), lambda la, x: la.solve(x + 1j * K, V, assume_a="sym"), lambda la, x: la.solve(x, V, assume_a="gen")]),
    "solve_triangular": (A, [*(lambda la, x, trans=trans, lower=lower, unit=unit: la.solve_triangular(x + 1j * K if trans == "C" else x, M, trans, lower, unit) for trans in (0, "T", "C", 1, "N") for lower in (False, True) for unit in (False, True)),
                             lambda la, x: la.solve_triangular(x, V), lambda la, x: la.solve_triangular(A, x, trans=2), lambda la, x: la.solve_triangular(A, x[:, 0], lower=True, overwrite_b=True, check_finite=False)]),
    "solve_banded": (BAND, [lambda la, x: la.solve_banded((1, 2), x, np.arange(5.0)), lambda la, x: la.solve_banded((2, 1), x, BAND.T), lambda la, x: la.solve_banded([1, 2], BAND, x[0]), lambda la, x: la.solve_banded((0, 1), x[:2], x.T), lambda la, x: la.solve_banded((0, 0), x[:1], x[1] + 0j)]),
    "solve_sylvester": (P, [lambda la, x: la.solve_sylvester(x, P, M[:, :3]), lambda la, x: la.solve_sylvester(P, x[:2, :2], M[:, :2]), lambda la, x: la.solve_sylvester(P, P, x)]),
    "solve_continuous_lyapunov": (P, [lambda la, x: la.solve_continuous_lyapunov(x, S), lambda la, x: la.solve_continuous_lyapunov(P + 1j * K, x)]),
    "cholesky": (P, [lambda la, x: la.cholesky(x), lambda la, x: la.cholesky(x, lower=True), lambda la, x: la.cholesky(x @ np.conj(x.T) + (K - K.T) * 1j)]),
    "cho_factor": (P, [lambda la, x: la.cho_factor(x)[0], lambda la, x: la.cho_factor(x, lower=True)[0]]),
    "cho_solve": (P, [lambda la, x: la.cho_solve(la.cho_factor(x), M), lambda la, x: la.cho_solve(la.cho_factor(x, True), V), lambda la, x: la.cho_solve(la.cho_factor(P + (K - K.T) * 1j), x), lambda la, x: la.cho_solve((x, True), V, check_finite=False)]),
    "qr": (N, [lambda la, x: la.qr(x)[0], lambda la, x: la.qr(x)[1], lambda la, x: la.qr(x, mode="economic")[0], lambda la, x: la.qr(x, mode="r")[0]]),
    "eigh": (S, [lambda la, x: la.eigh(x)[0], lambda la, x: np.abs(la.eigh(x)[1]), lambda la, x: np.abs(la.eigh(x, lower=False)[1]), lambda la, x: la.eigh(x, eigvals_only=True), lambda la, x: la.eigh(x, lower=False, eigvals_only=True)]),
    "eigvalsh": (S, [lambda la, x: la.eigvalsh(x), lambda la, x: la.eigvalsh(x, lower=False, check_finite=False)]),
    "svd": (N, [lambda la, x: np.abs(la.svd(x, full_matrices=False)[0]), lambda la, x: la.svd(x)[1], lambda la, x: la.svd(x, compute_uv=False)]),
    "svdvals": (N, [lambda la, x: la.svdvals(x)]),
    "pinv": (N, [lambda la, x: la.pinv(x), lambda la, x: la.pinv(x, rtol=1e-3)]),
    "norm": (N, [lambda la, x: la.norm(x), lambda la, x: la.norm(x, "nuc"), lambda la, x: la.norm(x, 1, axis=0, keepdims=True)]),
    "block_diag": (M, [lambda la, x: la.block_diag(x, A, x[0]), lambda la, x: la.block_diag(x), lambda la, x: la.block_diag([1.0, 2.0], x)]),
    "toeplitz": (V, [lambda la, x: la.toeplitz(x), lambda la, x: la.toeplitz(x, M[0]), lambda la, x: la.toeplitz([1.0, 2.0], x), lambda la, x: la.toeplitz(x * (1.0 + 2.0j))]),
    **{name: (np.eye(3) + K / 4.0, [lambda la, x, name=name: getattr(la, name)(x), lambda la, x, name=name: getattr(la, name)(x + 1j * K / 9.0)]) for name in ("expm", "logm", "sqrtm", "cosm", "sinm", "tanm", "coshm", "sinhm", "tanhm")},
}


def test_every_function_is_called():
    assert set(ours.__all__) == CALLS.keys()


@pytest.mark.parametrize(("name", "k"), [(name, k) for name, (_, calls) in CALLS.items() for k in range(len(calls))])
def test_value_and_gradient(name, k):
    x, call = CALLS[name][0], CALLS[name][1][k]
    expected, value = call(scipy.linalg, x), call(ours, Tensor(x))
    assert isinstance(value, Tensor)
    np.testing.assert_allclose(value.data, expected, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(call(ours, x), expected, rtol=1e-12, atol=1e-13)
    g, v = (noise(y, np.random.default_rng(1)) for y in (expected, x))
    first_order(lambda xs: call(ours, xs[0]), lambda xs: call(scipy.linalg, xs[0].astype(float)), (x,), [v], g, f"{name}, call {k}")


@pytest.mark.parametrize("name", ["expm", "sqrtm", "logm"])
def test_functions_of_a_matrix_with_repeated_eigenvalues(name):
    """Where eigenvectors have no derivative, a function of the matrix has one; at c·1 it is f′(c) times the tangent."""
    slope = {"expm": np.exp(4.0), "sqrtm": 0.25, "logm": 0.25}[name]
    f = getattr(ours, name)
    np.testing.assert_allclose(make_jvp(f)(4.0 * np.eye(3))(A)[1], slope * A, rtol=1e-12)
    np.testing.assert_allclose(grad(lambda x: np.sum(f(x) * A))(4.0 * np.eye(3)), slope * A, rtol=1e-12)


def test_lists_are_arrays():
    close(ours.cholesky([[4.0, 2.0], [2.0, 3.0]]), scipy.linalg.cholesky([[4.0, 2.0], [2.0, 3.0]]), "cholesky")
    close(ours.solve_triangular([[2.0, 1.0], [0.0, 1.0]], Tensor([1.0, 2.0])).data, np.array([-0.5, 2.0]), "solve_triangular")


def test_mapped():
    stack = np.stack([P, P + np.eye(3), 2.0 * P])
    for f in (lambda x: ours.solve_triangular(x, V), ours.expm, lambda x: ours.block_diag(x, x), ours.cholesky):
        close(vmap(f)(stack), np.stack([f(x) for x in stack]), "values")


@pytest.mark.parametrize(("call", "kind", "text"), [
    (lambda x: ours.solve_triangular(x * np.nan, V), ShapeError, "NaN"), (lambda x: ours.eigh(x, A), KeywordError, "b="), (lambda x: ours.eigh(x, subset_by_index=[0, 1]), KeywordError, "subset_by_index"),
    (lambda x: ours.qr(x, pivoting=True), KeywordError, "pivoting"), (lambda x: ours.qr(x, mode="raw"), KeywordError, "mode"), (lambda x: ours.solve(x, V, assume_a="banded"), KeywordError, "assume_a"),
    (lambda x: ours.pinv(x, return_rank=True), KeywordError, "return_rank"), (lambda x: ours.pinv(x, atol=1.0), KeywordError, "atol"),
    (lambda x: ours.solve_triangular(x * 0.0, V), np.linalg.LinAlgError, "singular"), (lambda x: ours.cholesky(-x), np.linalg.LinAlgError, "positive definite")])
def test_refused(call, kind, text):
    with pytest.raises(kind, match=rf"{text}[\s\S]*test_scipy_linalg\.py:\d+") as error:
        call(Tensor(P))
    assert isinstance(error.value, AutogradError)
