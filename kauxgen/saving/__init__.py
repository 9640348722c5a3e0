"""What Keras saves of a generated model, and what it loads, without Keras."""
