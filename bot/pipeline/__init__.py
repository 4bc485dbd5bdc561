"""The first story, from top to bottom: fetch a page's comments, score them, flag what breaks the policy."""

from bot.pipeline.fetch import fetch_page
from bot.pipeline.flag import flag_page
from bot.pipeline.run import RunResult, pages_to_rescore, rescore_page, scan_page
from bot.pipeline.score import prepare, score_page

__all__ = [
    "RunResult", "fetch_page", "flag_page", "pages_to_rescore", "prepare", "rescore_page", "scan_page", "score_page",
]  # fmt: skip
