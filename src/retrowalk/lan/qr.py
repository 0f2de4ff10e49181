"""An address as a square code a phone's camera reads."""

from io import StringIO

import segno

QUIET = 4  # modules of margin; readers need them


def in_terminal(address: str) -> str:
    """For a terminal, with its own black and white whatever the terminal's colours."""
    out = StringIO()
    segno.make_qr(address, error="m").terminal(out, border=QUIET, compact=True)
    return out.getvalue()


def as_svg(address: str) -> str:
    """For a page: black on white; its size is the page's business."""
    return segno.make_qr(address, error="m").svg_inline(
        border=QUIET, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
