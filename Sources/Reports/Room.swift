// Reports: see Documentation/Architecture.md.
