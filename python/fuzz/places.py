"""Operations on places: elements moved, joined, selected, assigned and ordered."""

from __future__ import annotations

from cases import Step, Value
from draw import ALL, REAL, DoesNotFit, Draw, beside, mixable

def reindex(d: Draw) -> Step:
    k = d.value(ALL)
    x = d.values[k]
    n = x.ndim
    kind = d.pick(["permute", "reshape", "broadcast", "flip", "roll", "expand", "squeeze", "move", "tile", "repeat", "t"])
    if kind == "permute":
        axes = list(range(n))
        d.source.random.shuffle(axes)
        text = f"xp.permute_dims({{0}}, {tuple(axes)})"
    elif kind == "reshape":
        first = d.pick([f for f in (1, 2, 3, 4, 6) if x.size % f == 0] or [1])
        text = f"xp.reshape({{0}}, ({first}, {x.size // first}))" if d.chance(0.7) else "xp.reshape({0}, (-1,))"
        if x.size == 0 and "-1" in text:
            text = "xp.reshape({0}, (0,))"
    elif kind == "broadcast":
        text = f"xp.broadcast_to({{0}}, {(d.between(0, 3), *x.shape)})"
    elif kind == "flip":
        text = f"xp.flip({{0}}, axis={d.axes(n)})"
    elif kind == "roll":
        axis = d.axis(n) if n and d.chance(0.7) else None
        text = f"xp.roll({{0}}, {d.between(-7, 7)}, axis={axis})"
    elif kind == "expand":
        text = f"xp.expand_dims({{0}}, axis={d.between(-n - 1, n)})"
    elif kind == "squeeze":
        text = f"xp.squeeze({{0}}, axis={tuple(a for a in range(n) if x.shape[a] == 1)})"
    elif kind == "move":
        text = f"xp.moveaxis({{0}}, {d.axis(n)}, {d.axis(n)})"
    elif kind == "tile":
        text = f"xp.tile({{0}}, {tuple(d.between(0, 2) for _ in range(d.between(0, n + 1)))})"
    elif kind == "repeat":
        text = f"xp.repeat({{0}}, {d.between(0, 3)}, axis={d.axis(n)})"
    else:
        k = d.value(ALL, 2)
        text = d.pick(["xp.matrix_transpose({0})", "{0}.mT"])
    return Step(text, (k,))


def join(d: Draw) -> Step:
    k = d.value(ALL)
    x = d.values[k]
    kind = d.pick(["concat", "stack", "unstack", "meshgrid", "broadcast"])
    if kind == "unstack":
        axis = d.axis(x.ndim)
        if x.shape[axis] == 0:
            raise DoesNotFit
        return Step(f"xp.unstack({{0}}, axis={axis})[{d.between(0, x.shape[axis] - 1)}]", (k,))
    if kind == "meshgrid":
        k, other = d.value(ALL, 1, 1), d.value(ALL, 1, 1)
        return Step(f"xp.meshgrid({{0}}, {{1}}, indexing={d.pick(['xy', 'ij'])!r})[{d.between(0, 1)}]", (k, other))
    if kind == "broadcast":
        return Step(f"xp.broadcast_arrays({{0}}, {{1}})[{d.between(0, 1)}]", (k, beside(d, ALL, k)))
    axis = d.axis(x.ndim + (kind == "stack"))

    def fits(y: Value) -> bool:
        a = axis % max(x.ndim, 1)
        same = y.ndim == x.ndim and y.shape[:a] + y.shape[a + 1 :] == x.shape[:a] + x.shape[a + 1 :]
        return (same if kind == "concat" else y.shape == x.shape) and mixable(x.dtype, y.dtype)

    others = [d.value(ALL, ok=fits) for _ in range(d.between(1, 2))]
    names = ", ".join(f"{{{k}}}" for k in range(1 + len(others)))
    return Step(f"xp.{kind}([{names}], axis={axis})", (k, *others))


