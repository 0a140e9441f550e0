"""The Python array API standard on sparse tensors, and on chunked arrays larger than memory.

Every function and array of the `standard <https://data-apis.org/array-api/2025.12/>`_ is here under its own name::

    import redpoll as rp

    x = rp.asarray([[0.0, 1.0], [0.0, 2.0]])
    rp.log1p(x) @ x.T

Arrays of this module are tensors in memory, sparse where that is worth it. :mod:`redpoll.chunked` has the same
functions for arrays of chunks.
"""

from math import e, inf, nan, pi

from . import _redpoll
from ._redpoll import Tensor, config, from_coo
from ._redpoll import tensors as _tensors

__array_api_version__ = "2025.12"
__version__ = _redpoll.__version__

newaxis = None

_functions = [name for name in dir(_tensors) if not name.startswith("__")]
_dtypes = list(_tensors.__array_namespace_info__().dtypes())
globals().update({name: getattr(_tensors, name) for name in _functions})
globals().update({name: getattr(_redpoll, name) for name in _dtypes})
__array_namespace_info__ = _tensors.__array_namespace_info__

from . import chunked  # noqa: E402  (it takes the constants from here)

__all__ = [
    "Tensor",
    "__array_api_version__",
    "__array_namespace_info__",
    "chunked",
    "config",
    "e",
    "from_coo",
    "inf",
    "nan",
    "newaxis",
    "pi",
    *_functions,
    *_dtypes,
]
