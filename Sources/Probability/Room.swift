// Probability: see Documentation/Architecture.md.