def index_text(d: Draw, x: Value, arrays: bool) -> str:
    """An index expression."""
    items: list[str] = []
    for n in x.shape:
        draw = d.between(0, 9)
        if draw < 2 and n:
            items.append(str(d.between(-n, n - 1)))
        elif draw < 6:
            bound = [d.pick(["", str(d.between(-n - 1, n + 1))]) for _ in range(2)]
            items.append(f"{bound[0]}:{bound[1]}:{d.pick(['', '2', '-1', '-2', '3'])}")
        elif draw < 7 and arrays and n:
            items.append(d.indices((d.between(0, 4),) if d.chance(0.7) else (2, 1), n))
        elif draw < 8 and arrays:
            items.append(f"xp.asarray({[d.chance(0.5) for _ in range(n)]}, dtype=xp.bool)")
        else:
            items.append(":")
    if d.chance(0.3):
        cut = d.between(0, len(items))
        items = [*items[:cut], "..."] if cut < len(items) else items
    if d.chance(0.2):
        items.insert(d.between(0, len(items)), "None")
    return ", ".join(items) or "..."


def select(d: Draw) -> Step:
    k = d.value(ALL)
    x = d.values[k]
    kind = d.pick(["index", "index", "arrays", "arrays", "mask", "take", "along", "tri", "assign", "assign", "fill"])
    if kind in ("index", "arrays"):
        return Step(f"{{0}}[{index_text(d, x, kind == 'arrays')}]", (k,))
    if kind == "mask":
        return Step("{0}[{0} != 0]" if d.chance(0.5) else "{0}[xp.flip({0} != 0)]", (k,))
    if kind == "take":
        axis = d.axis(x.ndim)
        return Step(f"xp.take({{0}}, {d.indices((d.between(0, 5),), x.shape[axis])}, axis={axis})", (k,))
    if kind == "along":
        k = d.value(REAL, 1)
        axis = d.axis(d.values[k].ndim)
        return Step(f"xp.take_along_axis({{0}}, xp.argsort({{0}}, axis={axis}), axis={axis})", (k,))
    if kind == "tri":
        return Step(f"xp.{d.pick(['tril', 'triu'])}({{0}}, k={d.between(-3, 3)})", (d.value(ALL, 2),))
    number = {"b": "True", "f": d.pick(["-1.5", "0.0", "nan", "-0.0"]), "c": "(1+2j)"}.get(x.dtype.kind, "3")
    if kind == "fill":
        return Step(number, (k,), key=index_text(d, x, d.chance(0.4)))
    key = index_text(d, x, False)
    return Step(f"xp.flip({{0}})[{key}]" if d.chance(0.5) else f"xp.asarray({number}, dtype=xp.{x.dtype.name})", (k,), key=key)


def order(d: Draw) -> Step:
    kind = d.pick(["sort", "argsort", "search", "nonzero", "unique_values", "unique_counts", "unique_inverse", "unique_all", "isin"])
    if kind in ("sort", "argsort"):
        k = d.value(REAL, 1)
        return Step(f"xp.{kind}({{0}}, axis={d.axis(d.values[k].ndim)}, descending={d.chance(0.5)})", (k,))
    if kind == "search":
        k = d.value(REAL, 1, 1)
        other = d.value([d.values[k].dtype.name])
        return Step(f"xp.searchsorted(xp.sort({{0}}), {{1}}, side={d.pick(['left', 'right'])!r})", (k, other))
    if kind == "nonzero":
        k = d.value(ALL, 1)
        return Step(f"xp.nonzero({{0}})[{d.between(0, d.values[k].ndim - 1)}]", (k,))
    if kind == "isin":
        k = d.value(REAL)
        other = d.value([d.values[k].dtype.name])
        return Step(f"xp.isin({{0}}, {{1}}, invert={d.chance(0.4)})", (k, other))
    k = d.value(["bool", *REAL])
    field = {"unique_values": "", "unique_counts": d.pick([".values", ".counts"])}.get(kind)
    if field is None:
        field = d.pick([".values", ".inverse_indices"] + ([".indices", ".counts"] if kind == "unique_all" else []))
    return Step(f"xp.{kind}({{0}}){field}", (k,))
