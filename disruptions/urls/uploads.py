"""Addresses: files of records that people upload."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from disruptions.views import uploads


class TemplateKind:
    """A kind of file in an address."""

    regex = "xlsx|ods|csv"

    def to_python(self, value: str) -> str:
        """Return it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as it is."""
        return value


class AnnotatedKind(TemplateKind):
    """A kind of file that what is wrong can be written into."""

    regex = "xlsx|csv"


register_converter(TemplateKind, "template_kind")
register_converter(AnnotatedKind, "annotated_kind")

urlpatterns: list[URLPattern] = [
    path("uploads/", uploads.upload_list, name="upload_list"),
    path("uploads/new/", uploads.upload_new, name="upload_new"),
    path("uploads/template.<template_kind:kind>", uploads.upload_template, name="upload_template"),
    path("uploads/<uuid:public_id>/", uploads.upload_detail, name="upload_detail"),
    path("uploads/<uuid:public_id>/faults.<annotated_kind:kind>", uploads.upload_annotated, name="upload_annotated"),
    path("uploads/<uuid:public_id>/result.csv", uploads.upload_result, name="upload_result"),
]
