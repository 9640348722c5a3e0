"""Templates: what they are given, what they may do, and those of a project."""
