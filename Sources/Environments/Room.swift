// Environments: see Documentation/Architecture.md.
