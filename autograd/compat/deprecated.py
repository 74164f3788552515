"""Floor 5: how HIPS/autograd declared derivatives before `defvjp`: as methods of the primitive."""
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from autograd.compat import primitive as current
from autograd.compat.rules import defvjp as declare_vjp
from autograd.compat.vspace import vspace
from autograd.errors import here

Fun = Callable[..., Any]


def primitive(f: Fun) -> Fun:
    """`primitive` with the old methods `defvjp`, `defgrad` and `defvjp_is_zero`."""
    made: Any = current.primitive(f)
    rules: dict[int, Fun | None] = {}

    def declare(name: str, new: dict[int, Fun | None]) -> None:
        warnings.warn(f"f.{name} is deprecated.{here()}\n  write defvjp(f, ...) of autograd.extend", DeprecationWarning,
                      stacklevel=3)
        rules.update(new)
        declare_vjp(made, *rules.values(), argnums=tuple(rules))

    def defvjp(rule: Fun, argnum: int = 0) -> None:
        def staged(ans: Any, *args: Any, **kwargs: Any) -> Fun:
            return lambda g: rule(g, ans, vspace(args[argnum]), vspace(g), *args, **kwargs)
        declare("defvjp", {argnum: staged})

    def defgrad(rule: Fun, argnum: int = 0) -> None:
        declare("defgrad", {argnum: rule})

    def defvjp_is_zero(argnums: Sequence[int] = (0,)) -> None:
        declare("defvjp_is_zero", dict.fromkeys(argnums))

    made.defvjp, made.defgrad, made.defvjp_is_zero = defvjp, defgrad, defvjp_is_zero
    return made  # type: ignore[no-any-return]
