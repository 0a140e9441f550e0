"""Messages are in Python's words: none shows what the package is made of."""

import inspect
import re

import numpy as np
import pytest

import redpoll as rp

X = rp.asarray([[1.0, 0.0], [0.0, 2.0]])
KINDS = [X, rp.lazy.from_tensor(X), rp.chunked.from_tensor(X, chunks=1)]
WRONG = [
    "text",
    "",
    b"bytes",
    None,
    object(),
    lambda: 0,
    int,
    {},
    {"a": 1},
    {0: "a"},
    {1, 2},
    -1,
    2**70,
    -(2**70),
    1.5,
    1j,
    float("nan"),
    True,
    ...,
    (1, 2, 3),
    (None,),
    ["a"],
    [2**70],
    [0.5],
    [[1], [2, 3]],
    np.int64(3),
    np.zeros(2, "U3"),
    rp.zeros((2, 3, 4)),
]
# Words of Rust, how functions are bound, and Python's message on an integer that is cut off, which does not show it.
FOREIGN = re.compile(
    r"Namespace|extract|\benum\b|\bPy[A-Z]|[iu]size\b|\b[iu](64|128)\b|Option|Some\(|\bNone\)|::|Arg\b|`|unwrap"
    r"|\bFloat\b|Complex\b|\bSigned|too big to convert|convert negative"
)


def functions():
    for module in (rp, rp.linalg, rp.fft, rp.chunked, rp.chunked.fft, rp.lazy):
        for name in module.__all__:
            function = getattr(module, name)
            if callable(function) and not (isinstance(function, type) and issubclass(function, np.generic)):
                yield pytest.param(function, id=f"{module.__name__}.{name}")
    for array in KINDS:
        for name in sorted(set(dir(type(array))) - set(dir(object)) - {"_numba_type_"}):
            method = getattr(array, name)
            if callable(method):
                yield pytest.param(method, id=f"{type(array).__name__}.{name}")


def calls(function):
    """Arguments in every place that a function has, right but for one."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # nothing says which there are
        parameters = []
    named = [p.name for p in parameters if p.default is not p.empty]
    right = [X for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    yield [], {}
    yield [X] * 9, {}
    yield right, {"unknown": 1}
    for wrong in WRONG:
        for count in (1, 2, 3):
            yield [wrong] * count, {}
        for place in range(len(right)):
            yield [*right[:place], wrong, *right[place + 1 :]], {}
        for name in named:
            yield right, {name: wrong}


@pytest.mark.parametrize("function", list(functions()))
def test_no_message_shows_what_is_behind(function):
    for arguments, more in calls(function):
        try:
            with rp.printoptions():  # for those that set them
                function(*arguments, **more)
        except Exception as error:  # whatever is raised is looked at
            shown = str(error)
            for argument in [*arguments, *more.values()]:
                shown = shown.replace(repr(argument), "")
            assert not FOREIGN.search(shown), f"{arguments} {more}: {error}"


def test_messages_name_what_helps():
    x = rp.asarray(np.ones((4, 3)))
    with pytest.raises(MemoryError, match=r"redpoll\.config\(densify_limit=…\)"):
        rp.linalg.svd(rp.zeros((10**6, 10**6)))
    with pytest.raises(ValueError, match="sum_duplicates=True"):
        rp.from_coo([[0, 0]], [1.0, 2.0], (3,))
    with pytest.raises(TypeError, match=r"redpoll\.sum\(\) takes"):
        rp.sum(x, 0)  # type: ignore[call-arg]
    chunked = rp.chunked.from_tensor(x, chunks=2)
    for threads in (-1, 0, -(2**70), 2**64):
        with pytest.raises(ValueError, match=f"threads is {threads}"):
            chunked.compute(threads=threads)
    with pytest.raises(ValueError, match=str(-(2**70))):
        chunked.rechunk(-(2**70))
    for size in (-5, 0):
        with pytest.raises(ValueError, match=f"from_tensor: chunk size is {size}"):
            rp.chunked.from_tensor(x, chunks=size)
    with pytest.raises(TypeError, match="axes is .*expected how many, or two sequences"):
        rp.tensordot(x, x, axes=(0, 1, 2))
    with pytest.raises(ValueError, match="the fill value is True, not 0"):
        rp.from_coo([[], []], np.zeros(0, bool), (2, 2), fill_value=True).to_scipy()


def test_an_integer_out_of_range_is_named():
    x = rp.zeros((4, 3))
    large = 2**70
    for call in (
        lambda: rp.sum(x, axis=large),
        lambda: rp.zeros((2, large)),
        lambda: rp.reshape(x, (large, 1)),
        lambda: rp.eye(large),
        lambda: rp.fft.fft(x, n=large),
        lambda: rp.chunked.from_tensor(x, chunks=(1, [1, large])),
        lambda: rp.chunked.from_tensor(x, chunks={large: 1}),
        lambda: rp.config(block_bytes=large),
        lambda: rp.tensordot(x, x, axes=large),
    ):
        with pytest.raises(OverflowError, match=f"^{large} is out of range"):
            call()
    for call in (
        lambda: rp.fft.fft(x, n=-1),
        lambda: rp.chunked.from_tensor(x, chunks=(1, [1, -1])),
        lambda: rp.config(densify_limit=-1),
        lambda: rp.tensordot(x, x, axes=-1),
    ):
        with pytest.raises(ValueError, match="-1 is negative"):
            call()


def test_chunks_by_axis():
    x = rp.chunked.from_tensor(rp.zeros((6, 4)), chunks={0: 2})
    assert x.chunks == ((2, 2, 2), (4,))
    assert x.rechunk({1: 3}).chunks == ((2, 2, 2), (3, 1))
    assert x.rechunk({-1: "auto", 0: [1, 5]}).chunks == ((1, 5), (4,))
    assert x.rechunk(2**70).chunks == ((6,), (4,))
    with pytest.raises(IndexError):
        x.rechunk({2: 1})
    with pytest.raises(TypeError):
        rp.config(chunks={0: 2})  # type: ignore[arg-type]
