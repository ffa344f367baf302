"""A tenant's file: what is wrong in it is named."""

import pytest

from protocol.errors import SettingsError
from protocol.tenants import Tenant


def test_a_name_is_enough():
    tenant = Tenant.parse("acme", {"name": "Acme"})
    assert (tenant.id, tenant.language, tenant.web) == ("acme", "en", None)


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        (None, "name"), ([], "name"), ({"name": 5}, "name"), ({"name": "A", "colour": "red"}, "colour"),
        ({"name": "A", "languages": ["fr"]}, "languages"), ({"name": "A", "language": "hi", "languages": ["en"]}, "language"),
        ({"name": "A", "channels": {"web": {}}}, "key"), ({"name": "A", "branding": {"color": "red"}}, "color"),
        ({"name": "A", "limits": {"messages_per_minute": "many"}}, "many"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(entry, named):
    with pytest.raises(SettingsError, match=r"tenants/acme\.yml") as refused:
        Tenant.parse("acme", entry)
    assert named in str(refused.value)
