"""The Python array API standard on sparse tensors, and on chunked arrays larger than memory."""

from . import chunked as chunked
from . import fft as fft
from . import lazy as lazy
from . import linalg as linalg
from ._redpoll import Tensor as Tensor
from ._redpoll import __version__ as __version__
from ._redpoll import config as config
from ._redpoll import from_coo as from_coo
from ._standard import *
from ._standard import __array_api_version__ as __array_api_version__
from ._standard import __array_namespace_info__ as __array_namespace_info__
