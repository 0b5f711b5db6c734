"""How the tests upload files: a good row, files of rows, and the steps."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from agencies.models import User
from disruptions.models import SOCThreat, Upload, UploadFinding
from disruptions.services.uploading import confirm_upload, start_upload
from disruptions.uploads.checking import work_on
from disruptions.vocabulary import FindingKind
from tests.factories import make_threat


def a_threat(user: User) -> SOCThreat:
    return make_threat(lead_agency=user.agency)


def good_row(threat: SOCThreat, **other: Any) -> dict[str, Any]:
    """Return a row as an officer writes it, under the labels of the columns."""
    return {
        "Role": "Lead",
        "SOC threat": threat.reference,
        "Date of the disruption": "01/10/2025",
        "Level": "Minor",
        "Proactive or reactive": "Proactive",
        "4P strand": "Pursue",
        "OIC sub-threat": "Facilitation by land, sea or air",
        "UK-led": "Yes",
        "What happened": "A van was stopped and two people were arrested.",
        "Evidence of impact": "The van is lost to them.",
        "Your own reference": "N/1",
        **other,
    }


def csv_of(rows: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def xlsx_of(rows: Sequence[Mapping[str, Any]], *, sheet: str = "Disruptions") -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet(sheet)
    page.write_row(0, 0, list(rows[0]))
    for number, row in enumerate(rows, start=1):
        page.write_row(number, 0, list(row.values()))
    book.close()
    return out.getvalue()


def two_sheets_of(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a workbook that has the same records on each of two sheets."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name in ("First quarter", "Second quarter"):
        page = book.add_worksheet(name)
        page.write_row(0, 0, list(rows[0]))
        for number, row in enumerate(rows, start=1):
            page.write_row(number, 0, list(row.values()))
    book.close()
    return out.getvalue()


def sent(user: User, content: bytes, *, name: str = "records.csv", submits: bool = True) -> Upload:
    """Upload a file and have it checked."""
    upload = start_upload(acting_user=user, name=name, content_type="text/csv", chunks=[content], submits=submits)
    return gone_on_with(upload)


def gone_on_with(upload: Upload) -> Upload:
    """Have a worker do what a file waits for."""
    assert work_on(Upload.objects.with_related().get(pk=upload.pk)), Upload.objects.get(pk=upload.pk).problem
    return Upload.objects.with_related().get(pk=upload.pk)


def confirmed(upload: Upload, user: User, **how: Any) -> Upload:
    """Confirm what a file would do, and have it recorded."""
    how.setdefault("duplicates_seen", True)
    return gone_on_with(confirm_upload(acting_user=user, public_id=upload.public_id, plan=upload.plan, **how))


def found(upload: Upload, kind: FindingKind = FindingKind.FAULT) -> list[tuple[int, str, str]]:
    """Return row, column and code of what a check found."""
    return list(UploadFinding.objects.filter(upload=upload, kind=kind).values_list("row", "column", "code"))
