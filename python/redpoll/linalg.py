"""The linear algebra extension of the standard, for arrays of every kind."""

from . import _bind

_functions = _bind.linear_algebra()
globals().update(_functions)

__all__ = sorted(_functions)
