"""The process of a race: carries out one search after another and tells every trial.

It is started as ``python -m engine.racing.child`` with its messages on standard input and output; whatever a model
prints goes to standard error.
"""

from __future__ import annotations

import traceback

from engine.errors import UserFault
from engine.execution import startup
from engine.execution.channel import Channel
from engine.execution.messages import PrepareFailed, Quit
from engine.execution.reporting import sentence
from engine.racing.messages import Begin, ModelProblem, Search, ToRacer
from engine.racing.model_problem import ModelEvaluator
from engine.racing.searching import Arena, ModelArena, ObjectiveArena, search_once
from engine.space import SearchSpace


def serve(channel: Channel[ToRacer]) -> None:
    """Answer until told to quit."""
    tasks = startup.hear_tasks(channel)
    arena: Arena | None = None
    space, begin = SearchSpace({}), None
    while not isinstance(task := tasks.get(), Quit):
        if isinstance(task, Begin):
            begin, space = task, SearchSpace.from_json(task.problem.space)
            arena = _arena(channel, task)
        elif isinstance(task, Search) and arena is not None and begin is not None:
            search_once(arena, space, begin.problem.direction, task, begin.trials, channel.send)


def _arena(channel: Channel[ToRacer], begin: Begin) -> Arena | None:
    problem = begin.problem
    try:
        if isinstance(problem, ModelProblem):
            return ModelArena(ModelEvaluator(problem))
        # In here because it loads the libraries that train, which a race on a model need not wait for.
        from engine.objectives import permissions, preparing, table
        from engine.objectives.base import AskingEvaluator

        permissions.allow_model(problem.objective)  # a race has begun, which asked before
        evaluator = preparing.prepare(problem.objective, None)
        if problem.holdout and isinstance(evaluator, table.PreparedTable):
            evaluator.hold_out_again()
        assert not isinstance(evaluator, AskingEvaluator), "a race runs no scripts"
        return ObjectiveArena(evaluator, holdout=problem.holdout)
    except UserFault as fault:
        channel.send(PrepareFailed(fault.what, fault.remedy))
    except Exception as error:  # noqa: BLE001 - whatever a reader raises becomes a sentence for the person
        traceback.print_exc()
        channel.send(PrepareFailed(f"The data could not be prepared: {sentence(error)}", "See the log."))
    return None


def main() -> None:
    """Take over the standard streams for messages, then serve."""
    serve(startup.open_channel(ToRacer))


if __name__ == "__main__":
    main()
