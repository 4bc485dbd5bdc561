"""What the figures were measured on: without it they say nothing."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = (
    "onnxruntime", "torch", "detoxify", "transformers", "tokenizers", "psycopg", "procrastinate", "SQLAlchemy", "numpy",
)  # fmt: skip


def describe() -> str:
    """The machine and the versions, on a few lines."""
    return "\n".join(
        [
            f"machine: {_model()}, {os.cpu_count()} cores, load {load()}, {platform.system()} {platform.release()}",
            f"versions: Python {platform.python_version()}, "
            + ", ".join(f"{name} {_version(name)}" for name in _PACKAGES),
            f"databases: SQLite {sqlite3.sqlite_version}, {_postgres()}",
        ]
    )


def load() -> str:
    """How busy the machine is: the load of the last minute, five and fifteen."""
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown processor"
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _postgres() -> str:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    command = str(programs[-1]) if programs else "postgres"
    try:
        return subprocess.run([command, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "no PostgreSQL"
