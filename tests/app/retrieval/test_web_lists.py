"""Pages that a list of web addresses names: fetched with limits, kept in step with the site."""

import gzip
import time

import pytest

from protocol.errors import DocumentRefused
from retrieval.ingest import Ingest
from retrieval.sources import Sources
from retrieval.sources.fetch import PageGone, WebFetcher
from tests.fakes.web_site import Page, WebSite

HELP = b"<html lang=hi><body><main><h1>Backup</h1><p>\xe0\xa4\xac\xe0\xa5\x88\xe0\xa4\x95\xe0\xa4\x85\xe0\xa4\xaa 21:30</p></main></body></html>"


@pytest.fixture
def site():
    """A site on this machine."""
    opened = WebSite()
    yield opened
    opened.close()


def fetcher(**limits):
    return WebFetcher(private_hosts=["127.0.0.1"], **limits)


async def reports(index, embedder, path):
    ingest = Ingest(index, embedder, sources=Sources(fetcher()))
    return {report.source: (report.outcome, report.reason) async for report in ingest.ingest([path], "demo")}


async def test_a_list_is_taken_in_and_kept_in_step_with_its_site(index, embedder, folder, site):
    site.pages = {"/backup": Page(HELP), "/printer?size=58": Page(b"<p>Thermal printers of 58 mm.</p>")}
    (folder / "site.urls").write_text(f"# our help pages\n{site.url}/backup\n{site.url}/printer?size=58#top\n")
    backup, printer = f"site.urls/{site.host}/backup", f"site.urls/{site.host}/printer?size=58"
    first = await reports(index, embedder, folder)
    assert {source: outcome for source, (outcome, _) in first.items()} == {backup: "added", printer: "added"}
    records = {record.source: record for record in await index.documents("demo")}
    assert (records[backup].title, records[backup].language) == ("Backup", "hi")
    assert records[backup].url == f"{site.url}/backup"
    assert {outcome for outcome, _ in (await reports(index, embedder, folder)).values()} == {"unchanged"}
    site.pages["/backup"].body = HELP.replace(b"21:30", b"22:00")
    site.pages["/printer?size=58"].status = 500
    again = await reports(index, embedder, folder)
    assert again[backup][0] == "updated"
    assert again[printer] == ("refused", "its server answers 500")
    assert len(await index.documents("demo")) == 2  # a server's bad day takes nothing away
    site.pages.pop("/printer?size=58")
    assert (await reports(index, embedder, folder))[printer] == ("removed", "its server says that the page is gone")
    (folder / "site.urls").write_text("")
    assert (await reports(index, embedder, folder))[backup][0] == "removed"


def test_addresses_inside_of_the_own_network_are_refused(tmp_path, site):
    site.pages["/"] = Page(HELP)
    for url in (
        f"{site.url}/",
        f"http://localhost:{site.host.rpartition(':')[2]}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.0.0.1/",
    ):
        with pytest.raises(DocumentRefused, match="own network"):
            WebFetcher().fetch(url, tmp_path)
    assert site.asked == []


def test_a_redirect_into_the_own_network_is_refused(tmp_path, site):
    site.pages["/away"] = Page(b"", status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
    with pytest.raises(DocumentRefused, match="own network"):
        fetcher().fetch(f"{site.url}/away", tmp_path)


def test_redirects_are_followed_but_not_in_circles(tmp_path, site):
    site.pages = {
        "/old": Page(b"", status=301, headers={"Location": "/new"}),
        "/new": Page(HELP),
        "/round": Page(b"", status=302, headers={"Location": "/round"}),
    }
    assert fetcher().fetch(f"{site.url}/old", tmp_path).read_bytes() == HELP
    with pytest.raises(DocumentRefused, match="more than 5 times"):
        fetcher().fetch(f"{site.url}/round", tmp_path)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Page(b"x" * 3_000), "more than the limit"),
        (Page(gzip.compress(b"x" * 3_000), headers={"Content-Encoding": "gzip"}), "more than the limit"),
        (Page(b"GIF89a", type="image/gif"), "type image/gif"),
        (Page(HELP, headers={"Content-Encoding": "br"}), "packed as br"),
        (Page(b"not gzip", headers={"Content-Encoding": "gzip"}), "can't be fetched"),
        (Page(b"", status=403), "answers 403"),
    ],
)
def test_what_a_page_may_not_be(tmp_path, site, page, reason):
    site.pages["/page"] = page
    with pytest.raises(DocumentRefused, match=reason):
        fetcher(max_bytes=2_000).fetch(f"{site.url}/page", tmp_path)


def test_a_page_that_was_taken_down_is_told_from_one_that_fails(tmp_path, site):
    with pytest.raises(PageGone):
        fetcher().fetch(f"{site.url}/never", tmp_path)


def test_a_server_that_sends_a_byte_at_a_time_is_not_waited_for(tmp_path, site):
    site.pages["/slow"] = Page(b"x" * 1_000, seconds_between_bytes=0.05)
    started = time.monotonic()
    with pytest.raises(DocumentRefused, match="took more than 1 s"):
        fetcher(seconds=1).fetch(f"{site.url}/slow", tmp_path)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.com/a", "not an address", "http://user:pass@127.0.0.1/"]
)
def test_only_web_addresses_are_fetched(tmp_path, url):
    with pytest.raises(DocumentRefused, match=r"no web address|password"):
        fetcher().fetch(url, tmp_path)


def test_a_page_packed_with_gzip_is_unpacked(tmp_path, site):
    site.pages["/packed"] = Page(gzip.compress(HELP), headers={"Content-Encoding": "gzip"})
    assert fetcher().fetch(f"{site.url}/packed", tmp_path).read_bytes() == HELP
