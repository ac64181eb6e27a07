// Plain C kernels with run-time dispatch.
