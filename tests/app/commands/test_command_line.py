"""`bin/sahayak`: what others rely on, its exit codes, and one line for every failure."""

import json
import signal
import subprocess
from functools import partial

import pytest

from runtime.settings import PROJECT

QUESTIONS = {"en": "when is the backup made", "hi": "बैकअप कब बनता है", "hinglish": "backup kab banta hai"}


def test_documents_are_taken_in_once_then_found_and_quoted(sahayak, folder):
    first = sahayak("ingest", folder, "--json").json
    assert first["totals"] == {"added": 3}
    assert sahayak("ingest", folder, "--json").json["totals"] == {"unchanged": 3}
    for language, question in QUESTIONS.items():
        hit = sahayak("search", question, "--json").json["hits"][0]
        assert {"id", "document", "title", "text", "score", "keyword_rank", "dense_rank"} <= set(hit)
        assert hit["language"] == language
    answer = sahayak("ask", QUESTIONS["hinglish"], "--json").json
    assert {
        "answer",
        "language",
        "refused",
        "confidence",
        "sources",
        "model",
        "cost_usd",
        "tokens",
        "stages_ms",
    } <= set(answer)
    assert (answer["language"], answer["refused"]) == ("hinglish", False)
    assert "21:30" in answer["answer"]
    assert {"id", "title", "url", "page", "text"} <= set(answer["sources"][0])


def test_a_changed_and_a_vanished_file_are_noticed(sahayak, folder):
    sahayak("ingest", folder)
    (folder / "en/backup.md").write_text("# Backup\n\nBackups are made at 22:15.\n", "utf-8")
    (folder / "hi/backup.md").unlink()
    told = sahayak("ingest", folder)
    assert "~ en/backup.md" in told.out
    assert "- hi/backup.md" in told.out


def test_a_file_that_cannot_be_read_is_refused_with_its_reason_and_the_others_are_kept(sahayak, folder):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nhalf a fi")
    (folder / "empty.md").write_bytes(b"")
    (folder / "program.exe").write_bytes(b"MZ\x90\0")
    told = sahayak("ingest", folder, "--json")
    outcomes = {report["source"]: report for report in told.json["files"]}
    assert told.code == 0
    assert outcomes["broken.pdf"]["outcome"] == outcomes["empty.md"]["outcome"] == "refused"
    assert all(report["reason"] for report in outcomes.values() if report["outcome"] == "refused")
    assert outcomes["en/backup.md"]["outcome"] == "added"


def test_an_empty_index_refuses_politely(sahayak):
    answer = sahayak("ask", "will it rain in Pune tomorrow", "--json")
    assert (answer.code, answer.json["refused"], answer.json["sources"]) == (0, True, [])


def test_search_quality_is_measured_on_any_corpus(sahayak, tmp_path):
    (tmp_path / "corpus.jsonl").write_text(
        "".join(json.dumps({"_id": str(n), "title": f"T{n}", "text": f"About {word}."}) + "\n"
                for n, word in enumerate(("printers", "backups", "invoices"))), "utf-8"
    )  # fmt: skip
    (tmp_path / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "backups"}) + "\n", "utf-8")
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\t1\t1\n", "utf-8")
    figures = sahayak(
        "evaluate", *(tmp_path / name for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv")), "--json"
    ).json
    assert (figures["queries"], figures["recall@1"], figures["ndcg@10"]) == (1, 1.0, 1.0)
    assert set(figures["latency_ms"]) >= {"p50", "p95"}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ingest", "no/such/folder"], 2, "doesn't exist"),
        (["search", " "], 2, "empty"),
        (["search", "x", "-k", "0"], 2, "1 to 100"),
        (["ask", "\u0020"], 2, "empty"),
        (["ask", "x" * 100_000], 2, "100,000 characters"),
        (["ask", "x", "--tenant", "nobody"], 2, "nobody"),
        (["evaluate", "a", "b", "c"], 2, "no file"),
    ],
)
def test_wrong_input_is_one_line_that_says_what_is_wrong(sahayak, arguments, code, says):
    told = sahayak(*arguments)
    assert told.code == code
    assert says in told.err
    assert len(told.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "variables",
    [{"RASA_PORT": "many"}, {"LLM_BASE_URL": "https://x.example/v1"}, {"SAHAYAK_TENANTS": "/proc/no/tenants"}],
)
def test_a_wrong_setting_is_named(sahayak, variables):
    told = sahayak("ask", "hello", **variables)
    assert told.code == 1
    assert any(word in told.err for word in (*variables, "tenants"))
    assert "Traceback" not in told.err


def test_a_damaged_index_says_what_to_do(sahayak, folder, var_folder):
    sahayak("ingest", folder)
    for name in var_folder.glob("knowledge.db*"):
        name.unlink() if name.name != "knowledge.db" else name.write_bytes(b"this is no database" * 500)
    told = sahayak("search", "backup")
    assert told.code == 1
    assert len(told.err.strip().splitlines()) == 1
    assert "knowledge.db" in told.err


def test_doctor_names_what_is_missing(sahayak):
    findings = {finding["what"]: finding for finding in sahayak("doctor", "--json").json}
    assert not findings["knowledge of demo"]["ok"]
    assert "ingest" in findings["knowledge of demo"]["says"]
    assert findings["embedding model"]["ok"]


def test_wrong_usage_is_told_from_any_folder(tmp_path):
    done = subprocess.run([PROJECT / "bin/sahayak", "fly"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert "fly" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_is_looked_at_again_on_a_schedule_until_ctrl_c(sahayak, folder, var_folder):
    sahayak("ingest", folder)
    command = [PROJECT / "bin/sahayak", "ingest", folder, "--every", "10s"]
    # as in a terminal; where tests run in the background, children are born deaf to Ctrl-C
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, preexec_fn=heard, **pipes) as process:
        try:
            assert process.stdout.readline() == "3 unchanged.\n"
            (folder / "en/backup.md").write_text("# Backup\n\nBackups are made at 22:15.\n", "utf-8")
            assert process.stdout.readline().startswith("~ en/backup.md")
            assert process.stdout.readline() == "1 updated, 2 unchanged.\n"
        finally:
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)
    assert "again at" in said
    assert "Traceback" not in said
