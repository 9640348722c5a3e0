"""What an editor asks of a spec: names, completion, explanations, shapes, new names."""
