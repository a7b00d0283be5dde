"""Search: the user's words in, the right datasets out, with the reading shown.

``kg.search`` is this package and, at the same time, the function ``kg.search("renal CT")``: importing any module of a package binds the
package to that name, so that a plain function there would last only until somebody does. Hence the package itself can be called.
"""

import sys
from types import ModuleType
from typing import Any, Final

_ANSWERING: Final = "kg.client.connect"  # by name: the search knows nothing of who calls it


class _Callable(ModuleType):
    """A package that asks the default release when it is called."""

    def __call__(self, asked: Any, limit: int = 20, **view: Any) -> Any:
        """Find datasets by meaning, in the default release; see :meth:`kg.client.release.Release.search`."""
        from importlib import import_module  # noqa: PLC0415

        return import_module(_ANSWERING).default().search(asked, limit, **view)


sys.modules[__name__].__class__ = _Callable
