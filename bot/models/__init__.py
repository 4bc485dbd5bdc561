"""The models that the `toxicity` detector may use: which there are, fetching an official one, choosing one."""

from bot.models.choosing import Chosen, use_model
from bot.models.fetching import Fetched, get_model
from bot.models.listing import KnownModel, ModelState, list_models

__all__ = ["Chosen", "Fetched", "KnownModel", "ModelState", "get_model", "list_models", "use_model"]
