"""How a policy comes into force: signed, compiled apart, tested, compared, then swapped in."""
