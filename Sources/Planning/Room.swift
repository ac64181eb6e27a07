// Planning: see Documentation/Architecture.md.
