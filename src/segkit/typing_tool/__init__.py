"""From segments to customers: a typing tool that carries segments onto a whole base.

Fields become small whole numbers through one codebook; a random forest over these numbers
votes in whole numbers; calibration and abstention are whole numbers too. So every customer
gets the same tag wherever the tool runs, and the tool says honestly how often it is right.
"""

from segkit.typing_tool.abstention import CoverageCurve
from segkit.typing_tool.agreement import Confusion, ReliabilityCurve
from segkit.typing_tool.codes import FieldCodes
from segkit.typing_tool.evaluation import Evaluation
from segkit.typing_tool.importance import FieldImportance
from segkit.typing_tool.mix import SegmentMix
from segkit.typing_tool.tagging import TagReport
from segkit.typing_tool.tool import TypingTool, load

__all__ = [
    "Confusion",
    "CoverageCurve",
    "Evaluation",
    "FieldCodes",
    "FieldImportance",
    "ReliabilityCurve",
    "SegmentMix",
    "TagReport",
    "TypingTool",
    "load",
]
