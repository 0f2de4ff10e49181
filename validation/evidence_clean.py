"""Three made-up files in which `retrowalk evidence check` finds nothing: where traps are planted.

Nobody walked for these figures; they only agree with each other.
"""

STUDY = """
id = "made-up"
title = "A made-up trial in which everything fits"
authors = "Nobody"
year = 2020
kind = "result"
condition = "stroke"
design = "randomised"
direction = "backward"
summary = "Two arms walked equally long, one backward, one forward.  The backward arm gained more."

[[report]]
id = "article"
type = "article"
read = "full text"
seen_in = "nowhere: it is made up"
doi = "10.1234/made.up.1"

[[report]]
id = "registry"
type = "registry"
read = "registry"
seen_in = "nowhere: it is made up"
registry = "NCT00000001"

[people]
tag = "seen"
text = "People after a stroke"
n = 40
randomised = 44
planned = { value = 44, read = "registry" }
women = 18
age = 64.2
age_sd = 8.1

[[arm]]
id = "backward"
tag = "seen"
text = "Walking backward"
walks = "backward"
n = 20
dose = { minutes = [10, 30], per_week = 3, weeks = 6, sessions = 18, speed_mps = 0.4 }

[[arm]]
id = "forward"
tag = "seen"
text = "Walking forward"
walks = "forward"
n = 20
dose = { minutes = [10, 30], per_week = 3, weeks = 6, sessions = 18, speed_mps = 0.8 }

[[contrast]]
backward = "backward"
against = "forward"
comparator = "forward walking"
clean = "clean"
why = "The doses were matched."

[[outcome]]
id = "balance"
name = "Berg Balance Scale"
about = "balance"
tag = "seen"
unit = "points"
scale = [0, 56]
better = "higher"
kind = "final"
when = "week 6"
groups = [
    { arm = "backward", n = 20, mean = 50.0, sd = 3.0 },
    { arm = "forward", n = 20, mean = 47.0, sd = 3.2 },
]
printed = [{ measure = "md", estimate = 3.00, lowest = 1.08, highest = 4.92 }]
p = "0.004"
favours = "backward"
poolable = "yes"

[[outcome]]
id = "balance-before"
name = "Berg Balance Scale"
about = "balance"
tag = "seen"
unit = "points"
scale = [0, 56]
better = "higher"
kind = "baseline"
when = "before"
groups = [
    { arm = "backward", n = 20, mean = 44.0, sd = 3.5 },
    { arm = "forward", n = 20, mean = 44.2, sd = 3.4 },
]
favours = "not seen"
poolable = "no"
why = "Measured before the training."

[[outcome]]
id = "speed"
name = "Walking speed"
about = "walking speed"
tag = "seen"
unit = "m/s"
better = "higher"
kind = "final"
when = "week 6"
groups = [
    { arm = "backward", n = 20, mean = 0.95, sd = 0.20 },
    { arm = "forward", n = 20, mean = 0.80, sd = 0.22 },
]
p = "0.03"
favours = "backward"
poolable = "yes"

[[outcome]]
id = "step"
name = "Step length"
about = "step or stride length"
tag = "seen"
unit = "m"
better = "higher"
kind = "final"
when = "week 6"
groups = [
    { arm = "backward", n = 20, mean = 0.55, sd = 0.08 },
    { arm = "forward", n = 20, mean = 0.50, sd = 0.09 },
]
p = "0.07"
favours = "backward"
poolable = "yes"

[[outcome]]
id = "cadence"
name = "Cadence"
about = "cadence"
tag = "seen"
unit = "steps/min"
better = "higher"
kind = "final"
when = "week 6"
groups = [
    { arm = "backward", n = 20, mean = 104, sd = 12 },
    { arm = "forward", n = 20, mean = 96, sd = 13 },
]
p = "0.05"
favours = "backward"
poolable = "yes"

[[outcome]]
id = "oxygen"
name = "Oxygen at a fixed speed"
about = "oxygen uptake"
tag = "seen"
unit = "%"
better = "lower"
kind = "change"
when = "week 6"
groups = [
    { arm = "backward", n = 20, mean = -8, sd = 6 },
    { arm = "forward", n = 20, mean = -2, sd = 7 },
]
p = "0.006"
favours = "backward"
poolable = "yes"

[[outcome]]
id = "confidence"
name = "Confidence in balance"
about = "balance confidence"
tag = "seen"
unit = "%"
better = "higher"
kind = "final"
when = "week 6"
groups = [
    { arm = "backward", n = 20, mean = 71, sd = 17 },
    { arm = "forward", n = 20, mean = 63, sd = 18 },
]
p = ">0.05"
favours = "neither"
poolable = "yes"

[adverse]
harm = "counted"
text = "One stumble in the backward arm, nobody hurt."
"""

REVIEW = """
id = "made-up-review"
title = "A made-up review in which everything fits"
year = 2021
condition = "stroke"
tag = "seen"
studies = 7
people = 250
summary = "Seven made-up trials."

[[report]]
id = "article"
type = "article"
read = "abstract"
seen_in = "nowhere: it is made up"
doi = "10.1234/made.up.2"

[[pooled]]
id = "speed"
name = "Walking speed"
about = "walking speed"
comparison = "Backward walking against forward walking"
tag = "seen"
measure = "md"
unit = "m/s"
estimate = 0.11
lowest = 0.01
highest = 0.21
p = "0.03"
studies = 5
people = 160
i2_pct = 20
model = "random"

[[pooled]]
id = "pain"
name = "Pain"
about = "pain"
comparison = "Backward walking against usual care"
tag = "seen"
measure = "smd"
estimate = -0.87
lowest = -1.20
highest = -0.54
p = "<0.01"

[[pooled]]
id = "falls"
name = "Falls"
about = "falls"
comparison = "Backward walking against usual care"
tag = "seen"
measure = "ratio"
estimate = 0.80
lowest = 0.64
highest = 1.00
p = "0.05"
"""

CHANGES = """
[[change]]
on = 2026-11-01
text = "Another one was made up."
studies = ["made-up-too"]

[[change]]
on = 2026-10-01
text = "Two were made up."
studies = ["made-up", "made-up-review"]
"""

OTHER = """
id = "made-up-too"
title = "Another made-up study, nothing like the first"
year = 2019
kind = "result"
condition = "healthy"
design = "one arm, no control"
direction = "not seen"
summary = "Everybody walked backward for ten minutes a day; nobody did not."

[[report]]
id = "article"
type = "article"
read = "abstract"
seen_in = "nowhere: it is made up"
pmid = "123"

[people]
tag = "seen"
text = "Healthy people"
n = 12

[[arm]]
id = "backward"
tag = "seen"
text = "Walking backward"
walks = "backward"
n = 12
dose = { minutes = 10, per_week = 7, weeks = 2 }

[[outcome]]
id = "reach"
name = "Reach while sitting"
about = "flexibility"
tag = "seen"
unit = "cm"
better = "higher"
kind = "change"
when = "week 2"
groups = [{ arm = "backward", n = 12, mean = 2.1, sd = 3.0 }]
favours = "not seen"
poolable = "no"
why = "There is no control."

[adverse]
harm = "not in the text seen"
"""
