// Agents: see Documentation/Architecture.md.
