"""What must be so before Start may be held: the set-up list of each place."""

from retrowalk.words import Place

Line = tuple[str, str]  # its name in a form, and its words

ON_A_BELT: tuple[Line, ...] = (
    ("clip", "The safety clip sits on my back, where drifting off the belt still pulls it"),
    ("feet", "My feet are on the side rails, my hands on the rails"),
    ("shoes", "Firm shoes, laces tied"),
    ("space", "Two metres free behind the treadmill"),
    ("company", "Someone at home can hear me"),
)
ON_A_FLOOR: tuple[Line, ...] = (
    ("way", "The way behind me is clear, dry and even"),
    ("rail", "A rail or my buddy is within reach"),
    ("shoes", "Firm shoes, laces tied"),
    ("doors", "Nobody will open a door into my way"),
    ("company", "Someone can hear me"),
)


def setup_list(place: Place) -> tuple[Line, ...]:
    return ON_A_FLOOR if place is Place.CORRIDOR else ON_A_BELT
