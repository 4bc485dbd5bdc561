"""Backups: database and keys of one moment, while others write; proven when they are made and again when they are restored.

A backup is a folder of its own, `hallmonitor-<time>`, whose `manifest.json` is written last: without it there is no backup.
"""

from bot.backup.making import Made, make_backup
from bot.backup.manifest import Manifest, NotABackup
from bot.backup.restoring import Restored, restore

__all__ = ["Made", "Manifest", "NotABackup", "Restored", "make_backup", "restore"]
