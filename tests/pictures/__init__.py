"""Pictures of every kind of card, from the real components of `cards.view_of`, for bot/discord_ui/README.md (`make cards`).

`kinds.py` has one function a kind. `page.py` and `markdown.py` draw what Discord's client would draw, in our own HTML and CSS and with
nothing of Discord's own; `browser.py` takes the pictures.
"""
