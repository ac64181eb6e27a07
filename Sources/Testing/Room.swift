// Testing: see Documentation/Architecture.md.
