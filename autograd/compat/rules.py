"""Floor 5: the derivatives that HIPS/autograd declares beside a primitive, kept in two tables.

Everything comes down to `defvjp_argnums` and `defjvp_argnums`, whose makers see the whole call at once.
"""
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import count
from typing import Any

from autograd.errors import AutogradError, KeywordError, message
from autograd.space import flatten, zeros_like

Fun = Callable[..., Any]
VJPS: dict[Fun, Fun] = {}             # primitive -> (argnums, ans, args, kwargs) -> (g -> one cotangent per argnum)
JVPS: dict[Fun, Fun] = {}             # primitive -> (argnums, tangents, ans, args, kwargs) -> the tangent of ans
NOTRACE: dict[Any, set[Fun]] = {}     # kind of node -> primitives that are constants where such nodes are made


class RuleError(AutogradError, NotImplementedError):
    """A primitive that has no derivative for this mode or argument.

    >>> from autograd import grad
    >>> from autograd.extend import primitive
    >>> grad(primitive(lambda x: x * x))(1.0)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    RuleError: …
    """


def undefined(f: Any, mode: str, argnums: Any) -> RuleError:
    name = getattr(f, "__name__", "f")
    return RuleError(message(f"{mode} of {name} wrt argnums {argnums} not defined.",
                             f"declare it with def{mode.lower()}({name}, ...)"))


def rule(table: dict[Fun, Fun], f: Any, argnums: tuple[int, ...]) -> Fun:
    """What is declared for f."""
    if f not in table:
        raise undefined(f, "VJP" if table is VJPS else "JVP", argnums)
    return table[f]


def declare(table: dict[Fun, Fun], f: Any, maker: Fun) -> None:
    """Note a rule; of a function that is no primitive it would never be asked for."""
    if not hasattr(f, "_is_autograd_primitive"):
        raise KeywordError(message(f"a derivative for {getattr(f, '__name__', f)}, which is no primitive.",
                                   "write f = primitive(f) first, and call that f"))
    table[f] = maker


def register_notrace(kind: Any, f: Fun) -> None:
    """Let the primitive f be a constant for every trace of this kind of node."""
    NOTRACE.setdefault(kind, set()).add(f)


# ---------------------------------------------------------------- reverse mode
def defvjp_argnums(f: Fun, maker: Fun) -> None:
    """maker(argnums, ans, args, kwargs) gives g -> the cotangents of these arguments."""
    declare(VJPS, f, maker)


def defvjp_argnum(f: Fun, maker: Fun) -> None:
    """maker(argnum, ans, args, kwargs) gives g -> the cotangent of this argument."""
    def of_all(argnums: Sequence[int], *call: Any) -> Fun:
        vjps = [maker(argnum, *call) for argnum in argnums]
        return lambda g: [vjp(g) for vjp in vjps]
    declare(VJPS, f, of_all)


def defvjp(f: Fun, *makers: Fun | None, argnums: Any = None) -> None:
    """makers[i](ans, *args, **kwargs) gives g -> the cotangent of argument i; None: it is zero."""
    by_argnum = dict(zip(count() if argnums is None else argnums, makers, strict=False))

    def of_one(argnum: int, ans: Any, args: Any, kwargs: Any) -> Any:
        if argnum not in by_argnum:
            raise undefined(f, "VJP", argnum)
        maker = by_argnum[argnum]
        return (lambda g: zeros(args[argnum])) if maker is None else maker(ans, *args, **kwargs)
    defvjp_argnum(f, of_one)


# ---------------------------------------------------------------- forward mode
def defjvp_argnums(f: Fun, maker: Fun) -> None:
    """maker(argnums, tangents, ans, args, kwargs) gives the tangent of the output."""
    declare(JVPS, f, maker)


def defjvp_argnum(f: Fun, maker: Fun) -> None:
    """maker(argnum, tangent, ans, args, kwargs) gives the share of this argument in the tangent of the output."""
    declare(JVPS, f, lambda argnums, ts, *call: reduce(
        added, [maker(argnum, t, *call) for argnum, t in zip(argnums, ts, strict=True)]))


def defjvp(f: Fun, *makers: Fun | str | None, argnums: Any = None) -> None:
    """makers[i](t, ans, *args, **kwargs) gives the share of argument i; "same": f is linear in it; None: it is zero."""
    by_argnum = dict(zip(count() if argnums is None else argnums, makers, strict=False))

    def of_one(argnum: int, t: Any, ans: Any, args: Any, kwargs: Any) -> Any:
        if argnum not in by_argnum:
            raise undefined(f, "JVP", argnum)
        maker = by_argnum[argnum]
        if maker is None:
            return zeros(ans)
        return f(*subval(args, argnum, t), **kwargs) if isinstance(maker, str) else maker(t, ans, *args, **kwargs)

    for maker in makers:
        if isinstance(maker, str) and maker != "same":
            raise KeywordError(message(f"defjvp got {maker!r}.", 'write a function, "same" or None'))
    defjvp_argnum(f, of_one)


def def_linear(f: Fun) -> None:
    """Declare that f is linear in each of its arguments."""
    defjvp_argnum(f, lambda argnum, t, ans, args, kwargs: f(*subval(args, argnum, t), **kwargs))


# ---------------------------------------------------------------- values of any structure
def subval(x: Any, i: int, v: Any) -> tuple[Any, ...]:
    """x as a tuple with v in place i."""
    return (*x[:i], v, *x[i + 1:])


def zeros(tree: Any) -> Any:
    """Zero in the space of a tree; what is no number or array counts as a number."""
    leaves, build = flatten(tree)
    return build([zeros_like(x) if hasattr(x, "shape") else 0.0 for x in leaves])


def added(x: Any, y: Any) -> Any:
    """The sum of two trees of one structure."""
    leaves, build = flatten(x)
    return build([a + b for a, b in zip(leaves, flatten(y)[0], strict=True)])
