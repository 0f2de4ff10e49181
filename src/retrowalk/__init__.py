"""Backward walking, from the first careful step to a measured result."""

__version__ = "0.1.0"
