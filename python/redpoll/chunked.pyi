"""Arrays of chunks: they record what is asked of them, and compute block by block."""

from . import fft as fft
from . import linalg as linalg
from ._redpoll import BlockInfo as BlockInfo
from ._redpoll import compute as compute
from ._redpoll import from_tensor as from_tensor
from ._redpoll import map_blocks as map_blocks
from ._standard import *
from ._standard import __array_api_version__ as __array_api_version__
from ._standard import __array_namespace_info__ as __array_namespace_info__
