"""The health of a run's terms: what each is to the total, and what is wrong with it."""
