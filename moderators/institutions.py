"""Words of schools, museums and other institutions, whose telephones and addresses are no student's. For folded text."""

from __future__ import annotations

import re2

_INSTITUTE = (
    r"(?:museum|library|zoo|aquarium|theat(?:er|re)|office|hotline|lifeline|helpline|clinic|hospital|police|poison|district|store|shop"
    r"|restaurant|cafe|temple|garden|center|centre|hall|field trip|bus company|front desk|group desk|ranger|station|observatory|gallery"
    r"|gym|bank|pizza|market|bakery|bookstore|university|college|academy|foundation|museo|biblioteca|zoologico|oficina|escuela|teatro"
    r"|centro|tienda|iglesia)"
)
INSTITUTE = re2.compile(rf"\b{_INSTITUTE}\b")
INSTITUTION = re2.compile(
    rf"\b(?:{_INSTITUTE}|school|park|church|was born at|author|poet|press \d|extension \d|ext\.? \d)\b"
)
"""The same, and what stands beside an address that nobody of the class lives at."""
SWITCHBOARD = re2.compile(
    rf"\b(?:{_INSTITUTE}|school|main|attendance|counseling|transportation|church|park|city|county)(?:'s)?(?: \w+){{0,3}}?(?:'s)? ?"
    r"(?:is|at|number|phone|line|desk|:|-|,|call|for|can be reached|fax|tel)?[ :,\-]*\(?$"
    r"|\bpress \d|\bext(?:ension)?\.? ?\d|\b(?:call|text|to) (?:988|911|211|741741)\b|\bhours are\b|\bopen (?:mon|daily|until)"
)
"""Whose number stands behind: a school's, a museum's. Looked for right before a number, and behind it for an extension."""
