"""Messages are in Python's words: none shows what the package is made of."""

import re

import numpy as np
import pytest

import redpoll as rp

WRONG = ["text", object(), None, {}, -1, 2**70, 1.5, [[1], [2, 3]], b"bytes", rp.zeros((2, 3, 4)), lambda: 0]
# Words of Rust, and of how functions are bound.
FOREIGN = re.compile(r"Namespace|extract|\benum\b|\bPy[A-Z]|usize|\b[iu]64\b|Option|Some\(|\bNone\)|::|Repeats|Arg\b|`|unwrap")


def functions():
    for module in (rp, rp.linalg, rp.fft, rp.chunked):
        for name in module.__all__:
            function = getattr(module, name)
            if callable(function) and not isinstance(function, type):
                yield pytest.param(function, id=f"{module.__name__}.{name}")


@pytest.mark.parametrize("function", list(functions()))
def test_no_message_shows_what_is_behind(function):
    x = rp.asarray([[1.0, 0.0], [0.0, 2.0]])
    calls = [[], [x] * 7, *([wrong] for wrong in WRONG), *([x, wrong] for wrong in WRONG)]
    for arguments in calls:
        for more in ({}, {"axis": "text"}, {"unknown": 1}, {"dtype": "nothing"}):
            try:
                with rp.printoptions():  # for those that set them
                    function(*arguments, **more)
            except Exception as error:  # whatever is raised is looked at
                assert not FOREIGN.search(str(error)), f"{arguments} {more}: {error}"


def test_messages_name_what_helps():
    x = rp.asarray(np.ones((4, 3)))
    with pytest.raises(MemoryError, match=r"redpoll\.config\(densify_limit=…\)"):
        rp.linalg.svd(rp.zeros((10**6, 10**6)))
    with pytest.raises(ValueError, match="sum_duplicates=True"):
        rp.from_coo([[0, 0]], [1.0, 2.0], (3,))
    with pytest.raises(TypeError, match=r"redpoll\.sum\(\) takes"):
        rp.sum(x, 0)
    chunked = rp.chunked.from_tensor(x, chunks=2)
    for threads in (-1, 0, -(2**70), 2**64):
        with pytest.raises(ValueError, match=f"threads is {threads}"):
            chunked.compute(threads=threads)
    with pytest.raises(ValueError, match=str(-(2**70))):
        chunked.rechunk(-(2**70))


def test_chunks_by_axis():
    x = rp.chunked.from_tensor(rp.zeros((6, 4)), chunks={0: 2})
    assert x.chunks == ((2, 2, 2), (4,))
    assert x.rechunk({1: 3}).chunks == ((2, 2, 2), (3, 1))
    assert x.rechunk({-1: "auto", 0: [1, 5]}).chunks == ((1, 5), (4,))
    assert x.rechunk(2**70).chunks == ((6,), (4,))
    with pytest.raises(IndexError):
        x.rechunk({2: 1})
    with pytest.raises(TypeError):
        rp.config(chunks={0: 2})
