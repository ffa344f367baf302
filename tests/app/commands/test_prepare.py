"""What `run` does before it serves, when something is damaged or missing."""

import tarfile
from dataclasses import replace

import pytest

from commands.prepare import ingest_when_empty, train_when_older
from protocol.errors import SettingsError
from runtime.settings import PROJECT, Settings
from runtime.wiring import open_knowledge


@pytest.fixture
def project(tmp_path):
    """A Rasa project whose training leaves a model, or fails when `fail` stands beside it."""
    for name in ("domain.yml", "config.yml"):
        (tmp_path / name).write_text("version: '3.1'\n")
    (tmp_path / "models").mkdir()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/train").write_text(
        "#!/bin/sh\ncd $(dirname $0)/..\n[ -e fail ] && exit 1\n"
        "echo {} > metadata.json\ntar czf models/new.tar.gz metadata.json\n"
    )
    (tmp_path / "bin/train").chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("damage", [b"", b"not an archive", b"\x1f\x8b\x08\0\0\0\0\0\0\x03half"])
async def test_a_damaged_model_is_set_aside_and_another_one_trained(project, damage, capfd):
    (project / "models/old.tar.gz").write_bytes(damage)
    await train_when_older(project)
    assert (project / "models/old.tar.gz.damaged").read_bytes() == damage
    assert tarfile.is_tarfile(project / "models/new.tar.gz")
    assert "old.tar.gz is damaged" in capfd.readouterr().err


async def test_a_model_that_is_newer_than_the_data_stays(project):
    await train_when_older(project)
    (project / "bin/train").unlink()  # a second training would fail
    await train_when_older(project)


async def test_failing_training_says_so_and_keeps_the_older_model(project):
    await train_when_older(project)
    (project / "fail").touch()
    (project / "domain.yml").write_text("version: '3.1'\nintents: []\n")
    with pytest.raises(SettingsError, match="Training failed"):
        await train_when_older(project)
    assert (project / "models/new.tar.gz").exists()


async def test_a_missing_knowledge_folder_is_told_and_stops_nothing(tmp_path, var_folder, capfd):
    tenants = tmp_path / "tenants"
    tenants.mkdir()
    text = (PROJECT / "tenants/demo.yml").read_text("utf-8").replace("[knowledge]", "[no-such-knowledge]")
    assert "no-such-knowledge" in text
    (tenants / "demo.yml").write_text(text, "utf-8")
    settings = replace(Settings(), var_folder=var_folder, tenants_folder=tenants)
    await ingest_when_empty(settings)
    assert "no-such-knowledge, which is missing" in capfd.readouterr().err
    knowledge = open_knowledge(settings)
    assert (await knowledge.index.stats("demo")).documents == 0
    await knowledge.close()
