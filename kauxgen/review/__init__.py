"""What changed between specs, and whether it matters: for reviews and for CI."""
