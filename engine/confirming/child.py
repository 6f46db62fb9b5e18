"""The process of a confirmation: trains one row on one fresh fold after another and tells every score.

It is started as ``python -m engine.confirming.child`` with its messages on standard input and output; whatever a model
prints goes to standard error.
"""

from __future__ import annotations

import traceback

from engine.confirming.fresh_folds import FreshFolds
from engine.confirming.messages import BeginConfirming, FitFresh, OpenHoldout, ReadyToConfirm, ToConfirmer
from engine.errors import UserFault
from engine.execution import startup
from engine.execution.channel import Channel
from engine.execution.messages import PrepareFailed, Quit
from engine.execution.reporting import sentence


def serve(channel: Channel[ToConfirmer]) -> None:
    """Answer until told to quit."""
    tasks = startup.hear_tasks(channel)
    table: FreshFolds | None = None
    while not isinstance(task := tasks.get(), Quit):
        try:
            if isinstance(task, BeginConfirming):
                table = _begin(channel, task)
            elif isinstance(task, FitFresh) and table is not None:
                channel.send(table.fit(task.row, task.repeat, task.fold))
            elif isinstance(task, OpenHoldout) and table is not None:
                channel.send(table.open_holdout(task.rows))
        except UserFault as fault:
            channel.send(PrepareFailed(fault.what, fault.remedy))
        except Exception as error:  # noqa: BLE001 - whatever a reader raises becomes a sentence for the person
            traceback.print_exc()
            channel.send(PrepareFailed(f"The data could not be prepared: {sentence(error)}", "See the log."))


def _begin(channel: Channel[ToConfirmer], task: BeginConfirming) -> FreshFolds:
    # In here because it loads the libraries that train.
    from engine.objectives import permissions, table

    permissions.allow_model(task.objective)  # a confirmation has begun, which asked before
    prepared = table.prepare(task.objective)
    found = FreshFolds(prepared, task.rows, task.seed)
    channel.send(ReadyToConfirm(len(found.folds(0)), found.ratio, prepared.plan.scheme != "time"))
    return found


def main() -> None:
    """Take over the standard streams for messages, then serve."""
    serve(startup.open_channel(ToConfirmer))


if __name__ == "__main__":
    main()
