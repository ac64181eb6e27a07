// LinearAlgebra: see Documentation/Architecture.md.
