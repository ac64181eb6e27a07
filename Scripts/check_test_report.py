"""Says how many tests ran and which did not, from the report that `swift test` writes.

It fails when a folder of tests has no test in the report (a target that the manifest forgot).
Where the variable CI is set it also fails when a test was skipped for any reason other than the
ones below: a test that quietly never runs proves nothing.
"""

import collections
import os
import pathlib
import sys
import xml.etree.ElementTree

# Reasons begin with these words where leaving a test out is a choice, or where the system forbids
# what the test does (containers seldom allow mounts), not an accident.
CHOSEN = (
    "left to make test-full",
    "needs a GPU",
    "only where there is no CUDA device",
    "nothing can be mounted here",
)


def read(path):
    """The targets that have tests in the report, the number of tests, and the skipped by reason."""
    targets, count, skipped = set(), 0, collections.defaultdict(list)
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        count += 1
        targets.add(case.get("classname", "").partition(".")[0])
        mark = case.find("skipped")
        if mark is not None:
            name = f"{case.get('classname')}/{case.get('name')}"
            skipped[(mark.text or "no reason given").strip()].append(name)
    return targets, count, skipped


def forgotten_folders(targets):
    folders = sorted(path.name for path in pathlib.Path("Tests").iterdir() if path.is_dir())
    return [folder for folder in folders if f"Optimist{folder}" not in targets]


def main(path):
    targets, count, skipped = read(path)
    left_out = sum(map(len, skipped.values()))
    print(f"{count - left_out} tests ran in {len(targets)} targets, {left_out} were skipped.")
    failed = False
    for reason, names in sorted(skipped.items()):
        wrong = bool(os.environ.get("CI")) and not reason.startswith(CHOSEN)
        failed = failed or wrong
        print(f"  {'must run here' if wrong else 'skipped'}, {reason}:")
        print("".join(f"    {name}\n" for name in sorted(names)), end="")
    for folder in forgotten_folders(targets):
        failed = True
        print(f"  no test of Tests/{folder} is in the report: is its target in Package.swift?")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
