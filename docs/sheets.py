"""The directive `exercises`: the sheets of the course, or their answers, for the seed of this build."""
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst.directives import flag
from sphinx.util.docutils import SphinxDirective

from autograd.misc.exercises import handout


class Exercises(SphinxDirective):
    option_spec: ClassVar = {"answers": flag}

    def run(self) -> list[nodes.Node]:
        text = handout(seed=self.config.exercises_seed, answers="answers" in self.options)
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app: Any) -> dict[str, bool]:
    app.add_config_value("exercises_seed", 1, "env", int)
    app.add_directive("exercises", Exercises)
    return {"parallel_read_safe": True}
