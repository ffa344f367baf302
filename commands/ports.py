"""Whether the three ports are free, and who holds them when not."""

import socket

from protocol.errors import SettingsError
from runtime.settings import VARIABLES, Settings


def refuse_taken_ports(settings: Settings) -> None:
    """Raises SettingsError that names the port, its process and the variable that moves it."""
    for process in ("console", "rasa", "actions"):
        field = f"{process}_port"
        port = getattr(settings, field)
        if not is_free(settings.host, port):
            raise SettingsError(
                f"Port {port}, where the {process} process listens, is taken by another program.",
                hint=f"Stop it (see `ss -ltnp 'sport = :{port}'`) or set {VARIABLES[field][0]} to another port.",
            )


def is_free(host: str, port: int) -> bool:
    """Whether this address can be listened on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
