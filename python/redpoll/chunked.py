"""Arrays of chunks: they record what is asked of them, and compute block by block.

The functions are those of :mod:`redpoll`; what is created here is chunked, and a function of a chunked array gives a
chunked array::

    import redpoll as rp

    x = rp.chunked.from_tensor(tensor, chunks=(1000, -1))
    rp.mean(rp.log1p(x), axis=0).compute()
"""

from math import e, inf, nan, pi

from . import _redpoll
from ._redpoll import BlockInfo, compute, from_tensor, map_blocks
from ._redpoll import ChunkedArray as Array
from ._redpoll import chunked as _chunked

__array_api_version__ = "2025.12"

newaxis = None

_functions = [name for name in dir(_chunked) if not name.startswith("__")]
_dtypes = list(_chunked.__array_namespace_info__().dtypes())
globals().update({name: getattr(_chunked, name) for name in _functions})
globals().update({name: getattr(_redpoll, name) for name in _dtypes})
__array_namespace_info__ = _chunked.__array_namespace_info__

__all__ = [
    "Array",
    "BlockInfo",
    "__array_api_version__",
    "__array_namespace_info__",
    "compute",
    "e",
    "from_tensor",
    "inf",
    "map_blocks",
    "nan",
    "newaxis",
    "pi",
    *_functions,
    *_dtypes,
]
