"""Recordings, sessions and weeks as SVG: accessible, dark and light, without scripts."""
