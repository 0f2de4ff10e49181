"""The words a study file may use, each meaning one thing."""

from enum import Enum


class Kind(Enum):
    """What there is to read: a protocol or a registry's entry is no result."""

    RESULT = "result"
    PROTOCOL = "protocol"
    REGISTRY = "registry"


class Condition(Enum):
    KNEE_OA = "knee osteoarthritis"
    KNEE_PAIN = "pain behind the kneecap"
    STROKE = "stroke"
    PARKINSON = "Parkinson's disease"
    MS = "multiple sclerosis"
    NEUROPATHY = "diabetic neuropathy"
    CEREBRAL_PALSY = "cerebral palsy"
    DOWN = "Down syndrome"
    ARTHRITIS_CHILD = "juvenile arthritis"
    OLDER = "older adults"
    OVERWEIGHT = "overweight"
    BACK_PAIN = "low back pain"
    FLAT_FOOT = "flat foot"
    ATHLETES = "athletes"
    HEALTHY = "healthy"
    MIXED = "mixed"


class Design(Enum):
    RANDOMISED = "randomised"
    CROSSOVER = "randomised crossover"
    NON_RANDOMISED = "not randomised"
    ONE_ARM = "one arm, no control"
    ACUTE = "acute, in one visit"
    ACROSS = "cross-sectional"
    NOT_SAID = "not in the text seen"


class Direction(Enum):
    """Which way a result speaks."""

    BACKWARD = "backward"  # better with walking backward
    OTHER = "other"  # better with the other arm
    NEITHER = "neither"  # no difference was found
    MIXED = "mixed"
    NOT_SEEN = "not seen"


class Walks(Enum):
    BACKWARD = "backward"
    FORWARD = "forward"
    SIDEWAYS = "sideways"
    BOTH = "forward and backward"
    NOT = "no walking given"


class Comparator(Enum):
    FORWARD = "forward walking"
    USUAL = "usual care"
    EXERCISE = "other exercise"
    NOTHING = "no training"


class Clean(Enum):
    """Whether the two arms differ in the walking alone."""

    CLEAN = "clean"
    CONFOUNDED = "confounded dose"  # more minutes of treatment in one arm
    UNCLEAR = "unclear"


class Poolable(Enum):
    YES = "yes"
    SMD_ONLY = "smd only"
    AMBIGUOUS = "ambiguous"
    NO = "no"


class About(Enum):
    """What an outcome is about, so that like can be held beside like."""

    PAIN = "pain"
    DISABILITY = "disability"
    STRENGTH = "strength"
    MUSCLE = "muscle activity"
    LOAD = "joint load"
    SPEED = "walking speed"
    BACKWARD_SPEED = "backward walking speed"
    STRIDE = "step or stride length"
    CADENCE = "cadence"
    GAIT = "gait pattern"
    BALANCE = "balance"
    CONFIDENCE = "balance confidence"
    MOBILITY = "mobility"
    MOVEMENT = "movement after stroke"
    PROPRIOCEPTION = "proprioception"
    FLEXIBILITY = "flexibility"
    STAMINA = "stamina"
    OXYGEN = "oxygen uptake"
    HEART = "heart rate"
    EFFORT = "effort"
    BODY = "body composition"
    BLOOD = "blood"
    FALLS = "falls"
    COGNITION = "cognition"
