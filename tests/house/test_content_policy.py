"""The content security policy, word for word: nothing from elsewhere, no inline script without the nonce."""

from django.test import Client


def test_the_policy_of_every_page(db: None) -> None:
    policy = Client().get("/sign-in/").headers["Content-Security-Policy"]
    directives = {words[0]: words[1:] for words in (part.split() for part in policy.split(";")) if words}
    nonce = directives["script-src"].pop()
    assert nonce.startswith("'nonce-")
    assert directives == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
