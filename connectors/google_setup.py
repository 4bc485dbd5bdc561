"""What a sign-in with Google takes, for YouTube and Blogger (`pages add`)."""

from __future__ import annotations

from connectors.setup import Part

CONSOLE = "https://console.cloud.google.com/apis/credentials"
PLAYGROUND = "https://developers.google.com/oauthplayground"


def sign_in(who: str, scope: str) -> tuple[Part, ...]:
    """The parts of the secret. `who` has to sign in, for the `scope`."""
    return (
        Part(
            "client id",
            f"Whoever keeps the district's Google Cloud project finds it at {CONSOLE}, under OAuth 2.0 Client IDs.",
            shown=True,
        ),
        Part("client secret", "It stands beside the client id, behind the name of the client."),
        Part(
            "refresh token",
            f"As {who}, open {PLAYGROUND}, let it use your own OAuth credentials (the wheel), give it the scope {scope}, sign in,"
            " and press Exchange authorization code for tokens.",
        ),
    )
