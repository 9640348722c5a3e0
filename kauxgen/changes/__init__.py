"""What differs between two specs in the terms of the model, and what follows."""
