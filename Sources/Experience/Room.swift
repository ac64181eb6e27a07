// Experience: see Documentation/Architecture.md.
