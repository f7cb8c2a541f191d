"""Scoring: from predictions to metrics, and from metrics to levels and boards.

Scores are raw values in the unit of the task table, by task id; levels and boards are 0
to 100 and higher is better. `levels` is the place to begin:

    found = levels({"image-c-001": 24.5, "text-001": 88.0}, bars=sota("paper-v1"))
    found.overall.l2, found.overall.level
"""

from __future__ import annotations

from curation.scoring.boards import Board, boards
from curation.scoring.cells import Cell, ScoreFile, Unusable
from curation.scoring.drawing import Drawn, Replicates, Stored
from curation.scoring.intervals import LevelIntervals, item_intervals, task_intervals
from curation.scoring.ladder import Ladder
from curation.scoring.levels import POLICIES, Levels, levels
from curation.scoring.lift import Lift, lift
from curation.scoring.marks import Mark, Tally
from curation.scoring.metric import Metric
from curation.scoring.metrics import BY_ID, METRICS
from curation.scoring.scale import Scale, scale_of
from curation.scoring.score import TaskScore, score_task
from curation.scoring.sheets import read_scores, write_scores
from curation.scoring.standing import Ranking, Standing, Terms, rank
from curation.scoring.table import SOTA_NAMES, Row, Sota, TaskTable, sota, task_table

__all__ = [
    "BY_ID",
    "METRICS",
    "POLICIES",
    "SOTA_NAMES",
    "Board",
    "Cell",
    "Drawn",
    "Ladder",
    "LevelIntervals",
    "Levels",
    "Lift",
    "Mark",
    "Metric",
    "Ranking",
    "Replicates",
    "Row",
    "Scale",
    "ScoreFile",
    "Sota",
    "Standing",
    "Stored",
    "Tally",
    "TaskScore",
    "TaskTable",
    "Terms",
    "Unusable",
    "boards",
    "item_intervals",
    "levels",
    "lift",
    "rank",
    "read_scores",
    "scale_of",
    "score_task",
    "sota",
    "task_intervals",
    "task_table",
    "write_scores",
]
