"""Floor 3: what `help` says about the members of a tensor that are NumPy's: a sentence, and an example that is run."""
# ruff: noqa: E501 — one row per member

_MATRIX = ">>> x = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])"

# fmt: off
_ROWS: tuple[tuple[str, str, str, str], ...] = (
    # name           what it is                                                          example                              what comes
    ("sum",          "The sum of all numbers, or along `axis`.",                         "x.sum(axis=0).data",                "array([5., 7., 9.])"),
    ("mean",         "The sum by the count, of all numbers or along `axis`.",            "x.mean(axis=1).data",               "array([2., 5.])"),
    ("prod",         "The product of all numbers, or along `axis`.",                     "x.prod(axis=1).data",               "array([  6., 120.])"),
    ("var",          "Σ(x − mean)² / (n − ddof), of all numbers or along `axis`.",       "x.var(axis=1, ddof=1).data",        "array([1., 1.])"),
    ("std",          "√ of `var`.",                                                      "x.std(axis=0).data",                "array([1.5, 1.5, 1.5])"),
    ("max",          "The largest number; several that are have equal shares of its gradient.", "x.max(axis=1).data",         "array([3., 6.])"),
    ("min",          "The smallest number; several that are have equal shares of its gradient.", "x.min().data",              "1.0"),
    ("cumsum",       "The sums of the first numbers, one more each time.",               "x[0].cumsum().data",                "array([1., 3., 6.])"),
    ("cumprod",      "The products of the first numbers, one more each time.",           "x[1].cumprod().data",               "array([  4.,  20., 120.])"),
    ("dot",          "The product of vectors or matrices, as `@`.",                      "x.dot([1.0, 0.0, 0.0]).data",       "array([1., 4.])"),
    ("trace",        "The sum of the diagonal.",                                         "x.trace().data",                    "6.0"),
    ("round",        "The nearest whole numbers, or those of so many decimals; they are plain, for the slope is 0.", "(x / 4.0).round()", "array([[0., 0., 1.],\n       [1., 1., 2.]])"),
    ("clip",         "Each number brought between two bounds; its slope at a bound is 0.", "x.clip(2.0, 5.0).data",           "array([[2., 2., 3.],\n       [4., 5., 5.]])"),
    ("reshape",      "The same numbers in another shape; a view where NumPy gives one.", "x.reshape(3, -1).shape",            "(3, 2)"),
    ("ravel",        "The numbers in a row; a view where NumPy gives one.",              "x.ravel().shape",                   "(6,)"),
    ("flatten",      "The numbers in a row, as a copy.",                                 "x.flatten().shape",                 "(6,)"),
    ("flat",         "The numbers in a row, as a view.",                                 "x.flat[4].data",                    "5.0"),
    ("transpose",    "The axes in reverse, or in the order that is given; a view.",      "x.transpose(1, 0).shape",           "(3, 2)"),
    ("T",            "The axes in reverse, as a view.",                                  "x.T.shape",                         "(3, 2)"),
    ("mT",           "The last two axes in reverse, as a view.",                         "x.mT.shape",                        "(3, 2)"),
    ("swapaxes",     "Two axes in each other's place; a view.",                          "x.swapaxes(0, 1).shape",            "(3, 2)"),
    ("squeeze",      "Without the axes of length 1; a view.",                            "x[:1].squeeze().shape",             "(3,)"),
    ("diagonal",     "The numbers x[i, i], as a view that nobody may write into.",       "x.diagonal().data",                 "array([1., 5.])"),
    ("view",         "The same numbers, as a view; with a dtype it raises DataError.",   "x.view().shape",                    "(2, 3)"),
    ("copy",         "The same numbers in memory of their own; the gradient goes through.", "x.copy().shape",                 "(2, 3)"),
    ("astype",       "The numbers in another floating dtype; DataError for others.",     "x.astype('float32').dtype",         "dtype('float32')"),
    ("repeat",       "Each number, row or column several times.",                        "x[0].repeat(2).data",               "array([1., 1., 2., 2., 3., 3.])"),
    ("take",         "The numbers at these places, along `axis` or in a row.",           "x.take([0, 5]).data",               "array([1., 6.])"),
    ("compress",     "The numbers where the condition is true.",                         "x.compress([True, False], axis=0).data", "array([[1., 2., 3.]])"),
    ("argmax",       "Where the largest number is, as a plain whole number.",            "int(x.argmax())",                   "5"),
    ("argmin",       "Where the smallest number is, as a plain whole number.",           "x.argmin(axis=1)",                  "array([0, 0])"),
    ("argsort",      "Where the numbers are in rising order, as plain whole numbers.",   "x[0].argsort()",                    "array([0, 1, 2])"),
    ("argpartition", "Where the `kth` smallest numbers and those below them are.",       "int(x[0].argpartition(0)[0])",      "0"),
    ("searchsorted", "Where a value belongs among numbers in rising order.",             "int(x[0].searchsorted(2.5))",       "2"),
    ("nonzero",      "Where the numbers are not 0, an array for each axis.",             "x[0].nonzero()",                    "(array([0, 1, 2]),)"),
    ("any",          "Whether any number is not 0, as a plain truth.",                   "bool(x.any())",                     "True"),
    ("all",          "Whether no number is 0, as a plain truth.",                        "bool(x.all())",                     "True"),
    ("sort",         "Put the numbers into rising order, in place.",                     "x.sort(axis=0); x[0].data",         "array([1., 2., 3.])"),
    ("partition",    "Put the `kth` number where `sort` would, smaller ones before it.", "x.partition(1); x[0, 1].data",      "2.0"),
    ("fill",         "Write one value into all places.",                                 "x.fill(7.0); x[0].data",            "array([7., 7., 7.])"),
    ("put",          "Write values into these places.",                                  "x.put([0, 5], [7.0, 8.0]); x[0].data", "array([7., 2., 3.])"),
    ("resize",       "Keep the first numbers, or all and then zeros, in a new shape, in place.", "x.resize(2); x.data",       "array([1., 2.])"),
    ("item",         "The only number, or that at an index: recorded inside a transform, else a plain Python number.", "x.item(1, 2)", "6.0"),
    ("tolist",       "The numbers in nested lists: recorded ones inside a transform, else plain Python numbers.", "x.tolist()", "[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]"),
    ("conj",         "The complex conjugate; of real numbers themselves.",               "x[0].conj().data",                  "array([1., 2., 3.])"),
    ("conjugate",    "The complex conjugate; of real numbers themselves.",               "x[0].conjugate().data",             "array([1., 2., 3.])"),
    ("real",         "The real part; may be assigned to.",                               "x[0].real.data",                    "array([1., 2., 3.])"),
    ("imag",         "The imaginary part; may be assigned to where the numbers are complex.", "x[0].imag",                    "array([0., 0., 0.])"),
    ("shape",        "The length of every axis.",                                        "x.shape",                           "(2, 3)"),
    ("ndim",         "How many axes there are.",                                         "x.ndim",                            "2"),
    ("size",         "How many numbers there are.",                                      "x.size",                            "6"),
    ("dtype",        "The kind of the numbers, as NumPy names it; that of a float is float64.", "x.dtype",                    "dtype('float64')"),
    ("itemsize",     "The bytes of a number.",                                           "x.itemsize",                        "8"),
    ("nbytes",       "The bytes of all numbers.",                                        "x.nbytes",                          "48"),
)
# fmt: on

TEXTS = {name: f"{what}\n\n{_MATRIX}\n>>> {example}\n{comes}\n" for name, what, example, comes in _ROWS}
__test__ = {name: f">>> from autograd import Tensor\n\n{text}" for name, text in TEXTS.items()}
