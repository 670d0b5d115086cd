"""A gate before a certification authority's signing step: judge, record, then release."""

__version__ = "0.1.0"
