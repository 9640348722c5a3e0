"""Watching specs: what changed is rendered, what is wrong stands until it is mended."""
