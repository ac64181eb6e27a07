"""Spaces of Gymnasium as rows of numbers: the first half of the worker's program.

It is read together with worker.py, which defines `Failure` and loads `np` and `spaces`.
"""

LARGEST_INDEX = 1 << 24


def is_picture(space):
    """Whether a box holds bytes that use the whole range."""
    return space.dtype == np.uint8 and bool((space.low == 0).all() and (space.high == 255).all())


def describe(space, role):
    """A space's kind, counts and shape, and its bounds as 32-bit floats (low, then high)."""
    if isinstance(space, spaces.Box):
        if role == "observation" and is_picture(space):
            return {"kind": "bytes", "shape": list(space.shape)}, b""
        with np.errstate(over="ignore"):
            bounds = np.stack([space.low, space.high]).astype(np.float32)
        return {"kind": "box", "shape": list(space.shape)}, bounds.tobytes()
    if isinstance(space, spaces.Discrete):
        return {"kind": "discrete", "shape": [], "counts": counts(space, [space.n])}, b""
    if isinstance(space, spaces.MultiDiscrete):
        sizes = counts(space, space.nvec.ravel())
        return {"kind": "multiDiscrete", "shape": list(space.shape), "counts": sizes}, b""
    if isinstance(space, spaces.MultiBinary):
        return {"kind": "multiBinary", "shape": list(space.shape)}, b""
    if role == "observation" and isinstance(space, (spaces.Dict, spaces.Tuple)):
        bounds = np.concatenate([flat_bounds(part) for part in parts(space)], axis=1)
        return {"kind": "box", "shape": [bounds.shape[1]]}, bounds.tobytes()
    raise unsupported(space)


def unsupported(space):
    return Failure("space", str(space))


def counts(space, sizes):
    """Sizes as plain numbers; an index must be exact as a 32-bit float."""
    sizes = [int(size) for size in sizes]
    if any(size < 1 or size > LARGEST_INDEX for size in sizes):
        raise unsupported(space)
    return sizes


def parts(space):
    """The parts of a dictionary (in its own order) or tuple of spaces."""
    return list(space.spaces.values() if isinstance(space, spaces.Dict) else space.spaces)


def flat_bounds(space):
    """Bounds `[2, width]` of a space flattened to floats; indices become one-hot."""
    if isinstance(space, spaces.Box):
        with np.errstate(over="ignore"):
            return np.stack([space.low.ravel(), space.high.ravel()]).astype(np.float32)
    if isinstance(space, spaces.Discrete):
        return unit_bounds(sum(counts(space, [space.n])))
    if isinstance(space, spaces.MultiDiscrete):
        return unit_bounds(sum(counts(space, space.nvec.ravel())))
    if isinstance(space, spaces.MultiBinary):
        return unit_bounds(int(np.prod(space.shape)))
    if isinstance(space, (spaces.Dict, spaces.Tuple)):
        return np.concatenate([flat_bounds(part) for part in parts(space)], axis=1)
    raise unsupported(space)


def unit_bounds(width):
    return np.stack([np.zeros(width, np.float32), np.ones(width, np.float32)])


def observation_writer(space):
    """A function that writes an observation into a row of the space's own shape."""
    if isinstance(space, spaces.Box):
        return box_writer(space.shape, np.uint8 if is_picture(space) else None)
    if isinstance(space, spaces.Discrete):
        return index_writer(int(space.start))
    if isinstance(space, spaces.MultiDiscrete):
        return indices_writer(space)
    if isinstance(space, spaces.MultiBinary):
        return box_writer(space.shape, None)
    return flat_writer(space)


def box_writer(shape, dtype):
    def write(value, row):
        if type(value) is not np.ndarray:
            value = np.asarray(value)
        if value.shape != shape:
            raise misfit("has shape %s, the space says %s" % (value.shape, shape))
        if dtype is not None and value.dtype != dtype:
            raise misfit("holds %s, the space says %s" % (value.dtype, np.dtype(dtype)))
        row[...] = value

    return write


def misfit(detail):
    return Failure("observation", "the observation " + detail)


def index_writer(start):
    def write(value, row):
        row[...] = value - start

    return write


def indices_writer(space):
    shape, start = space.shape, space.start

    def write(value, row):
        value = np.asarray(value)
        if value.shape != shape:
            raise misfit("has shape %s, the space says %s" % (value.shape, shape))
        row[...] = value - start

    return write


def flat_writer(space):
    """Writes a dictionary or tuple of values one after another into a flat row."""
    if isinstance(space, spaces.Box) or isinstance(space, spaces.MultiBinary):
        shape, write_box = space.shape, box_writer(space.shape, None)
        return lambda value, row: write_box(value, row.reshape(shape))
    if isinstance(space, spaces.Discrete):
        return one_hot_writer([int(space.n)], [int(space.start)])
    if isinstance(space, spaces.MultiDiscrete):
        return one_hot_writer(space.nvec.ravel().tolist(), space.start.ravel().tolist())
    is_dictionary = isinstance(space, spaces.Dict)
    pieces, begin = [], 0
    keys = space.spaces.keys() if is_dictionary else range(len(space.spaces))
    for key, part in zip(keys, parts(space)):
        end = begin + flat_bounds(part).shape[1]
        pieces.append((key, slice(begin, end), flat_writer(part)))
        begin = end

    def write(value, row):
        if len(value) != len(pieces):
            raise misfit("has %d parts, the space has %d" % (len(value), len(pieces)))
        for key, place, write_part in pieces:
            write_part(value[key], row[place])

    return write


def one_hot_writer(sizes, starts):
    def write(value, row):
        row[...] = 0
        begin = 0
        for index, size, start in zip(np.ravel(value), sizes, starts):
            index = int(index) - start
            if not 0 <= index < size:
                raise misfit("holds %d, not an index below %d" % (index, size))
            row[begin + index] = 1
            begin += size

    return write


def action_reader(space, row):
    """A function that makes an action of the space from a row of floats, a fresh one each time."""
    if isinstance(space, spaces.Discrete):
        start = int(space.start)
        return lambda: np.int64(start + int(row))
    if isinstance(space, spaces.MultiDiscrete):
        start, dtype = space.start, space.dtype
        return lambda: (row + start).astype(dtype)
    if isinstance(space, spaces.Box) and space.dtype == np.float32:
        return row.copy
    if isinstance(space, spaces.Box) and space.dtype.kind in "iu":
        return lambda: np.rint(row).astype(space.dtype)
    return lambda: row.astype(space.dtype)
