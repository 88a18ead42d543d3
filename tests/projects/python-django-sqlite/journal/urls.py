"""One page."""

from diary.views import entries
from django.urls import path

urlpatterns = [path("", entries)]
