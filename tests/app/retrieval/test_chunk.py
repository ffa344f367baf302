"""How documents are cut."""

from retrieval.chunk import TARGET, cut
from retrieval.documents import Document, Section


def cut_sections(embedder, *sections, **fields):
    made = Document(
        id="en/a.md", tenant="demo", title="Backup", language="en", sections=sections, content_hash="1", **fields
    )
    return cut(made, embedder.count_tokens)


def words(text):
    return text.replace("*", "").split()


def test_a_chunk_stays_near_the_target_with_title_and_headings(embedder):
    long = " ".join(f"Sentence number {number} speaks of the backup of the shop." for number in range(100))
    chunks = cut_sections(embedder, Section(long, ("Steps",)))
    assert len(chunks) > 3
    assert all(embedder.count_tokens(chunk.passage) <= TARGET + 10 for chunk in chunks)
    assert all(chunk.text.endswith(".") for chunk in chunks)
    assert words(" ".join(chunk.text for chunk in chunks)) == words(long)


def test_hindi_is_cut_at_the_danda(embedder):
    long = " ".join(f"दुकान का बैकअप नंबर {number} रोज़ रात को अपने आप होता है।" for number in range(60))
    chunks = cut_sections(embedder, Section(long))
    assert len(chunks) > 2
    assert all(chunk.text.endswith("।") for chunk in chunks)


def test_a_section_that_can_stand_for_itself_is_a_chunk_of_its_own(embedder):
    text = "The daily backup starts at 21:30 and keeps thirty days. " * 4
    chunks = cut_sections(embedder, Section(text, ("Daily",)), Section(text, ("Weekly",)))
    assert [chunk.headings for chunk in chunks] == [("Daily",), ("Weekly",)]


def test_a_tiny_section_takes_in_the_next_and_both_headings_are_kept(embedder):
    (chunk,) = cut_sections(
        embedder, Section("Alt+B.", ("Backup", "Key")), Section("Tools > Backup.", ("Backup", "Menu"))
    )
    assert chunk.headings == ("Backup",)
    assert chunk.text == "**Key**\n\nAlt+B.\n\n**Menu**\n\nTools > Backup."


def test_a_table_that_is_too_long_repeats_its_head(embedder):
    rows = "\n".join(
        f"| RS-ERR-{1000 + row} | the item number {row} is not in the stock of this shop |" for row in range(60)
    )
    chunks = cut_sections(embedder, Section(f"| Code | Meaning |\n| --- | --- |\n{rows}"))
    assert len(chunks) > 2
    assert all(chunk.text.startswith("| Code | Meaning |\n| --- | --- |\n| RS-ERR-") for chunk in chunks)
    assert chunks[0].codes[0] == "RS-ERR-1000"


def test_a_list_is_kept_together_and_cut_between_items_only(embedder):
    items = "\n".join(
        f"{number}. Open the menu Tools, then press the button number {number}.\n   It is blue."
        for number in range(1, 41)
    )
    chunks = cut_sections(embedder, Section(items))
    assert len(chunks) > 1
    assert all(chunk.text.split(".")[0].isdigit() and chunk.text.endswith("It is blue.") for chunk in chunks)


def test_text_without_any_boundary_is_cut_all_the_same(embedder):
    chunks = cut_sections(embedder, Section("x" * 5000))
    assert "".join(chunk.text.replace(" ", "") for chunk in chunks) == "x" * 5000


def test_an_entry_that_is_to_stay_whole_stays_whole(embedder):
    sections = [
        Section("This is what it means and why. " * 8, (heading,)) for heading in ("Meaning", "Steps", "Escalate")
    ]
    assert len(cut_sections(embedder, *sections)) == 3
    assert len(cut_sections(embedder, *sections, whole=True)) == 1


def test_ids_number_the_chunks_and_name_the_document(embedder):
    text = "The daily backup starts at 21:30 and keeps thirty days. " * 4
    chunks = cut_sections(embedder, Section(text, ("A",), 1), Section(text, ("B",), 2))
    assert [(chunk.id, chunk.page) for chunk in chunks] == [("en/a.md:0", 1), ("en/a.md:1", 2)]
