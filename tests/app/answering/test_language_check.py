"""The language of an answer; labels, paths and codes of the product are no language."""

import pytest

from answering.language_check import speaks
from protocol.languages import LANGUAGES

TEXTS = {
    "en": "Open **Settings**, then choose the user and press Reset. The backup is kept for 30 days [1].",
    "hi": "**Settings** खोलें, फिर Tools > Backup में समय बदलें। बैकअप 30 दिन तक रहता है [1]।",
    "hinglish": "**Settings** kholein, phir user chunein aur Reset dabayein. Backup 30 din tak rehta hai [1].",
}


@pytest.mark.parametrize("asked", LANGUAGES)
def test_only_the_language_that_was_asked_in_is_right(asked):
    assert [language for language in LANGUAGES if speaks(language=asked, text=TEXTS[language])] == [asked]


@pytest.mark.parametrize("asked", LANGUAGES)
@pytest.mark.parametrize(
    "text", ["Tools > Backup > Restore > Settings [1].", "**Reset all my settings** [1]", "LIC-403 [2]", ""]
)
def test_what_stands_in_the_product_is_no_language(asked, text):
    assert speaks(asked, text)
