"""A tenant's file: what is wrong in it is named."""

import pytest

from protocol.errors import SettingsError
from protocol.tenants import Tenant


def test_a_name_is_enough():
    tenant = Tenant.parse("acme", {"name": "Acme"})
    assert (tenant.id, tenant.language, tenant.web) == ("acme", "en", None)


def test_the_form_before_the_chat_says_what_it_needs():
    entry = _web(pre_chat={"person": "required", "phone": "optional"})
    assert Tenant.parse("acme", entry).web.pre_chat == {"person": True, "phone": False}


def _web(**more):
    return {"name": "A", "channels": {"web": {"key": "a", **more}}}


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        (None, "name"), ([], "name"), ({"name": 5}, "name"), ({"name": "A", "colour": "red"}, "colour"),
        ({"name": "A", "languages": ["fr"]}, "languages"), ({"name": "A", "language": "hi", "languages": ["en"]}, "language"),
        ({"name": "A", "channels": {"web": {}}}, "key"), ({"name": "A", "branding": {"color": "red"}}, "color"),
        ({"name": "A", "limits": {"messages_per_minute": "many"}}, "many"),
        (_web(pre_chat={"person": "requierd"}), "requierd"), (_web(pre_chat={"persn": "required"}), "person, phone, email"),
        (_web(pre_chat=["person"]), "pre_chat"), (_web(origin=["*"]), "'origin'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(entry, named):
    with pytest.raises(SettingsError, match=r"tenants/acme\.yml") as refused:
        Tenant.parse("acme", entry)
    assert named in str(refused.value)


@pytest.mark.parametrize(
    ("entry", "products"),
    [
        ({}, {}),
        ({"facts": {"product": ["Basic", "Premium"]}}, {"Basic": (), "Premium": ()}),
        ({"facts": {"product": {"Basic": ["बेसिक"], "Chain": []}}}, {"Basic": ("बेसिक",), "Chain": ()}),
    ],
)
def test_products_are_a_list_or_have_other_spellings(entry, products):
    assert Tenant.parse("demo", {"name": "R", **entry}).products == products


@pytest.mark.parametrize(
    "facts", [{"product": "Basic"}, {"product": {"Basic": "basic"}}, {"product": [""]}, {"stores": 3}, 3]
)
def test_products_of_another_shape_are_refused_with_the_file_named(facts):
    with pytest.raises(SettingsError, match=r"tenants/demo\.yml"):
        Tenant.parse("demo", {"name": "R", "facts": facts})
