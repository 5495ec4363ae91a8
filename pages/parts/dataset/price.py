"""A price of the company's own for one chip: two fields and a button, kept as a version at once."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.base import format as fmt
from core.inputs.data import Inputs
from core.inputs.evidence import OWN
from core.inputs.intake.numbers import NumberError
from core.inputs.problem import DataError
from core.store.database import StoreError
from core.story.answer import Answer
from core.upkeep.own import PRICES, OwnError, with_price
from core.views.data.frames import spending_by_chip_usd
from pages.parts.dataset import keep
from pages.parts.widgets import number, views
from pages.parts.work import dataset, identity
from pages.parts.work.text import plain

_CHIP: Final = "own_price_chip"
_FIELD: Final = "Your price, $ a chip"


def draw(answer: Answer) -> None:
    """Draw the fields for a chip and its price in US dollars, first that on which the scenario spends most."""
    inputs = dataset.in_use()
    spent = spending_by_chip_usd(answer)
    table = inputs.tables[PRICES].set_index("chip_id")
    chips = inputs.chips
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="own_price"):
        place = views.choice(_CHIP, "Chip", tuple(range(len(chips.id))), int(spent.argmax()), chips.name.__getitem__)
        chip = chips.id[place]
        now = float(str(table.at[chip, "price_usd_base"]))
        with (  # a form, so that what was typed counts at the first click or with Enter
            st.form("own_price_form", border=False),
            st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
        ):
            typed = st.text_input(
                _FIELD,
                key=f"own_price_{chip}_{inputs.data_version}",
                placeholder=f"now {_dollars(now)}",
                width=200,
            )
            name = None
            if identity.person().name is None:
                name = st.text_input("Your name", key="own_price_who", width=200)
            is_sent = st.form_submit_button("Use this price", icon=":material/sell:", key="own_price_use")
    if is_sent:
        try:
            price = number.read(_FIELD, typed, low=0.0, marks=("$", "USD"))
        except NumberError as error:
            st.warning(plain(f"{error}."), icon=":material/sell:")
        else:
            if price is None:
                st.warning("Write what one chip costs you, in US dollars.", icon=":material/sell:")
            elif price == now and table.at[chip, "grade"] == OWN:
                st.info("That is your price already.", icon=":material/sell:")
            else:
                _use(inputs, chip, now, price, name)
    grade = str(table.at[chip, "grade"])
    st.caption(
        f"{plain(chips.name[place])} now costs {plain(f'${_dollars(now)}')} a chip ({grade}); the scenario spends "
        f"{fmt.usd(spent[place])} on it by {answer.last_year}. It is saved at once as a version of data of "
        "your own, and undo leads back."
    )


def _dollars(price: float) -> str:
    """Return a price to the cent, without cents where there are none."""
    return f"{price:,.2f}".removesuffix(".00")


def _use(inputs: Inputs, chip: str, before: float, price: float, name: str | None) -> None:
    """Keep the data with the price as a version: of the data set in use if it is the visitor's, else of a new one."""
    standing = dataset.standing()
    chip_name = inputs.chips.name[inputs.chips.id.index(chip)]
    note = f"{chip_name}: {_dollars(price)} USD a chip instead of {_dollars(before)}"
    try:
        if name is not None:
            identity.give_name(name)
        changed = with_price(inputs, chip, price)
        if standing is not None and keep.may_save(standing):
            keep.done(keep.again(changed, standing, note))
        else:
            keep.done(keep.new(changed, keep.suggested(changed), note))
    except (OwnError, StoreError) as error:
        st.error(f"{plain(str(error))}.", icon=":material/warning:")
    except DataError as error:
        st.error(plain("; ".join(map(str, error.problems))), icon=":material/warning:")
    else:
        st.rerun()
