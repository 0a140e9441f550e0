"""Lazy arrays: they record what is asked of them, and compute it in as few passes as there can be."""

import builtins

from .. import linalg as linalg
from . import fft as fft
from .._redpoll import LazyArray
from .._redpoll import lazy_compute, lazy_from_tensor
from .._standard import *
from .._standard import __array_api_version__ as __array_api_version__
from .._standard import __array_namespace_info__ as __array_namespace_info__
from .._standard import Device, DTypeLike, Scalar, Shape

Array = LazyArray
compute = lazy_compute
from_tensor = lazy_from_tensor

def arange(
    start: Scalar,
    /,
    stop: Scalar | None = None,
    step: Scalar = 1,
    *,
    dtype: DTypeLike | None = None,
    device: Device | None = None,
) -> LazyArray: ...
def asarray(
    obj: object, /, *, dtype: DTypeLike | None = None, device: Device | None = None, copy: builtins.bool | None = None
) -> LazyArray: ...
def empty(shape: Shape, *, dtype: DTypeLike | None = None, device: Device | None = None) -> LazyArray: ...
def eye(
    n_rows: int,
    n_cols: int | None = None,
    /,
    *,
    k: int = 0,
    dtype: DTypeLike | None = None,
    device: Device | None = None,
) -> LazyArray: ...
def from_dlpack(x: object, /, *, device: Device | None = None, copy: builtins.bool | None = None) -> LazyArray: ...
def full(
    shape: Shape, fill_value: Scalar, *, dtype: DTypeLike | None = None, device: Device | None = None
) -> LazyArray: ...
def linspace(
    start: Scalar,
    stop: Scalar,
    /,
    num: int,
    *,
    dtype: DTypeLike | None = None,
    device: Device | None = None,
    endpoint: builtins.bool = True,
) -> LazyArray: ...
def ones(shape: Shape, *, dtype: DTypeLike | None = None, device: Device | None = None) -> LazyArray: ...
def zeros(shape: Shape, *, dtype: DTypeLike | None = None, device: Device | None = None) -> LazyArray: ...
