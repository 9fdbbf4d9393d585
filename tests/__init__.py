"""Everything that must hold. `python -m tests` runs it all; CONTRIBUTING.md tells the parts."""
