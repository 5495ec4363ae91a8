"""Who may do what: everybody may look, who has a name may save and share, and only owners arrange."""

from __future__ import annotations

import pytest

from core.store.rights import Action, may


@pytest.mark.parametrize("who", [None, "Ann", "Bob"])
def test_everybody_may_look_at_everything(who: str | None) -> None:
    assert may(who, Action.VIEW, owner="Ann")
    assert may(who, Action.VIEW)


@pytest.mark.parametrize("action", [Action.SAVE, Action.SHARE])
def test_who_gave_a_name_may_save_and_share_what_belongs_to_anybody(action: Action) -> None:
    assert may("Ann", action)
    assert may("Bob", action, owner="Ann")
    assert not may(None, action)
    assert not may(None, action, owner="Ann")


@pytest.mark.parametrize("action", [Action.ARRANGE, Action.REVOKE])
def test_only_the_owner_may_arrange_and_revoke(action: Action) -> None:
    assert may("Ann", action, owner="Ann")
    assert not may("Bob", action, owner="Ann")
    assert not may("ann", action, owner="Ann")


@pytest.mark.parametrize("action", [Action.ARRANGE, Action.REVOKE])
def test_who_gave_no_name_owns_nothing_not_even_what_belongs_to_nobody(action: Action) -> None:
    assert not may(None, action, owner=None)
    assert not may(None, action, owner="Ann")
    assert not may("Ann", action, owner=None)


def test_every_action_says_itself_in_words() -> None:
    for action in Action:
        assert str(action) == action.value and action.value.islower()
