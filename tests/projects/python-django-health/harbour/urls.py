"""The URLs."""

from django.http import HttpResponse
from django.urls import include, path

urlpatterns = [
    path("", lambda request: HttpResponse("berth 4 is free")),
    path("status/", include("status.urls")),
]
