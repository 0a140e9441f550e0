"""What functions with several results give."""

from typing import Generic, NamedTuple, TypeVar

A = TypeVar("A")


class UniqueAll(NamedTuple, Generic[A]):
    """The distinct elements, where each first comes, where each element is among them, how often each comes."""

    values: A
    indices: A
    inverse_indices: A
    counts: A


class UniqueCounts(NamedTuple, Generic[A]):
    """The distinct elements, and how often each comes."""

    values: A
    counts: A


class UniqueInverse(NamedTuple, Generic[A]):
    """The distinct elements, and where each element is among them."""

    values: A
    inverse_indices: A


class QR(NamedTuple, Generic[A]):
    """``x = Q @ R``."""

    Q: A
    R: A


class SVD(NamedTuple, Generic[A]):
    """``x = U @ diag(S) @ Vh``."""

    U: A
    S: A
    Vh: A


class Eigh(NamedTuple, Generic[A]):
    """Eigenvalues, and orthonormal eigenvectors as columns, of a Hermitian matrix."""

    eigenvalues: A
    eigenvectors: A


class Eig(NamedTuple, Generic[A]):
    """Eigenvalues, and eigenvectors as columns."""

    eigenvalues: A
    eigenvectors: A


class Slogdet(NamedTuple, Generic[A]):
    """The determinant as its sign and the logarithm of its modulus."""

    sign: A
    logabsdet: A
