"""Running the door in one process."""

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


def serve(port: int) -> None:
    """Serve on this machine alone until interrupted."""
    Granian(
        "chengzai.web.wsgi:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=2,
        log_level=LogLevels.warning,
    ).serve()
