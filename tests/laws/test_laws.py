"""Fifty histories of thirty steps on each engine: no order of doings breaks a law of the house."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from tests.laws.village_at_work import VillageAtWork

# More for an evening: larger numbers here, and Phase.shrink to make a broken history short (that takes minutes).
HISTORIES, STEPS = 50, 30
PHASES = (Phase.generate,)


@pytest.mark.timeout(400)
def test_no_order_of_doings_breaks_a_law(engine: Engine) -> None:
    how = settings(
        max_examples=HISTORIES,
        stateful_step_count=STEPS,
        phases=PHASES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(lambda: VillageAtWork(engine), settings=how)
