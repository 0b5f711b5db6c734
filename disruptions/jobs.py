"""Work that a worker does: the tasks, and how each is handed over once what it is about is committed."""

from __future__ import annotations
