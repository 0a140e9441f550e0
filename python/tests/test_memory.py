"""Little memory: every operation gives a result or MemoryError, and none ends the process."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits the address space")

# Runs operations in a child process with little address space left; one that dies is named, and the next child goes on.
OPERATIONS = """
import os, resource, sys, threading
import numpy as np
import scipy.sparse
import redpoll as rp

kind, megabytes, times = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
rng = np.random.default_rng(0)
columns = 1000
rows = int(megabytes * 2**20 / 8 / columns)
dense = rng.random((rows, columns))
if kind == "csr":
    # 12 bytes for each stored element, a tenth of all.
    dense = np.tile(dense, (7, 1))[: rows * 20 // 3]
    dense[rng.random(dense.shape) > 0.1] = 0.0
x = rp.asarray(dense)
x = x.to_format(kind)
del dense
n, m = x.shape
size = n * m
y = x * 2.0
z = y.to_format(x.format)
row, column = x[:1], x[:, :1]
narrow = x[:, :50]
flat = rp.reshape(x, (size,))
mask = x > 0.5
order = rp.flip(rp.arange(n))
small = rp.asarray(rng.random((60, 60))) + 60 * rp.eye(60)
many = rp.asarray(rng.random((1000, 8, 8)))
lazy = rp.lazy.asarray(x)
chunked = rp.chunked.from_tensor(x, chunks=(max(n // 4, 1), m))


def assign(key, value):
    copy = rp.astype(x, x.dtype, copy=False)[:]
    copy[key] = value
    return copy


OPERATIONS = {
    "add": lambda: x + z,
    "multiply": lambda: x * y,
    "multiply by a row": lambda: x * row,
    "add a column": lambda: x + column,
    "negative": lambda: -x,
    "sin": lambda: rp.sin(x),
    "exp": lambda: rp.exp(x),
    "less": lambda: x < z,
    "where": lambda: rp.where(mask, x, 0.0),
    "clip": lambda: rp.clip(x, 0.1, 0.9),
    "astype float32": lambda: rp.astype(x, rp.float32),
    "astype complex": lambda: rp.astype(x, rp.complex128),
    "sum": lambda: rp.sum(x),
    "sum of rows": lambda: rp.sum(x, axis=1),
    "sum of columns": lambda: rp.sum(x, axis=0),
    "prod": lambda: rp.prod(x, axis=0),
    "mean": lambda: rp.mean(x, axis=1),
    "std": lambda: rp.std(x, axis=0),
    "max": lambda: rp.max(x, axis=0),
    "argmax": lambda: rp.argmax(x, axis=1),
    "argmin of columns": lambda: rp.argmin(x, axis=0),
    "any": lambda: rp.any(x, axis=0),
    "count_nonzero": lambda: rp.count_nonzero(x, axis=1),
    "cumulative_sum": lambda: rp.cumulative_sum(x, axis=0),
    "cumulative_prod": lambda: rp.cumulative_prod(x, axis=1),
    "diff": lambda: rp.diff(x, axis=0),
    "matmul": lambda: narrow.T @ x,
    "matmul of a vector": lambda: x @ row[0],
    "gram": lambda: narrow.T @ narrow,
    "tensordot": lambda: rp.tensordot(narrow, x, axes=((0,), (0,))),
    "outer": lambda: rp.linalg.outer(column[:, 0], row[0]),
    "einsum": lambda: rp.einsum("ij,ik->jk", narrow, x),
    "vecdot": lambda: rp.vecdot(x, z),
    "concat": lambda: rp.concat([x, z]),
    "concat of columns": lambda: rp.concat([x, z], axis=1),
    "concat of many": lambda: rp.concat([x] * 20),
    "stack": lambda: rp.stack([x, z]),
    "unstack": lambda: rp.unstack(x[:10]),
    "sort": lambda: rp.sort(x, axis=1),
    "sort of columns": lambda: rp.sort(x, axis=0),
    "sort of all": lambda: rp.sort(flat),
    "argsort": lambda: rp.argsort(x, axis=0),
    "unique_values": lambda: rp.unique_values(x),
    "unique_all": lambda: rp.unique_all(x),
    "nonzero": lambda: rp.nonzero(x),
    "searchsorted": lambda: rp.searchsorted(rp.arange(100.0), x),
    "isin": lambda: rp.isin(x, rp.asarray([0.0, 0.5])),
    "take": lambda: rp.take(x, order, axis=0),
    "take of columns": lambda: rp.take(x, rp.flip(rp.arange(m)), axis=1),
    "take of one row": lambda: x[np.zeros(n, int)],
    "take_along_axis": lambda: rp.take_along_axis(x, rp.argsort(x, axis=1), axis=1),
    "boolean mask": lambda: x[mask],
    "rows": lambda: x[n // 4 : -1 : 3],
    "columns": lambda: x[:, ::2],
    "assignment": lambda: assign(slice(0, n // 2), z[: n // 2]),
    "assignment of a number": lambda: assign((slice(None), 3), 7.0),
    "tril": lambda: rp.tril(x),
    "triu": lambda: rp.triu(x, k=10),
    "reshape": lambda: rp.reshape(x, (m, n)),
    "permute and compute": lambda: rp.permute_dims(x, (1, 0)) + 1.0,
    "permute and add": lambda: rp.permute_dims(x, (1, 0)) + rp.reshape(z, (m, n)),
    "flip": lambda: rp.flip(x),
    "roll": lambda: rp.roll(x, 5, axis=0),
    "tile": lambda: rp.tile(x, (2, 1)),
    "repeat": lambda: rp.repeat(x, 2, axis=0),
    "broadcast_to": lambda: rp.broadcast_to(x, (5, n, m)),
    "expand and add": lambda: rp.expand_dims(x, axis=0) + rp.expand_dims(z, axis=0),
    "squeeze": lambda: rp.squeeze(rp.expand_dims(x, axis=1), axis=1),
    "meshgrid": lambda: rp.meshgrid(flat[:5000], flat[:5000]),
    "to_numpy": lambda: x.to_numpy(),
    "to_scipy": lambda: x.to_scipy(),
    "asarray": lambda: rp.asarray(x, copy=True),
    "pickle": lambda: __import__("pickle").dumps(x),
    "fft": lambda: rp.fft.fft(narrow, axis=1),
    "rfft": lambda: rp.fft.rfft(x),
    "irfft": lambda: rp.fft.irfft(narrow),
    "fftn": lambda: rp.fft.fftn(narrow),
    "fftshift": lambda: rp.fft.fftshift(x),
    "solve": lambda: rp.linalg.solve(small, small),
    "svd": lambda: rp.linalg.svd(small),
    "eigh": lambda: rp.linalg.eigh(small + small.T),
    "norm": lambda: rp.linalg.vector_norm(x, axis=1),
    "lazy": lambda: (rp.sin(lazy) * 2.0 + lazy).compute(),
    "lazy sum": lambda: rp.sum(lazy * lazy, axis=0).compute(),
    "chunked": lambda: (chunked * 2.0 + chunked).compute(),
    "chunked sum": lambda: rp.sum(chunked, axis=0).compute(),
    "chunked matmul": lambda: (chunked.T @ chunked).compute(),
    "chunked sort": lambda: rp.sort(chunked, axis=0).compute(),
    "repr": lambda: repr(x),
    "arange": lambda: rp.arange(size * 3),
    "linspace": lambda: rp.linspace(0.0, 1.0, size * 3),
    "zeros": lambda: rp.zeros((n, m)) + x,
    "full": lambda: rp.full((n, m), 7.0).to_format("dense"),
    "eye": lambda: rp.eye(size),
}
for name in ["dense", "csr", "csc", "coo", "bitmap", "runs", "csf"]:
    OPERATIONS["to_format " + name] = lambda name=name: x.to_format(name)


def occupied():
    return int(open("/proc/self/statm").read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def run(names, out):
    # The threads, and what they need, are there before the limit is set.
    for _ in range(3):
        rp.sort(rp.sum(x + z, axis=0))
        # The first factorisation on a thread reserves twice the size of the cache, once and for all.
        rp.linalg.svd(small), rp.linalg.svd(many)
        rp.sum(rp.chunked.from_tensor(small, chunks=(10, -1)), axis=0).compute()
    resource.setrlimit(resource.RLIMIT_AS, (occupied() + int(times * megabytes * 2**20),) * 2)
    for name in names:
        out.write(f"{name}\\n")
        try:
            OPERATIONS[name]()
            out.write("result\\n")
        except MemoryError:
            out.write("MemoryError\\n")
        except BaseException as error:
            out.write(f"{type(error).__name__}: {error}\\n")


names = [name for name in OPERATIONS if not sys.argv[4:] or name in sys.argv[4:]]
threading.stack_size(2**24)
while names:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with open(write, "w", buffering=1) as out:
            # On a thread, whose stack does not grow.
            thread = threading.Thread(target=run, args=(names, out))
            thread.start()
            thread.join()
        os._exit(0)
    os.close(write)
    lines = open(read).read().splitlines()
    status = os.waitpid(child, 0)[1]
    done = list(zip(lines[::2], lines[1::2]))
    if len(lines) % 2:
        done.append((lines[-1], f"ended by signal {status}"))
    for name, outcome in done:
        print(f"{name}\\t{outcome}", flush=True)
    if not done:
        print(f"nothing\\tended by {status}")
        break
    names = names[len(done):]
"""


# Sizes that arguments and shapes say: what cannot be had is refused before anything is done.
ARGUMENTS = """
import resource
import numpy as np
import redpoll as rp

resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))
line = rp.asarray(np.ones(2**17))
row = rp.reshape(line, (1, 2**17)).to_format("csr")
column = rp.asarray(np.ones((2**17, 1))).to_format("csr")
block = rp.asarray(np.ones((1000, 1000)))
rebuild, _ = rp.ones((3, 2)).to_format("dense(dense(iso))").__reduce__()


def one_value(n, value):
    \"\"\"A square matrix that stores one value for all of its elements.\"\"\"
    return rebuild((n, n), (0, 1), [("dense", [])] * 2, "iso", n * n, np.asarray([value]), np.zeros(1))


def broadcast():
    return rp.broadcast_to(rp.ones((10**5, 1)).to_format("dense(dense(iso))"), (10**5, 10**5))


refused = {
    "arange": [lambda: rp.arange(2**36), lambda: rp.arange(2**62)],
    "linspace": [lambda: rp.linspace(0, 1, 2**36), lambda: rp.linspace(0, 1, 2**62)],
    "eye": [lambda: rp.eye(2**33), lambda: rp.eye(2**62, dtype=rp.int8)],
    "fftfreq": [lambda: rp.fft.fftfreq(2**36)],
    "rfftfreq": [lambda: rp.fft.rfftfreq(2**36)],
    "outer": [lambda: rp.linalg.outer(line, line)],
    "einsum": [lambda: rp.einsum("i,j->ij", line, line)],
    "matmul": [lambda: column @ row, lambda: column @ column.T],
    "index": [lambda: row[np.zeros(2**17, int)]],
    "take": [lambda: rp.take(row, np.zeros(2**17, int), axis=0)],
    "concat": [lambda: rp.concat([row] * 4000), lambda: rp.concat([block] * 4000)],
    "stack": [lambda: rp.stack([block] * 4000)],
    "broadcast_to": [broadcast],
    "to_format": [lambda: rp.full((2**18, 2**18), 7.0).to_format("dense"), lambda: rp.zeros(2**40).to_format("bitmap")],
}
of_one_value = {
    "sum": rp.sum,
    "max": rp.max,
    "std": lambda x: rp.std(x, axis=0),
    "sort": lambda x: rp.sort(x, axis=0),
    "argsort": lambda x: rp.argsort(x),
    "cumulative_sum": lambda x: rp.cumulative_sum(x, axis=0),
    "matmul": lambda x: x @ x,
    "tril": rp.tril,
    "concat": lambda x: rp.concat([x, x]),
    "flip": rp.flip,
    "fft": lambda x: rp.fft.fft(x),
    "svd": lambda x: rp.linalg.svd(x),
    "to_format": lambda x: x.to_format("csr"),
}
for n in [10**5, 2**31]:
    matrix = one_value(n, 1.0)
    assert "..." in repr(matrix) and str(matrix * 2.0 + 1.0) and matrix[5, 7] == 1.0
    assert rp.sum(matrix[3:5, :7]) == 14.0
    for name, function in of_one_value.items():
        refused[name] = [*refused.get(name, []), lambda function=function, x=matrix: function(x)]
for name, calls in refused.items():
    for k, call in enumerate(calls):
        try:
            print(f"{name} {k} gave", call().shape)
        except MemoryError as error:
            if not str(error).startswith(f"{name}: ") or "bytes" not in str(error):
                print(f"{name} {k}: {error}")
"""


def run(*arguments: str) -> str:
    # Memory goes back when it is freed, so that the limit is what is left.
    allocator = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "65536"}
    done = subprocess.run(
        [sys.executable, "-c", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, **allocator, "MALLOC_TRIM_THRESHOLD_": "65536"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("kind", ["dense", "csr"])
@pytest.mark.parametrize("times", ["4", "1.3"])
def test_little_memory_is_a_result_or_an_error(kind: str, times: str) -> None:
    outcomes = dict(line.split("\t", 1) for line in run(OPERATIONS, kind, "2", times).splitlines())
    others = {k: v for k, v in outcomes.items() if v not in ("result", "MemoryError")}
    assert not others
    assert len(outcomes) > 90
    # Both happen, so that the limit is where it says something.
    assert {"result", "MemoryError"} <= set(outcomes.values())


def test_sizes_that_arguments_say_are_refused_at_once() -> None:
    assert run(ARGUMENTS) == ""
