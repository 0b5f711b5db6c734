"""The addresses of the API, below ``/api/v1/``."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from agencies.api.agencies import AgencyViewSet, MeViewSet
from disruptions.api.assessments import AssessmentViewSet
from disruptions.api.changes import ChangeViewSet
from disruptions.api.disruptions import DisruptionViewSet
from disruptions.api.extracts import ExtractViewSet
from disruptions.api.lifecycle import LifecycleViewSet
from disruptions.api.master_list import OCGViewSet, ThreatViewSet
from disruptions.api.own_references import OwnReferenceViewSet
from disruptions.api.quality import QualityViewSet
from disruptions.api.saved_views import SavedViewViewSet
from disruptions.api.statistics import StatisticsViewSet
from disruptions.api.vocabulary import VocabularyViewSet
from disruptions.api.webhooks import WebhookViewSet

router = SimpleRouter(use_regex_path=False)
# What is fixed comes before what could be a reference.
router.register("disruptions", OwnReferenceViewSet, basename="api_own_reference")
router.register("disruptions", LifecycleViewSet, basename="api_lifecycle")
router.register("disruptions", DisruptionViewSet, basename="api_disruption")
router.register("threats", ThreatViewSet, basename="api_threat")
router.register("ocgs", OCGViewSet, basename="api_ocg")
router.register("assessments", AssessmentViewSet, basename="api_assessment")
router.register("agencies", AgencyViewSet, basename="api_agency")
router.register("statistics", StatisticsViewSet, basename="api_statistics")
router.register("statistics", ExtractViewSet, basename="api_extract")
router.register("statistics", QualityViewSet, basename="api_quality")
router.register("views", SavedViewViewSet, basename="api_view")
router.register("webhooks", WebhookViewSet, basename="api_webhook")

urlpatterns = [
    path("changes/", ChangeViewSet.as_view({"get": "follow"}), name="api_changes"),
    path("vocabulary/", VocabularyViewSet.as_view({"get": "retrieve"}), name="api_vocabulary"),
    path("me/", MeViewSet.as_view({"get": "retrieve"}), name="api_me"),
    *router.urls,
]
