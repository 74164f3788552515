"""Floor 2: functions of a package that may be missing, or that takes long to import."""
from functools import cached_property
from importlib import import_module
from typing import Any


class Imported:
    """The function `name` of `module`, which is imported when it is called first."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name

    @cached_property
    def function(self) -> Any:
        """The function itself."""
        return getattr(import_module(self.module), self.name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)
