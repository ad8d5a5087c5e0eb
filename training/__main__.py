"""The command line: `python -m training --help`."""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while the first modules are read: nothing has begun

from .stopping import leave, stoppable

if __name__ == "__main__":
    try:
        with stoppable():
            from .commands import main  # after a signal has its handler: importing takes part of a second

            main(prog_name="python -m training")
    except SystemExit as ended:
        leave(ended)
