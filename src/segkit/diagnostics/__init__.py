"""Trust: whether we would find these segments again, and whether they still hold.

`stability` refits a segmentation to samples of the respondents and says, segment by segment
and respondent by respondent, what comes back; `prediction_strength` asks halves of the
respondents to predict each other, and `end_to_end` which stage from answers to tags makes people
change their segment. `drift` compares the base of today with the
one the segments were made for, field by field, and ends in one verdict: keep,
recalibrate or resegment. `learn_bins` and `count_table` make the counts that this takes: they
add up over days and parts, and are saved in place of the rows. `Monitor` keeps such counts, and
the tags, day by day, and raises few false alarms. `migration` follows customers from one tagged
base to the next and tells moves from tags that only flip; `decompose_mix` divides a change of
sizes into people and tool.
"""

from segkit.diagnostics.change.drift_result import Drift
from segkit.diagnostics.counting.learning import learn_bins
from segkit.diagnostics.counting.table_bins import TableBins
from segkit.diagnostics.counting.table_counts import TableCounts, load_counts
from segkit.diagnostics.counting.tables import count_table
from segkit.diagnostics.drift import drift
from segkit.diagnostics.end_to_end import end_to_end
from segkit.diagnostics.migration import migration
from segkit.diagnostics.monitor import Monitor
from segkit.diagnostics.moves.decomposition import MixChange, decompose_mix
from segkit.diagnostics.moves.homogeneity import Homogeneity
from segkit.diagnostics.moves.hysteresis import Hysteresis
from segkit.diagnostics.moves.migration_result import Migration
from segkit.diagnostics.moves.moved_fields import MovedFields
from segkit.diagnostics.prediction_strength import PredictionStrength, prediction_strength
from segkit.diagnostics.refits.across import Across
from segkit.diagnostics.refits.end_to_end_result import EndToEnd
from segkit.diagnostics.refits.stability_result import Stability
from segkit.diagnostics.stability import stability
from segkit.diagnostics.watch.update_result import MonitorUpdate
from segkit.diagnostics.wave import wave
from segkit.diagnostics.waves.wave_result import WaveComparison

__all__ = [
    "Across",
    "Drift",
    "EndToEnd",
    "Homogeneity",
    "Hysteresis",
    "Migration",
    "MixChange",
    "Monitor",
    "MonitorUpdate",
    "MovedFields",
    "PredictionStrength",
    "Stability",
    "TableBins",
    "TableCounts",
    "WaveComparison",
    "count_table",
    "decompose_mix",
    "drift",
    "end_to_end",
    "learn_bins",
    "load_counts",
    "migration",
    "prediction_strength",
    "stability",
    "wave",
]
