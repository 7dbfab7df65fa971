"""Addresses of this room."""

from django.urls import path

from footprints.views import invitations, messages, people, roles, sign_in, trust_people

app_name = "footprints"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("messages/", messages.messages, name="messages"),
    path("messages/<int:letter>/", messages.message, name="message"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite_person, name="invite"),
    path("people/<int:person>/", people.person, name="person"),
    path("people/<int:person>/grant/", people.grant, name="grant"),
    path("people/<int:person>/leave/", people.leave_page, name="leave"),
    path("people/roles/<int:role>/withdraw/", roles.withdraw, name="withdraw_role"),
    path("people/roles/<int:role>/cover/", roles.cover_page, name="cover"),
    path("people/roles/<int:role>/invite-again/", roles.again, name="invite_again"),
    path("trusts/<slug:ods_code>/people/", trust_people.trust_people, name="trust_people"),
]
