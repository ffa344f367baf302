"""The docs are held against the code."""

import csv
import re

from commands.__main__ import COMMANDS
from protocol import errors
from retrieval.history import KEPT
from retrieval.loaders import LOADERS
from retrieval.sources import archive, web_list
from runtime.settings import PROJECT, VARIABLES


def test_every_error_class_is_on_its_page():
    page = (PROJECT / "docs/errors.md").read_text()
    classes = [
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.SahayakError)
    ]
    assert len(classes) > 10
    for error in classes:
        row = next((line for line in page.splitlines() if line.startswith(f"| `{error.__name__}`")), "")
        assert row, error.__name__
        heard = re.findall(r"`(utter_\w+)`", row)
        assert heard in ([error.utterance], []), error.__name__


def test_every_command_is_on_its_page():
    page = (PROJECT / "docs/commands.md").read_text()
    for command in COMMANDS:
        assert f"`bin/sahayak {command}" in page


def test_every_decision_is_listed_and_no_link_of_the_docs_is_broken():
    listed = (PROJECT / "docs/decisions/README.md").read_text()
    for decision in (PROJECT / "docs/decisions").glob("why-*.md"):
        assert decision.name in listed
    for page in [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_channel_has_a_column_a_page_and_no_feature_is_left_open():
    with (PROJECT / "docs/channels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    channels = re.findall(r"^connectors\.(\w+)\.", (PROJECT / "credentials.yml").read_text("utf-8"), re.MULTILINE)
    assert set(rows[0]) == {"feature", *channels}
    assert all(value and value.strip() for row in rows for value in row.values())
    listed = (PROJECT / "docs/channels/README.md").read_text("utf-8")
    for channel in channels:
        assert f"`{channel}`" in listed
        if channel != "web":
            page = (PROJECT / f"docs/channels/{channel.replace('_', '-')}.md").read_text("utf-8")
            source = (PROJECT / f"connectors/{channel}.py").read_text("utf-8")
            for key in re.findall(r'read\.(?:text|texts)\("(\w+)"', source):
                assert f"{key}:" in page, key
            for key in re.findall(r'read\.secret\("(\w+)"', source):
                assert f"{key}_variable:" in page, key


def test_the_matrix_says_what_the_channels_can_do():
    with (PROJECT / "docs/channels.csv").open(encoding="utf-8") as file:
        matrix = {row["feature"]: row for row in csv.DictReader(file)}
    for channel in ("whatsapp_cloud", "whatsapp_twilio", "telegram"):
        source = "".join(
            (PROJECT / f"connectors/{channel}{part}.py").read_text("utf-8")
            for part in ("", "_parse", "_api")
            if (PROJECT / f"connectors/{channel}{part}.py").exists()
        )
        claims = {
            "typing sign": r"async def begin",
            "streaming": r"async def stream",
            "24-hour window": r"window = 24",
            "delivery receipts": r"Receipt\(",
            "numbers to type": r"def numbered",
            "voice note in": r'"voice"',
            "edited message in": r'"edit"|edited_message',
            "groups": r"def _is_addressed",
            "contact in": r'"contacts"|message\.contact',
        }
        for feature, sign in claims.items():
            assert (matrix[feature][channel] != "no") == bool(re.search(sign, source)), (feature, channel)
        limit = re.search(r"^_MAX_TEXT = ([\d_]+)", source, re.MULTILINE)
        assert limit
        assert int(limit[1].replace("_", "")) <= int(matrix["longest text"][channel])


def test_the_settings_of_the_rasa_half_are_on_their_page():
    page = (PROJECT / "docs/settings.md").read_text("utf-8")
    example = (PROJECT / ".env.example").read_text("utf-8")
    for variable in re.findall(r'environ\.get\("(\w+)"', (PROJECT / "connectors/settings.py").read_text("utf-8")):
        assert f"`{variable}`" in page
        assert f"#{variable}=" in example


def test_every_kind_of_file_that_is_read_is_on_its_page():
    page = (PROJECT / "docs/documents.md").read_text()
    table = page[: page.index("## What a file may cost")]
    assert set(re.findall(r"`(\.[a-z]+)`", table)) == {*LOADERS, archive.ENDING, web_list.ENDING}


def test_every_limit_of_reading_is_on_its_page():
    page = (PROJECT / "docs/documents.md").read_text()
    variables = [variable for variable, _ in VARIABLES.values() if variable.startswith("INGEST_")]
    assert len(variables) == 4
    for variable in variables:
        assert f"`{variable}`" in page
    assert f"The last {KEPT} versions" in page
