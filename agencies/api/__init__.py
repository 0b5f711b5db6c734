"""The floor of the API: who asks, what they may ask for, and the agencies."""
