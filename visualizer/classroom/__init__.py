"""The classroom: what learners answer and how it is judged, and a lesson's rehearsal before it."""

from .quiz import AnswerError, ProofStep, Verdict, expected, grade
from .rehearsal import rehearse

__all__ = ["AnswerError", "ProofStep", "Verdict", "expected", "grade", "rehearse"]
