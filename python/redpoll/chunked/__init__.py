"""Arrays of chunks: they record what is asked of them, and compute block by block.

The functions are those of :mod:`redpoll`; what is created here is chunked, and a function of a chunked array gives a
chunked array::

    import redpoll as rp

    x = rp.chunked.from_tensor(rp.eye(5000), chunks=(1000, -1))
    rp.mean(rp.log1p(x), axis=0).compute()
"""

from .. import _bind, linalg
from .._redpoll import BlockInfo, compute, from_tensor, map_blocks
from .._redpoll import ChunkedArray as Array
from .._redpoll import chunked as _chunked

_standard = _bind.standard(_chunked)
globals().update(_standard)

from . import fft

__all__ = ["Array", "BlockInfo", "compute", "fft", "from_tensor", "linalg", "map_blocks", *_standard]
