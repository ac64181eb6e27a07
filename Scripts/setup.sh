#!/usr/bin/env bash
# Brings in what the build and the tests need and a Swift toolchain does not have. Run it as often
# as you like: what is there already is left alone, and nothing is ever left half installed.
#
#   system packages   the header of SQLite, the headers of the C++ library, rsvg-convert
#   .deps/python      Python with Gymnasium and MuJoCo      (or set OPTIMIST_PYTHON)
#   .deps/torch       LibTorch: its libraries and headers   (or set LIBTORCH)
#
# Exit codes: 0 all is in place, 64 a variable makes no sense, 69 something is missing that this
# script cannot bring in (the message says how to), 74 no space or a failed write.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly torch_version=2.13.0
readonly swift_version=6.2
readonly python_version=3.11
readonly requirements=Scripts/requirements.txt

say() { printf 'setup: %s\n' "$*"; }

refuse() {
    local code=$1
    shift
    printf 'setup: %s\n' "$@" >&2
    exit "$code"
}

# True when version $1 is at least version $2.
at_least() { printf '%s\n%s\n' "$2" "$1" | sort --check=quiet --version-sort; }

# --- The Swift toolchain -------------------------------------------------------------------------

check_swift() {
    command -v swift >/dev/null || refuse 69 \
        "there is no 'swift' in PATH: Optimist is built with Swift $swift_version or later." \
        "Install a toolchain from https://www.swift.org/install and run this again."
    local found
    found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)
    at_least "${found:-0}" "$swift_version" || refuse 69 \
        "Swift ${found:-of unknown version} is too old: Optimist needs $swift_version or later." \
        "Install a newer toolchain from https://www.swift.org/install and run this again."
}

# The C++ compiler that the package manager will use: the toolchain's own.
find_clang() {
    local swift
    swift=$(command -v swift)
    for clang in "$(dirname "$swift")/clang++" \
        "$(dirname "$(readlink -f "$swift")")/clang++" "$(command -v clang++ || true)"; do
        [[ -x $clang ]] && return
    done
    refuse 69 "the toolchain of $swift has no clang++: install a complete Swift toolchain."
}

# --- System packages -----------------------------------------------------------------------------

compiles() { "$clang" "$@" -o /dev/null 2>/dev/null; }

has_cxx_library() { compiles -x c++ - <<<$'#include <vector>\nint main() {}'; }

has_sqlite() {
    compiles -x c - -nostdlib++ -lsqlite3 <<<$'#include <sqlite3.h>\nint main() { sqlite3_free(0); }'
}

# The Python that virtual environments are made from. Debian keeps a part of `venv` in a package.
has_venv() {
    command -v python3 >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null
}

needs_python() { [[ -z ${OPTIMIST_PYTHON:-} ]] && ! python_is_complete; }
needs_torch() { [[ -z ${LIBTORCH:-} ]] && [[ $(torch_header_version .deps/torch) != "$torch_version" ]]; }

# Fills `missing` (packages that must be there) and `wished` (packages that some outputs need).
list_missing_packages() {
    missing=() wished=()
    # g++ brings the C++ library's headers that belong to the C library's compiler files.
    has_cxx_library || missing+=(g++)
    has_sqlite || missing+=(libsqlite3-dev)
    if needs_python || needs_torch; then has_venv || missing+=(python3-venv); fi
    command -v rsvg-convert >/dev/null || wished+=(librsvg2-bin)
}

explain() {
    case $1 in
        g++) echo "the tensor library is used through C++, whose standard headers are missing" ;;
        libsqlite3-dev) echo "the store of a run is compiled against SQLite's header" ;;
        python3-venv) echo "Gymnasium and LibTorch come through a Python virtual environment" ;;
        librsvg2-bin) echo "rsvg-convert turns plots into PNG pictures (SVG needs nothing)" ;;
    esac
}

# Fills `apt`, the beginning of a command that installs packages; fails when there is no way to.
find_apt() {
    local become_root=()
    command -v apt-get >/dev/null || return
    if [[ $(id -u) != 0 ]]; then
        # Without a terminal sudo must not ask for a password.
        command -v sudo >/dev/null && { [[ -t 0 ]] || sudo -n true 2>/dev/null; } || return
        become_root=(sudo)
    fi
    apt=("${become_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get
        --quiet --quiet --option DPkg::Lock::Timeout=300)
}

refuse_packages() {
    local reason=$1 package
    shift
    for package in "$@"; do say "missing: $package ($(explain "$package"))" >&2; done
    refuse 69 "$reason. As root, run:" "    apt-get install $*" \
        "(on another system: the packages of the same purpose), then run this again."
}

