"""Files by button, by drop and by paste: progress, refusal in words, and all of it there after a reload."""

import struct
import zlib

import pytest
from playwright.sync_api import expect

from tests.browser.widget import Widget

pytestmark = pytest.mark.browser


def picture(width: int = 320, height: int = 200) -> bytes:
    """A PNG of one colour, as a phone's screenshot would come."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x2b\x6c\xb0" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def give(widget: Widget, how: str, name: str, media_type: str, content: bytes) -> None:
    """Drop or paste a file as a person would; a browser lets no program use the real clipboard."""
    widget.panel.locator("textarea").evaluate(
        """(area, [how, name, type, bytes]) => {
             const data = new DataTransfer();
             data.items.add(new File([new Uint8Array(bytes)], name, { type }));
             const init = { bubbles: true, cancelable: true, composed: true };
             area.dispatchEvent(how === "drop"
               ? new DragEvent("drop", { ...init, dataTransfer: data })
               : new ClipboardEvent("paste", { ...init, clipboardData: data }));
           }""",
        [how, name, media_type, list(content)],
    )


def choose(widget: Widget, *files: dict[str, object]) -> None:
    with widget.page.expect_file_chooser() as chooser:
        widget.panel.locator(".attach").click()
    chooser.value.set_files(list(files))


@pytest.mark.parametrize("how", ["button", "drop", "paste"])
def test_a_picture_is_sent_with_its_words_and_is_there_after_a_reload(visit_small, small, how):
    widget = visit_small(small.page("demo")).open()
    expect(widget.panel.locator(".banner")).to_have_count(0)
    if how == "button":
        choose(widget, {"name": "error.png", "mimeType": "image/png", "buffer": picture()})
    else:
        give(widget, how, "error.png", "image/png", picture())
    expect(widget.panel.locator(".chosen .title")).to_have_text("error.png")
    expect(widget.panel.locator(".chosen progress")).to_have_count(0, timeout=20_000)
    widget.ask("where is my order RS-22")
    expect(widget.panel.locator(".chosen")).to_have_count(0)
    for _ in range(2):
        sent = widget.questions.first.locator(".attached img")
        expect(sent).to_have_attribute("alt", "error.png")
        assert sent.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
        widget.page.reload()
        expect(widget.panel).to_be_visible()


def test_a_picture_alone_is_a_message(visit_small, small):
    widget = visit_small(small.page("demo")).open()
    choose(widget, {"name": "error.png", "mimeType": "image/png", "buffer": picture()})
    expect(widget.panel.locator(".send")).to_be_enabled(timeout=20_000)
    widget.panel.locator(".send").click()
    expect(widget.answers.first).to_be_visible(timeout=20_000)
    expect(widget.questions.first.locator(".bubble")).to_have_count(0)


def test_a_document_is_shown_by_name_and_size(visit_small, small):
    widget = visit_small(small.page("demo")).open()
    choose(widget, {"name": "बिल.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + b"x" * 5_000})
    expect(widget.panel.locator(".chosen small")).to_have_text("5 kB", timeout=20_000)
    widget.ask("hello")
    expect(widget.questions.first.locator(".file")).to_contain_text("बिल.pdf")


def test_progress_is_shown_and_nothing_is_sent_before_the_end(visit_small, small):
    widget = visit_small(small.page("demo")).open()
    widget.ask("hello")
    session = widget.page.context.new_cdp_session(widget.page)
    slow = {"offline": False, "latency": 20, "downloadThroughput": 1_000_000, "uploadThroughput": 400_000}
    session.send("Network.emulateNetworkConditions", slow)
    choose(widget, {"name": "big.txt", "mimeType": "text/plain", "buffer": b"log line\n" * 150_000})
    progress = widget.panel.locator(".chosen progress")
    expect(progress).to_be_visible()
    widget.input.fill("see the log")
    expect(widget.panel.locator(".send")).to_be_disabled()
    widget.page.wait_for_function(
        "() => { const p = document.querySelector('sahayak-chat').shadowRoot.querySelector('progress'); return p && p.value > 0.1 }"
    )
    widget.panel.locator(".remove").click()
    expect(widget.panel.locator(".chosen")).to_have_count(0)
    expect(widget.panel.locator(".send")).to_be_enabled()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.png", b"<svg onload=alert(1)></svg>", "Only pictures, PDF and text files"),
        ("huge.png", b"\0" * 10_000_001, "Larger than 10 MB"),
    ],
)
def test_a_file_that_is_not_taken_says_why(visit_small, small, name, content, said):
    widget = visit_small(small.page("demo")).open()
    expect(widget.panel.locator(".banner")).to_have_count(0)
    widget.page.wait_for_timeout(500)
    choose(widget, {"name": name, "mimeType": "image/png", "buffer": content})
    expect(widget.panel.locator(".chosen .trouble")).to_contain_text(said, timeout=20_000)
    expect(widget.panel.locator(".send")).to_be_disabled()
    assert widget.violations() == []
