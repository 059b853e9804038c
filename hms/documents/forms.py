"""Words from people → clean values."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from hms.core.forms import HouseForm, MomentField
from hms.documents import codes
from hms.documents.content import ACCEPTED

LARGEST: Final = 20 * 1024 * 1024


class DocumentForm(HouseForm):
    """A file and what it is."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, picture (PNG, JPEG, TIFF) or plain text, at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(ACCEPTED)}),
    )
    type_code = forms.ChoiceField(label=_("Kind"), choices=codes.DocumentKind.choices)
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    occurred_at = MomentField(label=_("When"), help_text=_("When it was written, not when it is filed."))
    release = forms.BooleanField(label=_("The patient sees it at once"), required=False, initial=True)

    def __init__(self, *args: Any, by_patient: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if by_patient:
            del self.fields["release"]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise ValidationError(_("The file is larger than 20 MB. Scan it in a lower resolution, or in parts."))
        return file
