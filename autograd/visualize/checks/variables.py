"""What becomes of a value by the text of a program: on which lines it is used, directly or through variables."""
import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

Scope = tuple[str, ...]               # names of the functions around
Name = tuple[Scope, str]              # a variable; that of an attribute has no scope
Function = ast.FunctionDef | ast.AsyncFunctionDef
_ATTRIBUTE: Scope = (".",)


class Use(NamedTuple):
    """A statement, or the head of a loop: its lines, the names that it reads and those that it gives a value."""

    lines: range
    reads: frozenset[Name]
    gives: frozenset[Name]


def goes_on(text: str, line: int, ends: set[int]) -> bool:
    """Whether what is computed on a line of this program is used on one of the lines `ends`.

    Names that stand for the same value are followed in any order, so that a loop needs no second look.
    """
    uses = statements(text)
    reached = [use for use in uses if line in use.lines]
    names = {name for use in reached for name in use.gives}
    more = True
    while more:
        found = [use for use in uses if use.reads & names]
        new = {name for use in found for name in use.gives} - names
        more, names = bool(new), names | new
    return any(ends & set(use.lines) for use in [*reached, *found])


@lru_cache(maxsize=8)
def statements(text: str) -> list[Use]:
    """What every statement reads and gives a value. A return gives one to the name of its function, a call to the
    parameters of what it calls, where that stands in the same file."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return []
    inside = list(scoped(tree))
    functions: dict[str, set[Name]] = {}
    for node, scope in inside:
        if isinstance(node, Function):
            functions.setdefault(node.name, set()).update(((*scope, node.name), name) for name in parameters(node))
    own = {name for names in functions.values() for name in names}
    own |= {name for node, scope in inside for part in heads(node) for name in named(part, ast.Store, scope)}
    return [Use(range(parts[0].lineno, max(part.end_lineno or 0 for part in parts) + 1),
                frozenset(resolved(name, own) for part in parts for name in named(part, ast.Load, scope)),
                frozenset(resolved(name, own) for name in given(node, parts, scope, functions)))
            for node, scope in inside if (parts := heads(node))]


def given(node: ast.AST, parts: list[ast.expr], scope: Scope, functions: dict[str, set[Name]]) -> Iterator[Name]:
    """The names that a statement gives a value. What is not known by its name may be a module, which has `forward`."""
    for part in parts:
        yield from named(part, ast.Store, scope)
        for function in callees(part):
            yield from functions.get(function, functions.get("forward", ()))
    if isinstance(node, ast.Return) and scope:
        yield scope[:-1], scope[-1]


def scoped(tree: ast.AST) -> Iterator[tuple[ast.AST, Scope]]:
    """Every node with the functions around it."""
    todo: list[tuple[ast.AST, Scope]] = [(tree, ())]
    while todo:
        node, scope = todo.pop()
        yield node, scope
        within = (*scope, node.name) if isinstance(node, Function) else scope
        todo += [(child, within) for child in ast.iter_child_nodes(node)]


def parameters(node: Function) -> list[str]:
    """The names that a function gives its arguments."""
    return [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


def heads(node: ast.AST) -> list[ast.expr]:
    """The expressions of a statement, without the statements inside it; none where it only steers the program."""
    if not isinstance(node, ast.stmt) or isinstance(node, Function | ast.ClassDef | ast.If | ast.While):
        return []
    children = list(ast.iter_child_nodes(node))
    items = [child for child in children if isinstance(child, ast.withitem)]
    return [*(child for child in children if isinstance(child, ast.expr)), *(item.context_expr for item in items),
            *(item.optional_vars for item in items if item.optional_vars)]


def named(part: ast.expr, kind: type[ast.expr_context], scope: Scope) -> Iterator[Name]:
    """The variables and attributes that an expression reads, or gives a value; x[i] = … gives x one."""
    for node in ast.walk(part):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and isinstance(node.ctx, kind):
            base: ast.expr = node
            while isinstance(base, ast.Subscript):
                base = base.value
            if isinstance(base, ast.Name):
                yield scope, base.id
            elif isinstance(base, ast.Attribute):
                yield _ATTRIBUTE, base.attr


def callees(part: ast.expr) -> Iterator[str]:
    """The names of what is called."""
    for node in ast.walk(part):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def resolved(name: Name, own: set[Name]) -> Name:
    """The variable that a name means: that of the innermost function around that has one."""
    scope, text = name
    while scope and scope != _ATTRIBUTE and (scope, text) not in own:
        scope = scope[:-1]
    return scope, text
