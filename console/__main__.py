"""`python -m console`: reads the settings and serves."""

import sys

from console.app import create_app
from protocol.errors import SettingsError
from runtime import settings as installation
from runtime.tenants import read_tenants


def main() -> int:
    """Serve until stopped; 1 when the settings can't be used."""
    try:
        settings = installation.read()
        app = create_app(settings, read_tenants(settings.tenants_folder))
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201  # before there is a log
        return 1
    app.run(settings.console_host, settings.console_port, single_process=True, motd=False, access_log=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
