"""Proofs: that a spec is one model in all of its styles, on every backend."""
