"""E-mail as it is saved: who wrote when and about what, the text, and the attachments that can be read."""

import tempfile
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from bs4 import BeautifulSoup

from protocol.errors import DocumentRefused
from retrieval.documents import Document, Section
from retrieval.loaders.decoding import decoded
from retrieval.loaders.html import markdown_of
from retrieval.loaders.sections import sections_of
from retrieval.loaders.source import Load, SourceFile, cleaned

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_ATTACHMENTS = 50


def load_mail(file: SourceFile, load_attachment: Load) -> tuple[Document, ...]:
    """One document; an attachment that can't be read is noted and the mail is kept."""
    message = message_from_bytes(file.path.read_bytes(), policy=policy.default)
    if not isinstance(message, EmailMessage) or not any(message[name] for name in _SHOWN):
        raise DocumentRefused("it is no e-mail: it has neither sender nor subject")
    head = "\n".join(f"**{name}:** {message[name]}" for name in _SHOWN if message[name])
    _, text = sections_of(cleaned(_text(message)))
    sections = [Section(cleaned(head)), *text]
    with tempfile.TemporaryDirectory(prefix="mail-") as folder:
        for part in list(message.iter_attachments())[:_ATTACHMENTS]:
            sections += _attached(part, Path(folder), file, load_attachment)
    return (file.document(tuple(sections), {"updated": _day(message)}, title=str(message["Subject"] or "")),)


def _text(message: EmailMessage) -> str:
    body = message.get_body(("html", "plain"))
    if body is None:
        return ""
    content = body.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    try:
        text = raw.decode(body.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):  # a charset that doesn't exist, or isn't the one that was used
        text = decoded(raw)
    if body.get_content_type() != "text/html":
        return text
    page = BeautifulSoup(text, "html.parser")
    for unseen in page(["script", "style", "head"]):
        unseen.decompose()
    return markdown_of(page)


def _attached(part: EmailMessage, folder: Path, file: SourceFile, load_attachment: Load) -> list[Section]:
    name = Path(part.get_filename() or "").name
    content = part.get_payload(decode=True)
    if not name or not isinstance(content, bytes):
        return []
    path = folder / f"attachment{Path(name).suffix}"
    path.write_bytes(content)
    try:
        documents = load_attachment(replace(file, path=path, root=folder))
    except DocumentRefused as refused:
        file.notes.append(f"its attachment {name} was left out: {refused.message}")
        return []
    return [
        replace(section, headings=(name, *section.headings)) for document in documents for section in document.sections
    ]


def _day(message: EmailMessage) -> str:
    moment = getattr(message["Date"], "datetime", None)
    return moment.date().isoformat() if moment else ""
