"""Addresses of this room."""

from django.urls import path

from desk.views import bulk, desk, feedback, registers, rounds, statistics, story, support

app_name = "desk"

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/returns.csv", desk.export, name="export"),
    path("desk/views/", desk.save, name="save_view"),
    path("desk/views/<int:view>/delete/", desk.delete, name="delete_view"),
    path("desk/bulk/", bulk.bulk, name="bulk"),
    path("desk/<int:pk>/", story.the_story, name="story"),
    path("desk/<int:pk>/contacts/", story.log, name="log_contact"),
    path("desk/<int:pk>/assign/", story.assign_owner, name="assign"),
    path("desk/<int:pk>/pause/", story.pause_reminders, name="pause"),
    path("desk/<int:pk>/resume/", story.resume_reminders, name="resume"),
    path("desk/<int:pk>/extend/", story.extend, name="extend"),
    path("desk/statistics/", statistics.statistics, name="statistics"),
    path("desk/statistics.csv", statistics.statistics_csv, name="statistics_csv"),
    path("desk/support/", support.support, name="support"),
    path("desk/support/trusts/<slug:ods_code>/", support.support_of_trust, name="override_support"),
    path("desk/support/footprints/<slug:ons_code>/", support.support_of_footprint, name="override_footprint_support"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/open/", rounds.open_a_round, name="open_round"),
    path("rounds/<int:collection>/", rounds.a_round, name="round"),
    path("rounds/<int:collection>/add/", registers.add, name="add_to_register"),
    path("rounds/<int:collection>/bring-up-to-date/", registers.bring_up_to_date, name="bring_up_to_date"),
    path("rounds/<int:collection>/dates/", registers.dates, name="change_dates"),
    path("rounds/<int:collection>/close/", registers.close, name="close_round"),
    path("rounds/<int:collection>/taken-over/", registers.taken_over, name="take_over"),
    path("returns/<int:pilot>/feedback/", feedback.feedback, name="feedback"),
    path("templates/<slug:code>/<str:version>/", feedback.definition, name="definition"),
    path("templates/<slug:code>/<str:version>/answer/", feedback.answer, name="answer_feedback"),
]
