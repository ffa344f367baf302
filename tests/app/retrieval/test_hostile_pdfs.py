"""PDFs that bite their own tail, or are locked: each costs itself, with its reason, and never the service."""

import hashlib

import pytest

from protocol.errors import DocumentRefused
from retrieval.reading.limits import Limits
from retrieval.reading.reader import Reader, Source

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_ID = b"0123456789abcdef"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
TEXT = b"BT /F1 12 Tf 72 700 Td (The licence key stands on the invoice.) Tj ET"


def stream(content, extra=b""):
    return b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(content), extra, content)


def pdf(objects, trailer=b"", prev=""):
    """A PDF of these objects, numbered from 1, the catalogue first; `prev` "itself" makes the table of objects its own predecessor."""
    made = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    if prev == "itself":
        trailer += b" /Prev %d" % start
    made += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return made


def page(kids=b"[3 0 R]", contents=TEXT, resources=b"/Font << /F1 5 0 R >>"):
    """The usual objects of one page."""
    return [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids %s /Count 1 >>" % kids,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << %s >> >>" % resources,
        stream(contents),
        _FONT,
    ]


def rc4(key, data):
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def locked(password):
    """Encrypted as PDF 1.3 does it (revision 2): without the password its text is noise."""
    padded = (password + _PAD)[:32]
    owner = rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + (0xFFFFFFFC).to_bytes(4, "little") + _ID).digest()[:5]
    objects = page()
    own = hashlib.md5(key + (4).to_bytes(3, "little") + bytes(2)).digest()[:10]
    objects[3] = stream(rc4(own, TEXT))
    objects.append(
        b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>"
        % (owner.hex().encode(), rc4(key, _PAD).hex().encode())
    )
    return pdf(objects, b"/Encrypt 6 0 R /ID [<%s> <%s>]" % ((_ID.hex().encode(),) * 2))


@pytest.fixture
def read(folder):
    """The text of a PDF, as the ingest reads it; a reason when it is refused."""
    reader = Reader(Limits(seconds=30))

    def read(content):
        path = folder / "a.pdf"
        path.write_bytes(content)
        try:
            documents = reader.read(Source(path, folder), "demo").documents
        except DocumentRefused as refused:
            return refused.message
        return "\n".join(section.text for document in documents for section in document.sections)

    yield read
    reader.close()


def test_the_pdf_that_the_others_are_made_of_is_read(read):
    assert "The licence key stands on the invoice." in read(pdf(page()))


def test_one_without_a_password_to_open_is_read_though_encrypted(read):
    assert "The licence key stands on the invoice." in read(locked(b""))


def test_a_password_is_named_as_the_reason(read):
    assert "password" in read(locked(b"secret"))


@pytest.mark.parametrize(
    "loop",
    [
        pdf(page(), prev="itself"),
        pdf(page(kids=b"[2 0 R 3 0 R]")),
        pdf(
            [
                *page(contents=b"/X1 Do " + TEXT, resources=b"/Font << /F1 5 0 R >> /XObject << /X1 6 0 R >>"),
                stream(
                    b"/X1 Do",
                    b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X1 6 0 R >> >> ",
                ),
            ]
        ),
    ],
    ids=["table of objects", "page tree", "drawing"],
)
def test_a_pdf_that_leads_back_to_itself_is_read_or_refused_and_the_next_one_is_read(read, loop):
    said = read(loop)
    assert "The licence key stands on the invoice." in said or "took more than" in said or said.endswith("read"), said
    assert "The licence key stands on the invoice." in read(pdf(page()))
