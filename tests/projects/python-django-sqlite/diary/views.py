"""The pages."""

from django.http import HttpRequest, HttpResponse

from diary.models import Entry


def entries(request: HttpRequest) -> HttpResponse:
    """How much was written."""
    Entry.objects.create(text=request.GET.get("text", "nothing happened"))
    return HttpResponse(f"{Entry.objects.count()} days, the last: {Entry.objects.last().text}")
