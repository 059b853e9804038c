from django.urls import path

from hms.workspace.portal_urls import urlpatterns as portal
from hms.workspace.views import administration, chart, desk, doctor, duties, figures, home, search, visit

app_name = "workspace"
urlpatterns = [
    path("", home.home, name="home"),
    path("help/", home.help_page, name="help"),
    path("search/", search.search, name="search"),
    path("palette/", search.palette, name="palette"),
    path("administration/", administration.administration, name="administration"),
    path("administration/figures/", figures.figures, name="figures"),
    path("administration/effects/", figures.effects, name="effects"),
    path("administration/effects/<uuid:message_id>/replay/", figures.replay, name="replay"),
    path("administration/refusals/", figures.refusals, name="refusals"),
    path("day/", doctor.doctor, name="doctor"),
    path("desk/", desk.front_desk, name="front_desk"),
    path("board/", duties.nursing, name="nursing"),
    path("laboratory/", duties.laboratory, name="laboratory"),
    path("pharmacy/", duties.pharmacy, name="pharmacy"),
    path("billing-home/", duties.billing, name="billing"),
    path("integration/", duties.integration, name="integration"),
    path("chart/<uuid:patient_id>/", chart.chart, name="chart"),
    path("chart/<uuid:patient_id>/as-it-was/", chart.as_it_was, name="as_it_was"),
    path("visit/<uuid:encounter_id>/", visit.visit, name="visit"),
    path("visit/start/<uuid:appointment_id>/", visit.start, name="start_visit"),
    *portal,
]
