"""Installs LibTorch (libraries and headers, no Python part) from PyTorch's wheel.

    python install_libtorch.py VERSION FOLDER      writes FOLDER/torch

The wheel made for the CPU alone is taken where pip finds it. Many package indexes carry only the
one made for CUDA: then that one is taken, without the parts that need a GPU, together with the two
small NVIDIA libraries that its CPU part is linked to. They go beside `torch`, where it looks for
them. Everything is unpacked and tried aside, and renamed as the last step.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile

# Only C++ libraries and headers are taken, so the wheel's Python version does not matter; a fixed
# one gives everybody the same file.
WHEEL_PYTHON = "3.11"

# Libraries in the wheel that serve Python, PyTorch's own tests, or a GPU.
UNUSED = re.compile(r"python|_test|shm|backend_with_compiler|aoti|cuda|nvrtc")

# What a library is linked to may lie in these folders beside `torch`.
SIBLINGS = ("torch.libs", "nvidia")

SPACE = {"cpu": 900 << 20, "cuda": 1400 << 20}


class Refusal(Exception):
    """What went wrong and what to do, with the exit code of the set-up."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def say(text):
    print(f"setup: {text}", flush=True)


def require_space(folder, kind):
    free = shutil.disk_usage(folder).free
    if free < SPACE[kind]:
        raise Refusal(
            74,
            f"{folder} has {free >> 20} MB of free space and LibTorch needs "
            f"{SPACE[kind] >> 20} MB while it is unpacked: make room and run this again.",
        )


def pip_command(aside):
    """This Python's pip, or that of a virtual environment made for the moment."""
    own = [sys.executable, "-m", "pip"]
    if subprocess.run([*own, "--version"], check=False, capture_output=True).returncode == 0:
        return own
    venv.create(aside / "pip", with_pip=True)
    return [str(aside / "pip" / "bin" / "python"), "-m", "pip"]


def download(pip, requirement, folder, *options):
    """The wheels of a requirement in `folder`."""
    folder.mkdir()
    fixed = ("--only-binary=:all:", "--dest", str(folder))
    command = [*pip, "download", *fixed, *options, requirement]
    finished = subprocess.run(command, check=False, stderr=subprocess.PIPE, text=True)
    if finished.returncode == 0:
        return sorted(folder.glob("*.whl"))
    raise Refusal(
        69,
        f"pip could not download {requirement}:\n{finished.stderr}"
        "Point pip at an index that has it, or set LIBTORCH to a folder with LibTorch's lib and "
        "include.",
    )


def download_torch(pip, version, aside):
    """The wheel, and the NVIDIA wheels that belong to it (none for the CPU one)."""
    fixed = ("--no-deps", "--python-version", WHEEL_PYTHON)
    try:
        return download(pip, f"torch=={version}+cpu", aside / "cpu", *fixed)[0], []
    except Refusal as refusal:
        if "No matching distribution" not in str(refusal):
            raise
    say(f"pip finds no torch=={version}+cpu: taking torch=={version} (about 550 MB to download)")
    require_space(aside, "cuda")
    wheel = download(pip, f"torch=={version}", aside / "plain", *fixed)[0]
    toolkit = toolkit_requirement(wheel)
    if toolkit is None:
        return wheel, []
    say(f"downloading what its CPU part is linked to: {toolkit}")
    parts = download(pip, toolkit, aside / "toolkit")
    return wheel, [part for part in parts if part.name.startswith("nvidia_")]


def toolkit_requirement(wheel):
    """CUDA's run-time and profiling libraries in the version that the wheel's metadata names."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        text = archive.read(name).decode("utf-8")
    match = re.search(r"^Requires-Dist: cuda-toolkit\[[\w,]+\]==([\w.]+)", text, re.MULTILINE)
    return f"cuda-toolkit[cudart,cupti]=={match[1]}" if match else None


def is_wanted(name):
    folder, _, rest = name.partition("/")
    if folder in SIBLINGS:
        return ".so" in rest
    if folder != "torch":
        return False
    if rest.startswith("lib/"):
        return not UNUSED.search(rest)
    return rest.startswith("include/") or rest == "version.py"


def unpack(wheel, folder):
    """Unpacks what is wanted; zipfile checks sums and refuses paths that lead outside."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if is_wanted(name)])


def check(torch, version):
    """The version that the wheel states, and that the loader finds all that it is linked to."""
    text = (torch / "version.py").read_text()
    stated = re.search(r"^__version__ = '([^']*)'", text, re.MULTILINE)
    if not stated or stated[1].partition("+")[0] != version:
        raise Refusal(69, f"the wheel states version {stated and stated[1]}, not {version}.")
    library = torch / "lib" / "libtorch_cpu.so"
    script = "import ctypes, sys; ctypes.CDLL(sys.argv[1])"
    loaded = subprocess.run(
        [sys.executable, "-c", script, str(library)], check=False, capture_output=True, text=True
    )
    if loaded.returncode != 0:
        raise Refusal(69, f"LibTorch was unpacked and cannot be loaded:\n{loaded.stderr}")
    return stated[1]


def replace(source, target):
    if target.exists():
        shutil.rmtree(target)
    source.rename(target)


def install(version, folder):
    require_space(folder, "cpu")
    with tempfile.TemporaryDirectory(prefix="incoming-", dir=folder) as name:
        aside = pathlib.Path(name)
        wheel, parts = download_torch(pip_command(aside), version, aside)
        unpacked = aside / "unpacked"
        for archive in [wheel, *parts]:
            say(f"unpacking {archive.name}")
            unpack(archive, unpacked)
        stated = check(unpacked / "torch", version)
        # `torch` last: where it exists, all that it needs exists.
        for part in [*SIBLINGS, "torch"]:
            if (unpacked / part).exists():
                replace(unpacked / part, folder / part)
    say(f"LibTorch {stated} is in {folder / 'torch'}")


def main(arguments):
    version, folder = arguments[0], pathlib.Path(arguments[1]).resolve()
    try:
        install(version, folder)
    except Refusal as refusal:
        print(f"setup: {refusal}", file=sys.stderr)
        return refusal.code
    except OSError as error:
        print(f"setup: LibTorch was not installed: {error}", file=sys.stderr)
        return 74
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
