"""Serves measurements of one library: reads "NAME REPEATS" lines, answers with JSON lines.

The answer to a request holds the seconds of each repetition and the most memory that the process
had, in kibibytes; {"error": ...} says why there are none. The process ends with its standard input.
"""

import importlib
import json
import os
import resource
import sys
import time


def measure(function, repeats):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return seconds


def main():
    # Libraries print to standard output: the protocol keeps a duplicate of it to itself.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(value):
        out.write(json.dumps(value) + "\n")
        out.flush()

    try:
        work = importlib.import_module(sys.argv[1]).work()
    except Exception as error:
        answer({"error": f"{type(error).__name__}: {error}"})
        return
    answer({"version": work.pop("version"), "work": sorted(work)})
    ready = {}
    for line in sys.stdin:
        name, repeats = line.split()
        try:
            if name not in ready:
                ready[name] = work[name]()
                ready[name]()
            seconds = measure(ready[name], int(repeats))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            answer({"seconds": seconds, "peak": peak})
        except Exception as error:
            answer({"error": f"{type(error).__name__}: {error}"})


main()
