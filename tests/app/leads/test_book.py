"""The built-in lead book on real databases."""

from sqlalchemy import select

from leads.book import Lead
from leads.built_in import BuiltInLeadBook
from leads.tables import leads


async def test_a_lead_is_kept_once(engine):
    book = BuiltInLeadBook(engine)
    lead = Lead("demo", "demo.web.a", "अनीता", "+919823012345", "hi", dedupe_key="m1")
    await book.add(lead)
    await book.add(lead)
    with engine.connect() as connection:
        rows = connection.execute(select(leads)).all()
    assert [(row.name, row.phone, row.status) for row in rows] == [("अनीता", "+919823012345", "new")]
