// CommandLine: see Documentation/Architecture.md.
