"""Formulas as MathML, which browsers draw by themselves: no script, and nothing from the network."""

from html import escape
from typing import Any

from docutils.nodes import SkipNode, thead
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util.logging import getLogger


def mathml(node: Any, *, as_block: bool = False) -> str:
    """A formula as markup; what cannot be converted is shown as it is written, with a warning that names its place."""
    try:
        return tex2mathml(node.astext(), as_block=as_block)
    except MathError as error:
        getLogger(__name__).warning("%s in the formula %s", error, node.astext(), location=node)
        return tex2mathml(rf"\text{{{node.astext()}}}")


def inline(translator: Any, node: Any) -> None:
    """A head of a table gets its formula as a name, too: a rule for accessibility does not count markup as text."""
    label = f' aria-label="{escape(node.astext())}"' if in_head(node) else ""
    translator.body.append(mathml(node).replace("<math", f"<math{label}", 1))
    raise SkipNode


def in_head(node: Any) -> bool:
    return isinstance(node, thead) or (node is not None and in_head(node.parent))


def block(translator: Any, node: Any) -> None:
    translator.body.append(f'<div class="math" tabindex="0">{mathml(node, as_block=True)}</div>')
    raise SkipNode


def setup(app: Any) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
