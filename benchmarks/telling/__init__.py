"""Committed results told: sections of a page, tables, pictures, out of JSON alone."""
