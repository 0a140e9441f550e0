"""Lazy arrays: they record what is asked of them, and compute it in as few passes as there can be."""

from . import fft as fft
from . import linalg as linalg
from ._standard import *
from ._standard import __array_api_version__ as __array_api_version__
from ._standard import __array_namespace_info__ as __array_namespace_info__
