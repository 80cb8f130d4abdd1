"""A consultation over lighting scenarios: questions out, answers in, and what may be shown.

No name is asked. No group with fewer than ten answers is shown apart, nor can one be found by
taking what is shown from one another.
"""

from synergie.scenarios.consultation.answers import AnswersRead, read_answers
from synergie.scenarios.consultation.asked import questions
from synergie.scenarios.consultation.results import result
from synergie.scenarios.consultation.spoken import scales, voices

__all__ = ["AnswersRead", "questions", "read_answers", "result", "scales", "voices"]
