"""The ground floor: what both services stand on and neither owns. Knows nothing of guarantees."""
