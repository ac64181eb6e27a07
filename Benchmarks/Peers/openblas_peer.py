"""OpenBLAS: a product of 2048 by 2048 matrices. OPENBLAS_CORETYPE chooses its kernels."""

import ctypes
import os

import numpy
import scipy_openblas32


def product():
    library = ctypes.CDLL(
        os.path.join(scipy_openblas32.get_lib_dir(), "libscipy_openblas.so"))
    library.scipy_openblas_set_num_threads(len(os.sched_getaffinity(0)))
    n = 2048
    a, b = (numpy.random.rand(n, n).astype(numpy.float32) for _ in range(2))
    c = numpy.zeros((n, n), numpy.float32)
    pointer = lambda m: m.ctypes.data_as(ctypes.c_void_p)
    real = ctypes.c_float

    def run():
        # Row-major, neither factor transposed.
        library.scipy_cblas_sgemm(
            101, 111, 111, n, n, n, real(1), pointer(a), n, pointer(b), n, real(0), pointer(c), n)

    run()
    if abs(c - a @ b).max() > 1e-2:
        raise RuntimeError("OpenBLAS differs from NumPy")
    return run


def work():
    library = ctypes.CDLL(
        os.path.join(scipy_openblas32.get_lib_dir(), "libscipy_openblas.so"))
    library.scipy_openblas_get_corename.restype = ctypes.c_char_p
    return {"version": library.scipy_openblas_get_corename().decode(), "product": product}
