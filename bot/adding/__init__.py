"""A class page is added: its platform is recognised, the page is tried, and its file written (DESIGN.md 6, issue 6)."""

from bot.adding.proposing import (
    School,
    checked,
    free_id,
    is_taken,
    known_variables,
    page_at,
    school_named,
    schools,
    variable_for,
)
from bot.adding.recognising import (
    BadAddress,
    LeadsElsewhere,
    NotRecognised,
    Recognised,
    as_chosen,
    platforms,
    recognise,
)
from bot.adding.trying import Again, Trouble, try_out
from bot.adding.writing import file_of, text_of, write_page
from connectors.setup import Part

__all__ = [
    "Again", "BadAddress", "LeadsElsewhere", "NotRecognised", "Part", "Recognised", "School", "Trouble", "as_chosen", "checked",
    "file_of", "free_id", "is_taken", "known_variables", "page_at", "platforms", "recognise", "school_named", "schools",
    "text_of", "try_out", "variable_for", "write_page",
]  # fmt: skip
