"""Stories are asked only where no rule decides.

`AugmentedMemoizationPolicy` retells the conversation again and again, each time without its oldest action, until it knows it: a
quarter of a turn's work. When a rule is sure, nothing that stories say can win against it: their best confidence is the same 1.0, and
equals go to the policy of higher priority (`DefaultPolicyPredictionEnsemble._pick_best_policy`), unless an action was just rejected.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from rasa.core.policies.memoization import AugmentedMemoizationPolicy
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected
from rasa.shared.core.trackers import DialogueStateTracker

_RULED = "_sahayak_ruled"  # on a tracker: how many events it had when rules were asked, and what they said
_DONE = (ActionExecuted, ActionExecutionRejected)
_Predict = Callable[..., PolicyPrediction]


def install() -> None:
    """Let rules leave word on the tracker, and stories look for it."""
    RulePolicy.predict_action_probabilities = _leaving_word(RulePolicy.predict_action_probabilities)
    AugmentedMemoizationPolicy.predict_action_probabilities = _asked_last(
        AugmentedMemoizationPolicy.predict_action_probabilities
    )


def _leaving_word(predict: _Predict) -> _Predict:
    @wraps(predict)
    def predict_action_probabilities(
        policy: RulePolicy, tracker: DialogueStateTracker, *rest: Any, **named: Any
    ) -> PolicyPrediction:
        prediction = predict(policy, tracker, *rest, **named)
        setattr(tracker, _RULED, (len(tracker.events), prediction))
        return prediction

    return predict_action_probabilities


def _asked_last(predict: _Predict) -> _Predict:
    @wraps(predict)
    def predict_action_probabilities(
        policy: AugmentedMemoizationPolicy,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **named: Any,
    ) -> PolicyPrediction:
        if _is_decided(tracker, policy.priority):
            return policy._prediction(policy._default_predictions(domain))
        return predict(policy, tracker, domain, rule_only_data=rule_only_data, **named)

    return predict_action_probabilities


def _is_decided(tracker: DialogueStateTracker, priority: int) -> bool:
    word: tuple[int, PolicyPrediction] | None = getattr(tracker, _RULED, None)
    if word is None or word[0] != len(tracker.events):
        return False
    sure = word[1].max_confidence >= 1.0 and word[1].policy_priority > priority
    return bool(sure) and not _was_rejected(tracker)


def _was_rejected(tracker: DialogueStateTracker) -> bool:
    latest = next((event for event in reversed(tracker.events) if isinstance(event, _DONE)), None)
    return isinstance(latest, ActionExecutionRejected)
