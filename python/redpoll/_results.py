"""What functions with several results give."""

from typing import Any, NamedTuple


class UniqueAll(NamedTuple):
    """The distinct elements, where each first comes, where each element is among them, how often each comes."""

    values: Any
    indices: Any
    inverse_indices: Any
    counts: Any


class UniqueCounts(NamedTuple):
    """The distinct elements, and how often each comes."""

    values: Any
    counts: Any


class UniqueInverse(NamedTuple):
    """The distinct elements, and where each element is among them."""

    values: Any
    inverse_indices: Any


class QR(NamedTuple):
    """``x = Q @ R``."""

    Q: Any
    R: Any


class SVD(NamedTuple):
    """``x = U @ diag(S) @ Vh``."""

    U: Any
    S: Any
    Vh: Any


class Eigh(NamedTuple):
    """Eigenvalues, and orthonormal eigenvectors as columns, of a Hermitian matrix."""

    eigenvalues: Any
    eigenvectors: Any


class Eig(NamedTuple):
    """Eigenvalues, and eigenvectors as columns."""

    eigenvalues: Any
    eigenvectors: Any


class Slogdet(NamedTuple):
    """The determinant as its sign and the logarithm of its modulus."""

    sign: Any
    logabsdet: Any
