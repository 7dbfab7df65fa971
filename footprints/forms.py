"""Forms of this room."""

from django import forms

from ui.fields import EmailField, PasswordField


class SignInForm(forms.Form):
    """Who are you, and how do we know."""

    email = EmailField(label="E-mail address", max_length=254, autocomplete="username")
    password = PasswordField(label="Password", max_length=200)
