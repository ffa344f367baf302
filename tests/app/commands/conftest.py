"""The command line on a var/ of its own, with documents in three languages."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from commands.__main__ import main
from runtime.settings import PROJECT

ARTICLES = {
    "en/backup.md": "---\ntitle: Backup\nlanguage: en\n---\n# Backup\n\nA backup is made every day at 21:30 under Tools > Backup.\n",
    "hi/backup.md": "---\ntitle: बैकअप\nlanguage: hi\n---\n# बैकअप\n\nबैकअप हर दिन रात 21:30 बजे अपने आप बनता है।\n",
    "hinglish/backup.md": "---\ntitle: Backup kaise le\nlanguage: hinglish\n---\n# Backup\n\nBackup har din raat 21:30 baje apne aap banta hai.\n",
}


@dataclass(frozen=True)
class Told:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def folder(tmp_path):
    """Documents in three languages."""
    for name, text in ARTICLES.items():
        (tmp_path / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / name).write_text(text, "utf-8")
    return tmp_path / "docs"


@pytest.fixture
def sahayak(var_folder, tmp_path, monkeypatch, capsys) -> Callable[..., Told]:
    """Runs a command in this process; what it printed and its exit code come back."""
    tenants = tmp_path / "tenants"
    tenants.mkdir()
    (tenants / "demo.yml").write_text((PROJECT / "tenants/demo.yml").read_text("utf-8"), "utf-8")
    monkeypatch.setenv("SAHAYAK_VAR", str(var_folder))
    monkeypatch.setenv("SAHAYAK_TENANTS", str(tenants))

    def run(*arguments: object, **variables: str) -> Told:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Told(code, printed.out, printed.err)

    return run
