"""The people of the demonstration, the same everywhere; they exist only where `DEMO=1`."""

PASSWORD = "demo-only-change-me"  # noqa: S105 - printed on purpose, refused in production
PEOPLE = {
    "officer@surrey.example": "records for Surrey Police",
    "approver@surrey.example": "approves for Surrey Police",
    "officer@thames-valley.example": "records for Thames Valley Police",
    "officer@kent.example": "records for Kent Police",
    "officer@border-force.example": "records for Border Force",
    "officer@immigration-enforcement.example": "records for Immigration Enforcement",
    "officer@nca.example": "records for the NCA",
    "analyst@nca.example": "filters, charts and exports, nationally",
    "moderator@nca.example": "takes the second look, across agencies",
    "statistician@nca.example": "freezes extracts, produces the tables",
    "threats@nca.example": "keeps threats and groups",
    "viewer@bsc.example": "reads, for the Border Security Command",
    "auditor@nca.example": "reads the audit log",
    "admin@nca.example": "keeps people, agencies and clients",
}
