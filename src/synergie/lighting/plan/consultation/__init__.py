"""A consultation over lighting scenarios: questions out, answers in, and what may be shown.

No name is asked. No group with fewer than ten answers is shown apart, nor can one be found by
taking what is shown from one another.
"""

from synergie.lighting.plan.consultation.answers import AnswersRead, read_answers
from synergie.lighting.plan.consultation.asked import questions
from synergie.lighting.plan.consultation.results import result
from synergie.lighting.plan.consultation.spoken import scales, voices

__all__ = ["AnswersRead", "questions", "read_answers", "result", "scales", "voices"]
