"""What the desk keeps: contacts, assignments, pauses, reminders, saved views, levels of support, and the feedback of pilots."""

from desk.models.chases import Chase
from desk.models.contacts import Assignment, Contact, Pause
from desk.models.feedback import Feedback, FeedbackAnswer
from desk.models.support import SupportOverride
from desk.models.views import SavedView

__all__ = [
    "Assignment",
    "Chase",
    "Contact",
    "Feedback",
    "FeedbackAnswer",
    "Pause",
    "SavedView",
    "SupportOverride",
]
