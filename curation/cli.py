"""The command line: one verb a file in `commands`, loaded when it is called."""

from __future__ import annotations

import contextlib
import errno
import importlib
import signal
import sys
from collections.abc import Sequence
from typing import Any

import click

from curation import exits

COMMANDS = {
    "init": ("curation.commands.init", "Write a task folder to start from."),
    "demo": ("curation.commands.demo", "Write a small contribution for each modality and paradigm."),
    "validate": ("curation.commands.validate", "Check tasks against their schemas, and every media file."),
    "review": ("curation.commands.review", "Show a submission to its reviewer, and record the verdict."),
    "rules": ("curation.commands.rules", "Print the rules, or one with its why and fix."),
    "families": ("curation.commands.families", "Print the families of tasks."),
    "schema": ("curation.commands.schema", "Print the JSON Schema of a family."),
    "doctor": ("curation.commands.doctor", "Say what is installed, and what it can read."),
    "benchmark": ("curation.commands.benchmark", "Start the folder that a benchmark is kept in."),
    "key": ("curation.commands.key", "Make or check the one file that is never shared."),
    "split": ("curation.commands.split", "Decide what is open and what is close, for ever."),
    "retire": ("curation.commands.retire", "Move close samples to the open set."),
    "release": ("curation.commands.release", "Cut a version: open, close, and hidden references."),
    "audit": ("curation.commands.audit", "Search a release for its hidden answers."),
    "card": ("curation.commands.card", "Print or renew the cards of a release."),
    "preflight": ("curation.commands.preflight", "Find what the Hub would refuse."),
    "publish": ("curation.commands.publish", "Publish a release to the Hub, or to a folder."),
    "verify": ("curation.commands.verify", "See that the Hub has what was released."),
    "restore": ("curation.commands.restore", "Write task folders back from a release."),
    "export": ("curation.commands.export", "Write the part of a release that a board needs."),
    "prove": ("curation.commands.prove", "Prove that a reference is the one committed to."),
    "verify-proof": ("curation.commands.verify_proof", "Check such a proof."),
    "predictions": ("curation.commands.predictions", "Check predictions, or write an empty file of them."),
    "score": ("curation.commands.score", "Score predictions against references."),
    "verify-receipt": ("curation.commands.verify_receipt", "Compute a score again from its receipt."),
    "level": ("curation.commands.level", "Compute Levels 2 to 5 from a table of scores."),
    "board": ("curation.commands.board", "Make the leaderboards of all scopes from scores."),
    "hub": ("curation.commands.hub", "Serve a local hub, a folder that stands in for the Hugging Face Hub."),
    "cache": ("curation.commands.cache", "Show or empty the store of what files were found to be."),
}  # fmt: skip
"""Each verb: the module whose `command` it is, and its line in the help."""

_FULL = (errno.ENOSPC, errno.EDQUOT)


class _Verbs(click.Group):
    """A group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module: Any = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            import difflib  # noqa: PLC0415 - only a mistake needs it

            close = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise click.UsageError(f"there is no command {name!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from curation.versions import DISTRIBUTION, versions  # noqa: PLC0415

        click.echo(f"curate {versions().get(DISTRIBUTION, 'not installed')}")
        ctx.exit()


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, callback=_version, expose_value=False, is_eager=True, help="Print the version and exit.")  # fmt: skip
def app() -> None:
    """Take a contributed dataset to a released General-Bench, and predictions to a score.

    Exit codes: 0 clean, 1 findings, 2 usage or configuration, 3 a failure of ours,
    130 interrupted.
    """
    if sys.flags.optimize > 1:
        raise click.UsageError(
            "python -OO (PYTHONOPTIMIZE=2) leaves out what rules say of themselves;"
            " start it without"
        )


def main(arguments: Sequence[str] | None = None, name: str | None = None) -> None:
    """Run the command line and exit.

    Args:
        arguments: The command and its options, by default those of the process.
        name: By which `told` knows the command, if what it prints is to be kept.
    """
    _heed_signals()
    try:
        code = app(args=arguments, prog_name="curate", standalone_mode=False, obj=name)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        with contextlib.suppress(OSError):  # stderr may be full; the exit code tells
            error.show()
        code = error.exit_code
    except BrokenPipeError:
        # The reader has what it wanted; nothing more can be said to it.
        sys.stderr.close()
        code = exits.CLEAN
    except (Exception, KeyboardInterrupt) as error:
        code = _stopped(error)
    sys.exit(code if isinstance(code, int) else exits.CLEAN)


def _heed_signals() -> None:
    """Let the signals that end a job do what Ctrl-C does: report, and leave nothing behind.

    By themselves they end the process at once, and what was unpacked stays on the disk.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has but one of them
        # What was told to be ignored, as by nohup, stays so.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _stopped(error: BaseException) -> int:
    """Say what ended a command that did not end by itself, and return its exit code."""
    if isinstance(error, click.Abort) or exits.interrupted(error):
        said, code = "interrupted", exits.INTERRUPTED
    elif isinstance(error, OSError) and error.errno in _FULL:
        said, code = f"Error: {error.strerror}", exits.USAGE
    else:  # it is ours, and shown whole so that it can be reported
        import traceback  # noqa: PLC0415

        said = (
            "".join(traceback.format_exception(error))
            + "curate: this is a fault of the tool; please report it with the lines above"
        )
        code = exits.FAILURE
    with contextlib.suppress(OSError):
        click.echo(said, err=True)
    return code
