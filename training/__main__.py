"""The command line: `python -m training --help`."""

from .stopping import stoppable

if __name__ == "__main__":
    with stoppable():
        from .commands import main  # after a signal has its handler: importing takes part of a second

        main(prog_name="python -m training")
