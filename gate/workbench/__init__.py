"""Policies tried out before they judge: their tests, mutants, boundaries, and past decisions."""
