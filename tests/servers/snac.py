"""A real fediverse server on loopback for the tests: snac as Debian has it, which speaks the reading half of Mastodon's interface.

By hand: `python -m tests.servers.snac DIR PORT`, which prints KEY=VALUE lines and runs until it is interrupted.
It runs as `nobody` on 127.0.0.1. Its posts are planted through its own interface, and then dated in its files: snac itself knows no
way to post in the past.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import httpx

from tests.servers.debian import Server, StartError, alive, end, install
from tests.servers.running import by_hand, made_for_nobody, run, spawn

PEOPLE = ("teacher", "fern", "moss")
PATIENCE_S = 120
LINK = "urn:ietf:wg:oauth:2.0:oob"
POSTS = (
    # key, who, in reply to, when, words
    ("week", "teacher", None, "2026-10-05T15:00:00Z", "Volcano week! What did you learn about lava today? #room12"),
    ("rock", "fern", "week", "2026-10-05T16:00:00Z", "@teacher Lava cools into igneous rock. 🌋"),
    ("nerd", "moss", "rock", "2026-10-05T16:05:00Z", "@fern @teacher you are such a nerd"),
    ("kind", "teacher", "nerd", "2026-10-06T17:00:00Z", "@moss Kind words only, please."),
    (
        "signs",
        "fern",
        "week",
        "2026-10-06T18:00:00Z",
        '@teacher Is 5 < 6 && 7 > 6? My sister says "no" &amp; it\'s a trick',
    ),
    ("socks", "moss", "week", "2026-10-07T19:00:00Z", "@teacher this quiz smells like https://socks.example.test/old"),
    ("deep", "moss", "kind", "2026-10-08T09:00:00Z", "sorry, i did not mean it"),
    ("hello", "moss", None, "2026-10-08T10:00:00Z", "@teacher can I come to your class too?"),
)


class SnacServer(Server):
    """One snac in `folder` (reachable for `nobody`) on 127.0.0.1:`port`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.tokens: Mapping[str, str] = {}
        self.posts: Mapping[str, str] = {}
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Install what is missing, start, and plant the seed. Raises `StartError`."""
        install(("snac2",))
        made_for_nobody(self.folder)
        passwords = self._lay_out()
        self._up()
        self._plant(passwords)
        self._down()
        for key, _, _, when, _ in POSTS:
            self.change(self.posts[key], published=when)
        self._run(["cp", "-a", str(self._data), str(self.folder / "seed")])  # -a keeps the hard links that snac counts
        self._up()

    def stop(self) -> None:
        """End the process that this server started."""
        self._down()

    def reset(self) -> None:
        """Put the planted posts back; accounts and tokens stay. snac reads its files at each question: it need not stop."""
        old = self.folder / "old"
        self._data.rename(old)
        self._run(["cp", "-a", str(self.folder / "seed"), str(self._data)])
        shutil.rmtree(old)

    def post(self, user: str, words: str, reply_to: str | None = None) -> str:
        """What somebody writes in their own client. Returns the new status's id."""
        form = {"status": words, "visibility": "public", **({"in_reply_to_id": reply_to} if reply_to else {})}
        made = self._call("POST", "/api/v1/statuses", user, form)
        return str(made["id"])

    def status(self, user: str, id: str) -> Mapping[str, object]:
        """A status, as the interface gives it to somebody."""
        return self._call("GET", f"/api/v1/statuses/{id}", user)

    def is_told(self, user: str, id: str) -> bool:
        """Whether a post that mentions somebody has been delivered to them."""
        mentions = self._call("GET", "/api/v1/notifications?limit=80", user)
        return id[10:] in json.dumps(mentions)

    def edit(self, user: str, id: str, words: str) -> str:
        """As the author edits it. Returns the id that it has from then on."""
        return str(self._call("PUT", f"/api/v1/statuses/{id}", user, {"status": words})["id"])

    def change(self, id: str, **fields: str) -> None:
        """What stands in a post's file: snac tells the API's users no other way to be late."""
        file = self._file(id)
        file.write_text(json.dumps(json.loads(file.read_text()) | fields))

    def delete(self, id: str) -> None:
        """Take a post away, as its author's own server would: each account whose timeline shows it has a link of its own to it."""
        for file in [*self._data.rglob(f"{id[10:]}*")]:
            file.unlink()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _file(self, id: str) -> Path:
        return self._data / "object" / id[10:12] / f"{id[10:]}.json"

    def _lay_out(self) -> dict[str, str]:
        for name in ("data", "seed"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self._run(
            ["snac", "init", str(self._data)], f"127.0.0.1\n{self.port}\n127.0.0.1:{self.port}\n\nadmin@example.test\n"
        )
        settings = self._data / "server.json"
        ours = {"protocol": "http", "num_threads": 8, "queue_retry_minutes": 1}  # what a delivery is tried again after
        settings.write_text(json.dumps(json.loads(settings.read_text()) | ours))
        first, *others = PEOPLE
        told = {first: self._run(["snac", "adduser", str(self._data), first])}
        for name in others:  # an account's key takes seconds to make: one serves all
            home = self._data / "user" / name
            self._run(["cp", "-a", str(self._data / "user" / first), str(home)])
            card = home / "user.json"
            card.write_text(card.read_text().replace(f'"{first}"', f'"{name}"'))
            told[name] = self._run(["snac", "resetpwd", str(self._data), name])
        found = {name: re.search(r"(?i)password .*?is (\S+)", words) for name, words in told.items()}
        return {name: match[1] for name, match in found.items() if match}

    def _plant(self, passwords: Mapping[str, str]) -> None:
        app = {"client_name": "hallmonitor", "redirect_uris": LINK, "scopes": "read write"}
        client = httpx.post(f"{self.url}/api/v1/apps", data=app, trust_env=False).json()
        self.tokens = {name: self._token(client, name, password) for name, password in passwords.items()}
        ids: dict[str, str] = {}
        for key, user, parent, _, words in POSTS:
            ids[key] = self._until(partial(self.post, user, words, ids[parent] if parent else None))
        self.posts = ids
        self._until(self._arrived)

    def _token(self, client: Mapping[str, str], name: str, password: str) -> str:
        form = {"cid": client["client_id"], "redir": LINK, "login": name, "passwd": password, "state": ""}
        answer = httpx.post(f"{self.url}/oauth/x-snac-login", data=form, trust_env=False)
        code = re.search(r"code=([0-9a-f]+)", str(answer.headers) + answer.text) or re.search(
            r"\b([0-9a-f]{32})\b", answer.text
        )
        if not code:
            raise StartError(f"snac gives {name} no code")
        keys = {name: client[name] for name in ("client_id", "client_secret")}
        grant = {"grant_type": "authorization_code", "code": code[1], "redirect_uri": LINK, **keys}
        return str(httpx.post(f"{self.url}/oauth/token", data=grant, trust_env=False).json()["access_token"])

    def _arrived(self) -> None:
        """Raises `StartError` until the teacher's account has everything: between accounts snac delivers like between servers."""
        mentions = self._call("GET", "/api/v1/notifications?limit=80", "teacher")
        below = self._call("GET", f"/api/v1/statuses/{self.posts['kind']}/context", "teacher")
        others = sum(who != "teacher" for _, who, *_ in POSTS)  # whoever answers the account mentions it, too
        if len(mentions) < others or not below["descendants"]:
            raise StartError("snac has not delivered all posts")

    def _call(
        self, method: str, path: str, user: str, form: Mapping[str, str] | None = None
    ) -> dict[str, list[object]]:
        head = {"Authorization": f"Bearer {self.tokens[user]}"}
        answer = httpx.request(method, self.url + path, data=form, headers=head, timeout=20, trust_env=False)
        if answer.status_code != 200:
            raise StartError(f"snac answered {answer.status_code} to {method} {path}")
        return answer.json()  # type: ignore[no-any-return]

    def _until(self, done: Callable[[], object]) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return str(done())
            except StartError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.05)

    def _up(self) -> None:
        log = self.folder / "snac.log"
        self._running = spawn(["snac", "httpd", str(self._data)], self.folder, log, self._environment())
        self._until(self._answers)

    def _answers(self) -> None:
        try:
            answer = httpx.get(f"{self.url}/api/v1/instance", timeout=10, trust_env=False)
        except httpx.TransportError:
            answer = None
        if answer is None or answer.status_code != 200:
            raise StartError(f"snac does not run: {(self.folder / 'snac.log').read_text()[-400:]}")

    def _down(self) -> None:
        if self._running is not None and alive(self._running.pid):
            end(self._running.pid)
            self._running.wait()
        self._running = None

    def _run(self, command: list[str], answers: str = "") -> str:
        return run(command, self.folder, self._environment(), answers)

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder)}


def _told(server: SnacServer) -> list[str]:
    return [f"URL={server.url}", *(f"{user.upper()}_TOKEN={token}" for user, token in server.tokens.items())]


if __name__ == "__main__":
    sys.exit(by_hand(SnacServer, _told))
