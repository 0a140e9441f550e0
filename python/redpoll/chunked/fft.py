"""The functions of :mod:`redpoll.fft`; what is created here is chunked."""

from .. import _bind
from .._redpoll import chunked_fft as _fft

_functions = _bind.functions(_fft)
globals().update(_functions)

__all__ = sorted(_functions)
