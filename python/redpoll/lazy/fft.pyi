"""The functions of :mod:`redpoll.fft`; what is created here is lazy."""

from .._redpoll import LazyArray
from .._standard import Device, DTypeLike
from ..fft import fft as fft
from ..fft import fftn as fftn
from ..fft import fftshift as fftshift
from ..fft import hfft as hfft
from ..fft import ifft as ifft
from ..fft import ifftn as ifftn
from ..fft import ifftshift as ifftshift
from ..fft import ihfft as ihfft
from ..fft import irfft as irfft
from ..fft import irfftn as irfftn
from ..fft import rfft as rfft
from ..fft import rfftn as rfftn

def fftfreq(n: int, /, *, d: float = 1.0, dtype: DTypeLike | None = None, device: Device | None = None) -> LazyArray: ...
def rfftfreq(n: int, /, *, d: float = 1.0, dtype: DTypeLike | None = None, device: Device | None = None) -> LazyArray: ...
