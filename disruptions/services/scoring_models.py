"""Versions of the local scoring model: the one that ships with the project, and those that administrators add."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db.models import Max

from agencies import audit
from agencies.constraints import declare, violation
from agencies.models import User
from agencies.permissions import require_administer_system
from agencies.refusals import Invalid
from agencies.services.reference_data import Loaded
from agencies.vocabulary import AuditAction
from disruptions.models import ScoringModel
from disruptions.rules import is_storable
from disruptions.scoring import faults_of_model
from disruptions.services.versions import in_one_transaction

SHIPPED = Path(__file__).resolve().parent.parent / "reference" / "scoring_model.json"
NOTE_LIMIT = 2000

declare("scoring_model_unchanged", "note", "Nothing differs from the present version, so there is nothing to add.")
declare("scoring_model_storable", "note", "Take out the characters that cannot be stored.")


def load_scoring_model() -> Loaded:
    """Add the scoring model that ships with the project, where there is none to score with; return the counts.

    One that is there is never touched: administrators add versions of their own. Takes no acting user, as it runs
    before there are people.
    """

    def work() -> Loaded:
        if ScoringModel.objects.usable().exists():
            return Loaded(0, 1)
        shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
        found = faults_of_model(shipped["factors"], shipped["thresholds"], shipped["confidence"])
        if found:
            raise Invalid(found)
        model = ScoringModel.objects.create(version=_next_version(), **shipped)
        audit.record(AuditAction.CHANGED, "scoring_model", str(model.version), detail={"added": 1})
        return Loaded(1, 0)

    return in_one_transaction(work)


def add_scoring_model(
    *,
    acting_user: User,
    version: int,
    factors: list[dict[str, Any]],
    thresholds: dict[str, int],
    confidence: dict[str, str],
    note: str,
) -> ScoringModel:
    """Add the next version of the scoring model; ``version`` is the one that was read and is followed.

    Assessments keep the version that they used, and no grade changes by it. Raises ``Refused`` or ``Invalid`` (also
    where somebody added a version meanwhile).
    """
    require_administer_system(acting_user)

    def work() -> ScoringModel:
        before = ScoringModel.objects.usable().first()
        if before is None or before.version != version:
            raise Invalid([violation("scoring_model_version_unique")])
        found = faults_of_model(factors, thresholds, confidence)
        words = note.strip()
        if not words:
            found.append(violation("scoring_model_has_note"))
        elif len(words) > NOTE_LIMIT:
            found.append(violation("scoring_model_note_within_limit"))
        if not is_storable(json.dumps([factors, confidence, note], ensure_ascii=False)) or not is_storable(words):
            found.append(violation("scoring_model_storable"))
        if not found and (factors, thresholds, confidence) == (before.factors, before.thresholds, before.confidence):
            found.append(violation("scoring_model_unchanged"))
        if found:
            raise Invalid(found)
        model = ScoringModel.objects.create(
            version=_next_version(),
            name=before.name,
            factors=factors,
            thresholds=thresholds,
            confidence=confidence,
            note=words,
            created_by=acting_user,
        )
        audit.record(AuditAction.CHANGED, "scoring_model", str(model.version), user=acting_user, detail={"note": words})
        return model

    return in_one_transaction(work)


def _next_version() -> int:
    return int(ScoringModel.objects.aggregate(latest=Max("version"))["latest"] or 0) + 1
