"""From generated modules back to specs: source maps, and exceptions shown with them."""
