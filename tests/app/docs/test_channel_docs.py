"""The pages on channels are held against the connectors' source, which the app half can't import."""

import ast
import re

import pytest

from runtime.settings import PROJECT

CONNECTORS = PROJECT / "connectors"
PROTOCOL = (PROJECT / "docs/web-protocol.md").read_text("utf-8")
ADDING = (PROJECT / "docs/adding-a-channel.md").read_text("utf-8")


def source(name: str) -> str:
    return (CONNECTORS / f"{name}.py").read_text("utf-8")


def constant(name: str, module: str) -> int:
    return int(re.search(rf"^{name} = ([\d_]+)", source(module), re.MULTILINE)[1].replace("_", ""))


def rows(page: str, heading: str) -> list[str]:
    """The first cells of the table below a heading."""
    below = page[page.index(f"## {heading}") :].split("\n## ")[0]
    return [line.split("|")[1].strip() for line in below.splitlines() if line.startswith("| `")]


def provider_methods() -> tuple[set[str], set[str]]:
    """Of `Provider`: what must be filled in, and what may be."""
    [provider] = [node for node in ast.parse(source("provider")).body if getattr(node, "name", "") == "Provider"]
    blanks, options = set(), set()
    for node in provider.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "__init__":
            is_abstract = any(
                isinstance(mark, ast.Name) and mark.id == "abstractmethod" for mark in node.decorator_list
            )
            (blanks if is_abstract else options).add(node.name)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            options.add(node.target.id)
    return blanks, options


def test_the_events_of_the_socket_are_those_of_the_page():
    heard = set(re.search(r"for name in \(([^)]*)\)", source("web_socket"))[1].replace('"', "").split(", "))
    emitted = {
        event
        for file in CONNECTORS.glob("web_*.py")
        for event in re.findall(r'emit\(\s*"(\w+)"', file.read_text("utf-8"))
    }
    assert {name.strip("`") for name in rows(PROTOCOL, "Events of the socket")} == (heard | emitted) - {
        "connect",
        "disconnect",
    }


def test_the_routes_are_those_of_the_page():
    served = re.findall(r'\("(GET|POST)", "(/[^"]*)"', source("web_routes"))
    table = " ".join(rows(PROTOCOL, "Over HTTP"))
    for method, path in served:
        if path in ("/", "/health"):  # for whoever watches the server
            continue
        name = path.replace("<upload_id>", "<id>")
        assert re.search(rf"`{method}\b[^|]*{re.escape(name)}|`{method}`[^|]*{re.escape(name)}", table), (method, path)
    paths = {path.split("/")[1] for _, path in served}
    assert {re.search(r"/(\w+)", row)[1] for row in rows(PROTOCOL, "Over HTTP")} <= {*paths, "openapi"}


def test_the_rasa_container_gets_the_settings_of_the_channels():
    compose = (PROJECT / "docker-compose.yml").read_text("utf-8")
    for variable in re.findall(r'environ\.get\("(TRANSCRIPTION_\w+|CHALLENGE\w*|TRUSTED_PROXIES)"', source("settings")):
        if variable != "CHALLENGE_VERIFY_URL":  # of a service that nobody has but tests
            assert f"{variable}: ${{{variable}:-" in compose, variable


def test_the_error_codes_and_their_numbers_are_those_of_the_page():
    answers = re.findall(r"\(\w+, (\d+), \"(\w+)\"\)", source("web_http"))
    assert len(answers) >= 8
    named = PROTOCOL[PROTOCOL.index('`{"error": {"code"') :].split("\n\n")[0].replace("\n", " ")
    for status, code in answers:
        assert re.search(rf"{status} [^,]*`{code}`", named), code


@pytest.mark.parametrize(
    ("name", "module", "said"),
    [
        ("_SHOWN", "web_history", "the last {:d} messages"), ("UPLOADS_PER_MINUTE", "web_files", "{:d} a minute"),
        ("MAX_UPLOAD", "web_files", "{:d} MB"),
    ],
)  # fmt: skip
def test_a_limit_is_the_one_of_the_page(name, module, said):
    value = constant(name, module)
    assert said.format(value // 1_000_000 if "MB" in said else value) in PROTOCOL


def test_what_a_message_carries_beside_its_text_is_on_the_page():
    said = PROTOCOL[PROTOCOL.index("`bot_uttered.metadata`:") :].split("\n\n")[0]
    stamped = set(re.findall(r'metadata\["(\w+)"\] =', source("web_output")))
    stamped |= set(re.findall(r"(\w+)=", re.search(r'\["metadata"\]\.update\((.*)\)', source("web_mail"))[1]))
    assert stamped >= {"id", "seq", "message_id", "language"}
    for key in (*stamped, "answer"):
        assert re.search(rf"`{key}\b", said), key


def test_a_provider_fills_in_what_the_page_says():
    blanks, options = provider_methods()
    assert {re.match(r"`(\w+)", row)[1] for row in rows(f"## all\n{ADDING}", "all")} == blanks | {"fetch"}
    where = ADDING[ADDING.index("And where the provider") :].split("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", where)) == options


def test_the_rooms_that_the_page_names_are_there():
    flow = re.search(r"The base owns the flow \(([^)]*)\)", ADDING)[1]
    shared = ADDING[ADDING.index("Shared pieces:") :].split("\n\n")[0]
    names = re.findall(r"`(\w+)`", flow + shared)
    assert len(names) > 8
    for name in names:
        assert (CONNECTORS / f"{name}.py").exists(), name
    for path in re.findall(r"`((?:connectors|tests)/[\w/.]+)`", ADDING):
        assert (PROJECT / path).exists(), path


def test_a_new_channel_is_one_file_and_one_line():
    """The example of the page: a provider's name and its input are all that Rasa needs."""
    for channel in ("telegram", "whatsapp_cloud", "whatsapp_twilio"):
        [line] = re.findall(
            rf"^connectors\.{channel}\.(\w+):", (PROJECT / "credentials.yml").read_text("utf-8"), re.MULTILINE
        )
        assert f"class {line}(WebhookInput):" in source(channel)
