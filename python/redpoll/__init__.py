"""The Python array API standard on sparse tensors, and on chunked arrays larger than memory.

Every function and array of the `standard <https://data-apis.org/array-api/2025.12/>`_ is here under its own name, with
the extensions :mod:`redpoll.linalg` and :mod:`redpoll.fft`::

    import redpoll as rp

    x = rp.asarray([[0.0, 1.0], [0.0, 2.0]])
    rp.log1p(x) @ x.T

Arrays of this module are tensors in memory, sparse where that is worth it. :mod:`redpoll.lazy` and
:mod:`redpoll.chunked` have the same functions for arrays that only record what is asked of them.
"""

from . import _bind
from ._print import get_printoptions, printoptions, set_printoptions
from ._redpoll import Array, Tensor, __version__, config, from_coo
from ._redpoll import tensor as _tensor

_standard = _bind.standard(_tensor)
globals().update(_standard)

from . import chunked, fft, lazy, linalg

__all__ = [
    "Array",
    "Tensor",
    "__version__",
    "chunked",
    "config",
    "fft",
    "from_coo",
    "get_printoptions",
    "lazy",
    "linalg",
    "printoptions",
    "set_printoptions",
    *_standard,
]
