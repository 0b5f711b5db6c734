"""The people of the demonstration, the same everywhere; their accounts exist only where `DEMO=1` (design section 9)."""

from __future__ import annotations

from typing import Final, NamedTuple

PASSWORD: Final = "demo-only-change-me"  # noqa: S105 - printed on purpose, refused in production


class DemonstrationAccount(NamedTuple):
    """One account: the address to sign in with, the code of its agency, and what its owner does."""

    email: str
    agency: str
    does: str


ACCOUNTS: Final = (
    DemonstrationAccount("officer@surrey.example", "surrey", "Records for Surrey Police"),
    DemonstrationAccount("approver@surrey.example", "surrey", "Approves for Surrey Police"),
    DemonstrationAccount("officer@thames-valley.example", "thames-valley", "Records for Thames Valley Police"),
    DemonstrationAccount("officer@kent.example", "kent", "Records for Kent Police"),
    DemonstrationAccount("officer@border-force.example", "border-force", "Records for Border Force"),
    DemonstrationAccount(
        "officer@immigration-enforcement.example", "immigration-enforcement", "Records for Immigration Enforcement"
    ),
    DemonstrationAccount("officer@nca.example", "nca", "Records for the National Crime Agency"),
    DemonstrationAccount("analyst@nca.example", "nca", "Filters, charts and exports, nationally"),
    DemonstrationAccount("moderator@nca.example", "nca", "Takes the second look, across agencies"),
    DemonstrationAccount("statistician@nca.example", "nca", "Freezes extracts and produces table OIC_01"),
    DemonstrationAccount("second-statistician@nca.example", "nca", "Signs off what the first statistician froze"),
    DemonstrationAccount("threats@nca.example", "nca", "Keeps threats and groups"),
    DemonstrationAccount("viewer@bsc.example", "bsc", "Reads, for the Border Security Command"),
    DemonstrationAccount("auditor@nca.example", "nca", "Reads the audit log"),
    DemonstrationAccount("admin@nca.example", "nca", "Keeps people, agencies and API clients"),
)
