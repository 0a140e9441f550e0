"""The functions of :mod:`redpoll.fft`; what is created here is lazy."""

from .. import _bind
from .._redpoll import lazy_fft as _fft

_functions = _bind.functions(_fft)
globals().update(_functions)

__all__ = sorted(_functions)