install_packages() {
    local package apt
    if ! find_apt; then
        if [[ ${#missing[@]} -gt 0 || -n ${CI:-} ]]; then
            refuse_packages "this needs root or sudo, and apt-get" "${missing[@]}" "${wished[@]}"
        fi
        say "note: no rsvg-convert, so plots cannot be written as PNG (SVG can)." \
            "To have it: apt-get install ${wished[*]}"
        return
    fi
    for package in "${missing[@]}" "${wished[@]}"; do
        say "installing $package: $(explain "$package")"
    done
    "${apt[@]}" update || say "note: apt-get update failed; trying with the lists at hand"
    "${apt[@]}" install --yes --no-install-recommends "${missing[@]}" "${wished[@]}" \
        </dev/null >/dev/null || refuse_packages "apt-get failed" "${missing[@]}" "${wished[@]}"
    list_missing_packages
    [[ ${#missing[@]} == 0 ]] ||
        refuse_packages "installed, but still not found by $clang" "${missing[@]}"
}

# --- Python --------------------------------------------------------------------------------------

# A virtual environment cannot be moved. It is made under a name of its own, and `.deps/python`
# becomes a link to it as the last step: the link exists only when everything behind it does.
python_is_complete() {
    cmp --silent "$requirements" .deps/python/requirements.txt &&
        .deps/python/bin/python -c '' 2>/dev/null
}

install_python() {
    local found folder
    found=$(python3 -c 'import platform; print(platform.python_version())')
    at_least "$found" "$python_version" || refuse 69 \
        "python3 is version $found, and Gymnasium's packages need $python_version or later." \
        "Put a newer one first in PATH, or set OPTIMIST_PYTHON to one that has $requirements."
    folder=$(mktemp --directory --tmpdir="$PWD/.deps" "python-$found-XXXXXX")
    chmod 755 "$folder"
    trap 'rm -rf "$folder"' EXIT
    say "making .deps/python (Python $found): Gymnasium and MuJoCo environments run in it"
    python3 -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --requirement "$requirements" || refuse 69 \
        "pip could not install $requirements (its message is above)." \
        "Set OPTIMIST_PYTHON to a Python that has these packages, or run this again."
    cp "$requirements" "$folder/requirements.txt"
    ln --symbolic --force --no-dereference "$(basename "$folder")" "$folder.link"
    mv --force --no-target-directory "$folder.link" .deps/python
    trap - EXIT
    remove_old_pythons
}

# Those that `.deps/python` does not point to: replaced ones, and what an interruption left.
remove_old_pythons() {
    local folder
    for folder in .deps/python-*; do
        [[ $folder -ef .deps/python ]] || rm -rf "$folder"
    done
}

# Every package that the requirements name, in the Python that the user gave.
check_given_python() {
    "$OPTIMIST_PYTHON" Scripts/check_requirements.py "$requirements" || refuse 69 \
        "OPTIMIST_PYTHON ($OPTIMIST_PYTHON) cannot serve as the environments' Python." \
        "Run: \"$OPTIMIST_PYTHON\" -m pip install --requirement $requirements," \
        "or unset OPTIMIST_PYTHON to have one made in .deps/python."
}

# --- LibTorch ------------------------------------------------------------------------------------

# The version that the headers in folder $1 name; nothing when there is no LibTorch.
torch_header_version() {
    local header=$1/include/torch/headeronly/version.h
    [[ -f $1/lib/libtorch_cpu.so && -f $1/lib/libc10.so && -f $header ]] || return 0
    sed -n -E 's/^#define TORCH_VERSION_(MAJOR|MINOR|PATCH) ([0-9]+).*/\2/p' "$header" |
        paste --serial --delimiters=.
}

install_torch() {
    [[ ! -L .deps/torch ]] || refuse 69 \
        ".deps/torch is a link to $(readlink .deps/torch), which is not LibTorch $torch_version." \
        "Remove the link to have LibTorch installed, or set LIBTORCH."
    say "installing LibTorch $torch_version into .deps/torch: tensors and gradients"
    local python=${OPTIMIST_PYTHON:-.deps/python/bin/python}
    "$python" -m pip --version >/dev/null 2>&1 || python=python3
    "$python" Scripts/install_libtorch.py "$torch_version" .deps
}

check_given_torch() {
    [[ $LIBTORCH == /* ]] || refuse 64 \
        "LIBTORCH is '$LIBTORCH': the linker needs the absolute path of the folder."
    local found
    found=$(torch_header_version "$LIBTORCH")
    [[ -n $found ]] || refuse 69 \
        "LIBTORCH is '$LIBTORCH', where lib/libtorch_cpu.so, lib/libc10.so or" \
        "include/torch/headeronly/version.h is missing: name the folder that holds lib/ and" \
        "include/, or unset LIBTORCH to have LibTorch installed in .deps/torch."
    at_least "$found" "$torch_version" || refuse 69 \
        "LIBTORCH is '$LIBTORCH', version $found: Optimist needs $torch_version or later."
    [[ $found == "$torch_version" ]] ||
        say "note: LIBTORCH is version $found; Optimist is tested with $torch_version"
}

# --- All of it -----------------------------------------------------------------------------------

# One set-up at a time; what an interrupted one left is removed.
take_turn() {
    mkdir -p .deps
    exec 9>.deps/lock
    flock --nonblock 9 || { say "waiting for another set-up in this folder" && flock 9; }
    rm -rf .deps/incoming-*
    remove_old_pythons
}

main() {
    check_swift
    find_clang
    list_missing_packages
    [[ ${#missing[@]} == 0 && ${#wished[@]} == 0 ]] || install_packages
    if needs_python || needs_torch; then take_turn; fi
    if [[ -n ${OPTIMIST_PYTHON:-} ]]; then check_given_python; fi
    if needs_python; then install_python; fi
    if [[ -n ${LIBTORCH:-} ]]; then check_given_torch; fi
    if needs_torch; then install_torch; fi
    say "in place: LibTorch $(torch_header_version "${LIBTORCH:-.deps/torch}") in" \
        "${LIBTORCH:-.deps/torch}, Python in ${OPTIMIST_PYTHON:-.deps/python}"
}

main "$@"
