"""Upkeep: keeping the modules of a project as its specs say, and telling when not."""
