"""Backups: a folder that is whole or absent, verified by digest, and a restore that says so."""

from synergie.server.backup._content import Backup, Manifest, open_backup
from synergie.server.backup.ages import Ages, note_done, read_ages
from synergie.server.backup.create import create_backup
from synergie.server.backup.restore import (
    RESTORING,
    Restored,
    accept_store,
    drill_backup,
    restore_backup,
)
from synergie.server.backup.verify import Verdict, verify_backup

__all__ = [
    "RESTORING",
    "Ages",
    "Backup",
    "Manifest",
    "Restored",
    "Verdict",
    "accept_store",
    "create_backup",
    "drill_backup",
    "note_done",
    "open_backup",
    "read_ages",
    "restore_backup",
    "verify_backup",
]
