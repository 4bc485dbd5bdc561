"""Headless Chromium, told by its DevTools protocol to take a picture of a page as long as the page is."""

from __future__ import annotations

import base64
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from tests.patience import until
from tests.servers.debian import Server, StartError, end, install

_PACKAGES = ("chromium", "fonts-inter", "fonts-dejavu-core", "pngquant")


class Chromium(Server):
    """Debian's Chromium, with no page of its own."""

    def start(self) -> None:
        """Install what is missing, and start. Raises `StartError`."""
        install(_PACKAGES)
        self._folder = tempfile.TemporaryDirectory(prefix="hallmonitor-chromium-")
        options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0")
        self._process = subprocess.Popen(
            ["chromium", *options, f"--user-data-dir={self._folder.name}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        file = Path(self._folder.name) / "DevToolsActivePort"
        until(lambda: file.exists() and file.read_text().count("\n"), 30)
        self.port = int(file.read_text().split()[0])

    def stop(self) -> None:
        """End it."""
        if hasattr(self, "_process"):
            end(self._process.pid)
            self._process.wait()
        if hasattr(self, "_folder"):
            self._folder.cleanup()

    async def pictures(self, pages: Iterable[tuple[str, int]], scale: float) -> AsyncIterator[bytes]:
        """A PNG of each page, which is HTML with its width in CSS pixels; `scale`: real pixels of each."""
        async with self._tab() as ask:
            for html, width in pages:
                size = {"width": width, "height": 100, "deviceScaleFactor": scale, "mobile": False}
                await ask("Emulation.setDeviceMetricsOverride", **size)
                tree = await ask("Page.getFrameTree")
                await ask("Page.setDocumentContent", frameId=tree["frameTree"]["frame"]["id"], html=html)
                script = "document.fonts.ready.then(() => document.body.scrollHeight)"
                measured = await ask("Runtime.evaluate", expression=script, awaitPromise=True)
                await ask("Emulation.setDeviceMetricsOverride", **size | {"height": measured["result"]["value"]})
                taken = await ask("Page.captureScreenshot", format="png")
                yield _with_few_colours(base64.b64decode(taken["data"]))

    @asynccontextmanager
    async def _tab(self) -> AsyncIterator[Any]:
        """A new tab: a function that gives it one command of the protocol, and waits for the answer."""
        numbers = count(1)
        async with (
            aiohttp.ClientSession() as session,
            session.put(f"http://127.0.0.1:{self.port}/json/new?about:blank") as opened,
            session.ws_connect((await opened.json())["webSocketDebuggerUrl"], max_msg_size=0) as socket,
        ):

            async def ask(method: str, **given: Any) -> Any:
                number = next(numbers)
                await socket.send_json({"id": number, "method": method, "params": given})
                async for message in socket:
                    answer = message.json()
                    if answer.get("id") == number and "error" in answer:
                        raise StartError(f"{method}: {answer['error']['message']}")
                    if answer.get("id") == number:
                        return answer["result"]
                raise StartError(f"{method}: Chromium has gone")

            yield ask


def _with_few_colours(picture: bytes) -> bytes:
    """The same in 32 colours: a third of the bytes, and nobody sees it."""
    return subprocess.run(
        ["pngquant", "--speed", "1", "32", "-"], input=picture, capture_output=True, check=True
    ).stdout
