"""How well Hallmonitor judges: on comments whose labels are known, and by what people have decided.

`labelled_set` and `decided` hold the two stories of `hallmonitor evaluate`. They are not imported here: a service needs neither.
"""

from bot.evaluation.naming import NoSuchRule, NotDrawn, name_rule, rules_to_name
from bot.evaluation.sampling import draw_sample, pages_to_sample
from bot.evaluation.school import Panel

__all__ = ["NoSuchRule", "NotDrawn", "Panel", "draw_sample", "name_rule", "pages_to_sample", "rules_to_name"]
