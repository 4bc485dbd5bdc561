"""How the bundled model is made anew: `python -m moderators.models.training.train` (see README.md)."""
