"""Training: from a spec to a trained model and the folder that holds all of it."""
