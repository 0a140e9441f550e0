"""Arrays of chunks: they record what is asked of them, and compute block by block."""

import builtins

from .. import linalg as linalg
from . import fft as fft
from .._redpoll import BlockInfo as BlockInfo
from .._redpoll import ChunkedArray
from .._redpoll import compute as compute
from .._redpoll import from_tensor as from_tensor
from .._redpoll import map_blocks as map_blocks
from .._standard import *
from .._standard import __array_api_version__ as __array_api_version__
from .._standard import __array_namespace_info__ as __array_namespace_info__
from .._standard import Device, DTypeLike, Scalar, Shape

Array = ChunkedArray

def arange(
    start: Scalar,
    /,
    stop: Scalar | None = None,
    step: Scalar = 1,
    *,
    dtype: DTypeLike | None = None,
    device: Device | None = None,
) -> ChunkedArray: ...
def asarray(
    obj: object, /, *, dtype: DTypeLike | None = None, device: Device | None = None, copy: builtins.bool | None = None
) -> ChunkedArray: ...
def empty(shape: Shape, *, dtype: DTypeLike | None = None, device: Device | None = None) -> ChunkedArray: ...
def eye(
    n_rows: int,
    n_cols: int | None = None,
    /,
    *,
    k: int = 0,
    dtype: DTypeLike | None = None,
    device: Device | None = None,
) -> ChunkedArray: ...
def from_dlpack(x: object, /, *, device: Device | None = None, copy: builtins.bool | None = None) -> ChunkedArray: ...
def full(
    shape: Shape, fill_value: Scalar, *, dtype: DTypeLike | None = None, device: Device | None = None
) -> ChunkedArray: ...
def linspace(
    start: Scalar,
    stop: Scalar,
    /,
    num: int,
    *,
    dtype: DTypeLike | None = None,
    device: Device | None = None,
    endpoint: builtins.bool = True,
) -> ChunkedArray: ...
def ones(shape: Shape, *, dtype: DTypeLike | None = None, device: Device | None = None) -> ChunkedArray: ...
def zeros(shape: Shape, *, dtype: DTypeLike | None = None, device: Device | None = None) -> ChunkedArray: ...
