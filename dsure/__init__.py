"""The viewer, run by another company. Never imports `guarantees`: it shows what was deposited, not rows that go on changing."""
