"""One client's folder, start to end: survey, needs, segments, typing tool, tagged base, booklet."""

from segkit.study.config import StudyConfig, read_config
from segkit.study.folder import new_study
from segkit.study.study import Study

__all__ = ["Study", "StudyConfig", "new_study", "read_config"]
