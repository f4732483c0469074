"""Running the door in one process."""

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


def serve(port: int, *, host: str = "127.0.0.1") -> None:
    """Serve until interrupted; by default on this machine alone."""
    Granian(
        "chengzai.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_level=LogLevels.warning,
    ).serve()
