#!/bin/sh
# Builds the C interface to LibTorch alone, as a shared library with a plain C ABI.
#
#   Scripts/build-engine.sh OUTPUT.so
#
# It needs g++ and a LibTorch, but no Swift: a program with a static Swift standard library then
# runs beside another build of LibTorch, such as one for CUDA. The variable LIBTORCH names the
# folder of that build (default: .deps/torch), CXX and CC the compilers (default: g++ and gcc).
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 OUTPUT.so" >&2
    exit 64
fi
output=$1
root=$(cd "$(dirname "$0")/.." && pwd)
libtorch=${LIBTORCH:-$root/.deps/torch}
if [ ! -f "$libtorch/include/ATen/ATen.h" ]; then
    echo "$0: no LibTorch in $libtorch: run 'make setup', or set LIBTORCH" >&2
    exit 69
fi

objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT
compile() { # name, compiler and its flags
    echo "compiling $1" >&2
    shift
    "$@"
}
for source in $(cd "$root/Sources" && find CTorch CKernels -name '*.c' -o -name '*.cpp' | sort); do
    name=$(echo "$source" | tr / -)
    case $source in
    *.c) compile "$source" "${CC:-gcc}" -std=gnu11 -O2 -fPIC \
        -I "$root/Sources/CKernels/include" -c "$root/Sources/$source" -o "$objects/$name.o" ;;
    *.cpp) compile "$source" "${CXX:-g++}" -std=c++20 -O2 -fPIC \
        -isystem "$libtorch/include" -isystem "$libtorch/include/torch/csrc/api/include" \
        -I "$root/Sources/CTorch/include" -I "$root/Sources/CKernels/include" \
        -c "$root/Sources/$source" -o "$objects/$name.o" ;;
    esac
done
"${CXX:-g++}" -shared -Wl,--no-undefined -o "$output" "$objects"/*.o \
    -L "$libtorch/lib" -Wl,-rpath,"$libtorch/lib" -ltorch_cpu -lc10 -lpthread -ldl -lm
echo "built $output" >&2
