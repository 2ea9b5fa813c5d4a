"""The addresses that this process serves, by SITE. String includes only: one operator's process loads none of the other's."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from netdesk import password_views, views

urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("password/change/", password_views.change, name="password-change"),
    path("password/changed/", password_views.changed, name="password-changed"),
    path("password/reset/", password_views.reset, name="password-reset"),
    path("password/reset/sent/", password_views.reset_sent, name="password-reset-sent"),
    path("password/set/<slug:person>/<slug:token>/", password_views.set_by_link, name="password-set"),
    path("health/", views.health, name="health"),
    path("admin/login/", views.sign_in),
    path("admin/", admin.site.urls),
]
if settings.SITE in ("all", "dsure"):
    urlpatterns += [path("d-sure/", include("dsure.urls"))]
if settings.SITE in ("all", "portal"):
    urlpatterns += [path("", include("guarantees.urls"))]
else:
    urlpatterns += [path("", views.home, name="home")]
if settings.DEMO_MODE:
    urlpatterns += [path("demo/mails/", views.demo_mails, name="demo-mails")]
