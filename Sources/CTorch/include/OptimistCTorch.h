// The C interface to LibTorch.
