"""A model on a page: as a table in a terminal, as markdown, as JSON."""
