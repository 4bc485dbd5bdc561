"""The review channel on Discord: a card a flag, a press a decision (DESIGN.md 8). `client.ReviewBot` holds the connection."""
