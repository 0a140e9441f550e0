"""The Fourier transform extension of the standard, for arrays of every kind."""

from . import _bind
from ._redpoll import tensor_fft as _fft

_functions = _bind.functions(_fft)
globals().update(_functions)

__all__ = sorted(_functions)
