"""Is each target on course? Progress against trajectory, colour by rule, and counties side by side.

A state always names the rule that decided it, and “no report”, “not yet due” and “cannot tell” are states.
"""

from chengzai.assess._adjustments import (
    ADJUSTMENTS,
    Adjustment,
    AdjustmentRefused,
    effects_of,
    event_of,
    fold_adjustments,
    require_adjustment,
    require_adjustment_step,
    require_single,
)
from chengzai.assess._allocation import Allocation, check_allocations
from chengzai.assess._appraisal import Appraisal, AppraisedLine, NotNow, fold_appraisal, require_step
from chengzai.assess._assess import Assessment, Case, Rules, assess, share_due
from chengzai.assess._board import Carried, Measured, assess_plan, county_places
from chengzai.assess._compare import BY_MEAN, compare_counties
from chengzai.assess._composite import (
    Treated,
    competition_ranks,
    denominate,
    impute_group_mean,
    index_up,
    normalise_minmax,
    treat_outliers,
)
from chengzai.assess._composition import CountChange, change_of
from chengzai.assess._expected import Pipeline
from chengzai.assess._lights import STATES, Band, band_of, check_bands
from chengzai.assess._outlook import Outlook, OutlookRule, foretell
from chengzai.assess._pace import PaceRule
from chengzai.assess._progress import (
    attained_share,
    expected_share,
    required_run_rate,
    rounded_gap,
    schedule_gap,
)
from chengzai.assess._prompts import Prompt, PromptRule, prompts_of
from chengzai.assess._rank_bounds import RankRange, rank_ranges
from chengzai.assess._ranking import Effects, Ranked, Ranking, Standing, rank_by_scheme, rank_units
from chengzai.assess._record import Score, Scored, TrackRecord, past_forecasts, track_record
from chengzai.assess._robust import (
    Doubts,
    Spread,
    dominance,
    leave_one_out,
    ranks_of,
    sobol_shares,
    spread_of,
    tie_groups,
)
from chengzai.assess._scheme import Scheme, ScoredItem, read_scheme
from chengzai.assess._scoring import METHODS, check_method, score
from chengzai.assess._series import Predicted, forecast_series
from chengzai.assess._solver import quiet_solver
from chengzai.assess._split import SPLIT_RULES, CannotSplit, is_additive, needs_baseline, propose_split
from chengzai.assess._tracks import Track, tracks_of
from chengzai.assess._verification import (
    CheckedValue,
    Drift,
    SampledValue,
    UnitErrors,
    draw_sample,
    error_interval,
    measured_errors,
    self_rating_drift,
    unit_errors,
)
from chengzai.assess._warn import Warned, WarnRule, paces_apart, raised, warn
from chengzai.assess._what_if import Passed, WhatIf, what_if
from chengzai.assess._words import (
    Pace,
    Phrase,
    ahead_words,
    change_words,
    class_name,
    comparison_words,
    distance_words,
    goal_sign,
    must_reach,
    never_shown,
    pace_words,
    surplus_words,
)
from chengzai.assess._year_goal import year_share, year_shares

__all__ = [
    "ADJUSTMENTS",
    "BY_MEAN",
    "METHODS",
    "SPLIT_RULES",
    "STATES",
    "Adjustment",
    "AdjustmentRefused",
    "Allocation",
    "Appraisal",
    "AppraisedLine",
    "Assessment",
    "Band",
    "CannotSplit",
    "Carried",
    "Case",
    "CheckedValue",
    "CountChange",
    "Doubts",
    "Drift",
    "Effects",
    "Measured",
    "NotNow",
    "Outlook",
    "OutlookRule",
    "Pace",
    "PaceRule",
    "Passed",
    "Phrase",
    "Pipeline",
    "Predicted",
    "Prompt",
    "PromptRule",
    "RankRange",
    "Ranked",
    "Ranking",
    "Rules",
    "SampledValue",
    "Scheme",
    "Score",
    "Scored",
    "ScoredItem",
    "Spread",
    "Standing",
    "Track",
    "TrackRecord",
    "Treated",
    "UnitErrors",
    "WarnRule",
    "Warned",
    "WhatIf",
    "ahead_words",
    "assess",
    "assess_plan",
    "attained_share",
    "band_of",
    "change_of",
    "change_words",
    "check_allocations",
    "check_bands",
    "check_method",
    "class_name",
    "compare_counties",
    "comparison_words",
    "competition_ranks",
    "county_places",
    "denominate",
    "distance_words",
    "dominance",
    "draw_sample",
    "effects_of",
    "error_interval",
    "event_of",
    "expected_share",
    "fold_adjustments",
    "fold_appraisal",
    "forecast_series",
    "foretell",
    "goal_sign",
    "impute_group_mean",
    "index_up",
    "is_additive",
    "leave_one_out",
    "measured_errors",
    "must_reach",
    "needs_baseline",
    "never_shown",
    "normalise_minmax",
    "pace_words",
    "paces_apart",
    "past_forecasts",
    "prompts_of",
    "propose_split",
    "quiet_solver",
    "raised",
    "rank_by_scheme",
    "rank_ranges",
    "rank_units",
    "ranks_of",
    "read_scheme",
    "require_adjustment",
    "require_adjustment_step",
    "require_single",
    "require_step",
    "required_run_rate",
    "rounded_gap",
    "schedule_gap",
    "score",
    "self_rating_drift",
    "share_due",
    "sobol_shares",
    "spread_of",
    "surplus_words",
    "tie_groups",
    "track_record",
    "tracks_of",
    "treat_outliers",
    "unit_errors",
    "warn",
    "what_if",
    "year_share",
    "year_shares",
]
