"""Checks that this Python has the packages that a requirements file names.

A missing package is an error (exit code 1); another version than the one named is only noted.
"""

import importlib.metadata
import re
import sys


def main(path):
    missing = []
    with open(path, encoding="utf-8") as file:
        lines = [line.split("#")[0].strip() for line in file]
    for line in filter(None, lines):
        name, wanted = re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", line).groups()
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(line)
            continue
        if found != wanted:
            print(f"setup: note: {name} is version {found}; Optimist is tested with {wanted}")
    for line in missing:
        print(f"setup: missing in this Python: {line}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
