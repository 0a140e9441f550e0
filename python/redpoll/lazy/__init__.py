"""Lazy arrays: they record what is asked of them, and compute it in as few passes as there can be.

The functions are those of :mod:`redpoll`; what is created here is lazy, and a function of a lazy array gives a lazy
array::

    import redpoll as rp

    x = rp.lazy.from_tensor(rp.eye(3))
    rp.sum(rp.log1p(x * 1e4), axis=0).compute()
"""

from .. import _bind, linalg
from .._redpoll import LazyArray as Array
from .._redpoll import lazy as _lazy
from .._redpoll import lazy_compute as compute
from .._redpoll import lazy_from_tensor as from_tensor

_standard = _bind.standard(_lazy)
globals().update(_standard)

from . import fft

__all__ = ["Array", "compute", "fft", "from_tensor", "linalg", *_standard]
