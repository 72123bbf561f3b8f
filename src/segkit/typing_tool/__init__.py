"""From segments to customers: a typing tool that carries segments onto a whole base.

Fields become small whole numbers through one codebook; a random forest or a scorecard over
these numbers votes in whole numbers; calibration and abstention are whole numbers too. So
every customer gets the same tag wherever the tool runs, and the tool says honestly how often
it is right.
"""

from segkit.typing_tool.base.mix import SegmentMix
from segkit.typing_tool.base.report import TagReport
from segkit.typing_tool.base.set_sizes import SetSizes
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.comparison.comparison import ToolComparison, compare_tools
from segkit.typing_tool.evaluation.abstention import CoverageCurve
from segkit.typing_tool.evaluation.agreement import Confusion, ReliabilityCurve
from segkit.typing_tool.evaluation.choices import Choices
from segkit.typing_tool.evaluation.evaluation import Evaluation
from segkit.typing_tool.evaluation.groups import GroupFigures
from segkit.typing_tool.evaluation.importance import FieldImportance
from segkit.typing_tool.evaluation.learning import LearningCurve
from segkit.typing_tool.evaluation.lift import LiftCurve
from segkit.typing_tool.evaluation.model_comparison import ModelComparison, compare_models
from segkit.typing_tool.export.model_card.tool_card import ToolCard
from segkit.typing_tool.golden.golden_questions import golden_questions
from segkit.typing_tool.golden.questions import GoldenQuestions
from segkit.typing_tool.growing_samples import learning_curve
from segkit.typing_tool.loading import load
from segkit.typing_tool.models.point_table import Points
from segkit.typing_tool.tool import TypingTool

__all__ = [
    "Choices",
    "Confusion",
    "CoverageCurve",
    "Evaluation",
    "FieldCodes",
    "FieldImportance",
    "GoldenQuestions",
    "GroupFigures",
    "LearningCurve",
    "LiftCurve",
    "ModelComparison",
    "Points",
    "ReliabilityCurve",
    "SegmentMix",
    "SetSizes",
    "TagReport",
    "ToolCard",
    "ToolComparison",
    "TypingTool",
    "compare_models",
    "compare_tools",
    "golden_questions",
    "learning_curve",
    "load",
]
