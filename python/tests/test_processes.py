"""Processes, threads and signals: forked children, interrupts."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

import redpoll as rp

# Every class of operation, on arrays large enough to be worked on by several threads.
OPERATIONS = """
import numpy as np
import redpoll as rp

def operations():
    rng = np.random.default_rng(0)
    dense = rng.random((300, 200))
    sparse = np.where(dense > 0.9, dense, 0.0)
    square = dense[:200] @ dense[:200].T + 200.0 * np.eye(200)
    long = rng.random(60_000)
    a, s, m, v = (rp.asarray(x) for x in (dense, sparse, square, long))
    s = s.to_format("csr")
    yield rp.sum(v), long.sum()
    yield rp.sum(s, axis=0), sparse.sum(axis=0)
    yield v + v * 2.0, long * 3.0
    yield s * a, sparse * dense
    yield rp.sort(v), np.sort(long)
    yield rp.argsort(v), np.argsort(long)
    yield rp.unique_values(v), np.unique(long)
    yield rp.cumulative_sum(v), np.cumsum(long)
    yield a.T @ a, dense.T @ dense
    yield s.T @ s, sparse.T @ sparse
    yield s.to_format("coo") @ a.T, sparse @ dense.T
    yield rp.take(v, rp.flip(rp.arange(60_000))), long[::-1]
    yield v[v > 0.5], long[long > 0.5]
    yield rp.linalg.solve(m, a[:200, :]), np.linalg.solve(square, dense[:200])
    yield rp.linalg.cholesky(m), np.linalg.cholesky(square)
    yield rp.fft.fft(rp.astype(v, rp.complex128)), np.fft.fft(long)
    c = rp.chunked.from_tensor(a, chunks=(50, 100))
    yield (rp.exp(c).T @ c).compute(), np.exp(dense).T @ dense
    yield rp.chunked.from_tensor(v, chunks=7_000)[::3].compute(), long[::3]
    yield c.map_blocks(lambda block: block + 1.0).compute(), dense + 1.0

def check():
    for k, (got, expected) in enumerate(operations()):
        got = got.to_numpy()
        assert got.shape == expected.shape and np.allclose(got, expected), k
"""
check: Callable[[], None]
exec(OPERATIONS)


def wait_for(child, seconds):
    """The exit code of a forked child; it is ended if it hangs."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "it hangs"


def forked(work, seconds=120):
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = work() or 0
        except BaseException as error:
            print(repr(error), file=sys.stderr)
        finally:
            os._exit(code)
    return wait_for(child, seconds)


pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def test_a_forked_child_computes_and_so_does_its_own_child():
    check()
    assert forked(check) == 0

    def check_and_fork():
        check()
        return forked(check)

    assert forked(check_and_fork) == 0
    check()


def test_a_child_forked_while_other_threads_compute():
    stop = threading.Event()
    x = rp.asarray(np.random.default_rng(1).random((500, 500)))
    c = rp.chunked.from_tensor(x, chunks=100)
    shared = rp.zeros(50_000)

    def busy(k):
        while not stop.is_set():
            rp.sort(rp.reshape(x @ x, (-1,)))
            rp.sum(c.map_blocks(lambda block: block * 2.0)).compute()
            shared[k] = 1.0

    threads = [threading.Thread(target=busy, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    try:
        def work():
            check()
            shared[7] = 2.0
            assert float(shared[7]) == 2.0
            return 0

        assert [forked(work) for _ in range(4)] == [0] * 4
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def in_child(_):
    check()
    return os.getpid()


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing(method):
    check()
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert len(pool.map_async(in_child, range(2)).get(timeout=300)) == 2


@pytest.mark.parametrize("threads", ["1", "3"])
def test_any_number_of_threads(threads):
    program = OPERATIONS + "\nimport threading\n" + (
        "ts = [threading.Thread(target=check) for _ in range(8)]\n"
        "[t.start() for t in ts]; [t.join() for t in ts]; check()"
    )
    environment = dict(os.environ, RAYON_NUM_THREADS=threads)
    subprocess.run([sys.executable, "-c", program], env=environment, timeout=300, check=True)


INTERRUPTED = """
import os, signal, threading, time
import numpy as np
import redpoll as rp

large = rp.asarray(np.random.default_rng(0).random(3_000_000))
square = rp.reshape(large[:2_250_000], (1500, 1500))
c = rp.chunked.from_tensor(large, chunks=10_000)
slow = c.map_blocks(lambda block: (time.sleep(0.1), block)[1])
many = rp.chunked.from_tensor(rp.zeros((4000, 4000)), chunks=(10, 10))

def eager():
    x = square
    while True:
        x = x @ square

def block():
    y = rp.chunked.from_tensor(square, chunks=-1)
    for _ in range(60):
        y = y @ y
    y.compute()

def explain():
    while True:
        (many + many.T).explain()

cases = {
    "float": lambda: float(rp.sum(slow)),
    "bool": lambda: bool(rp.any(slow)),
    "asarray": lambda: np.asarray(slow),
    "mask": lambda: slow[slow > 0.5],
    "nonzero": lambda: rp.nonzero(slow),
    "persist": lambda: slow.persist(),
    "compute": lambda: rp.sum(slow).compute(),
    "iteration": lambda: [float(v) for v in rp.sort(slow)],
    "sleep": lambda: c.map_blocks(lambda block: (time.sleep(20), block)[1]).compute(threads=1),
    "eager": eager,
    "block": block,
    "explain": explain,
}

def interrupt():
    time.sleep(0.7)
    started.append(time.monotonic())
    os.kill(os.getpid(), signal.SIGINT)

for name, case in cases.items():
    started = []
    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        case()
    except KeyboardInterrupt:
        pass
    else:
        print(name, "was not interrupted")
    ended = time.monotonic()
    thread.join()
    if ended - started[0] > 1.0:
        print(name, "went on for", ended - started[0])
    assert float(rp.sum(large[:100_000])) > 0.0, "what was interrupted leaves nothing behind"
"""


def test_ctrl_c_ends_everything_in_a_second():
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], timeout=300, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_ends_a_program_comes_out_of_a_function_on_blocks(error):
    def end(block):
        raise error("on purpose")

    with pytest.raises(error, match="on purpose"):
        rp.chunked.from_tensor(rp.zeros(10), chunks=2).map_blocks(end).compute()


def test_other_exceptions_are_causes():
    def fail(block):
        raise KeyError("on purpose")

    with pytest.raises(RuntimeError) as raised:
        rp.chunked.from_tensor(rp.zeros(10), chunks=10).map_blocks(fail).compute()
    assert isinstance(raised.value.__cause__, KeyError)
