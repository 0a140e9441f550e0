"""The Python array API standard on sparse tensors, and on chunked arrays larger than memory."""

import builtins

from . import chunked as chunked
from . import fft as fft
from . import lazy as lazy
from . import linalg as linalg
from ._print import get_printoptions as get_printoptions
from ._print import printoptions as printoptions
from ._print import set_printoptions as set_printoptions
from ._redpoll import Array as Array
from ._redpoll import Tensor as Tensor
from ._redpoll import __version__ as __version__
from ._redpoll import config as config
from ._redpoll import from_coo as from_coo
from ._standard import *
from ._standard import __array_api_version__ as __array_api_version__
from ._standard import __array_namespace_info__ as __array_namespace_info__
from ._standard import Device, DTypeLike, Scalar, Shape

def arange(
    start: Scalar,
    /,
    stop: Scalar | None = None,
    step: Scalar = 1,
    *,
    dtype: DTypeLike | None = None,
    device: Device | None = None,
) -> Tensor: ...
def asarray(
    obj: object, /, *, dtype: DTypeLike | None = None, device: Device | None = None, copy: builtins.bool | None = None
) -> Tensor: ...
def empty(shape: Shape, *, dtype: DTypeLike | None = None, device: Device | None = None) -> Tensor: ...
def eye(
    n_rows: int,
    n_cols: int | None = None,
    /,
    *,
    k: int = 0,
    dtype: DTypeLike | None = None,
    device: Device | None = None,
) -> Tensor: ...
def from_dlpack(x: object, /, *, device: Device | None = None, copy: builtins.bool | None = None) -> Tensor: ...
def full(
    shape: Shape, fill_value: Scalar, *, dtype: DTypeLike | None = None, device: Device | None = None
) -> Tensor: ...
def linspace(
    start: Scalar,
    stop: Scalar,
    /,
    num: int,
    *,
    dtype: DTypeLike | None = None,
    device: Device | None = None,
    endpoint: builtins.bool = True,
) -> Tensor: ...
def ones(shape: Shape, *, dtype: DTypeLike | None = None, device: Device | None = None) -> Tensor: ...
def zeros(shape: Shape, *, dtype: DTypeLike | None = None, device: Device | None = None) -> Tensor: ...
