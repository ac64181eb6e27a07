// Optimist: see Documentation/Architecture.md.
