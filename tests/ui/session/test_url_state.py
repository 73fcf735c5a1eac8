"""A session and its address: who wins, and when."""

from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from playrec_core.ui.session.url_state import UrlState

    def read(given: dict[str, str]) -> int:
        text = given.get("n", "")
        return int(text) if text.isdecimal() else 0

    def write(value: int) -> dict[str, str]:
        return {"n": str(value)} if value else {}

    kept = UrlState("kept", ("n",), read, write)
    reset = UrlState("reset", ("m",), lambda given: given.get("m", ""), lambda value: {"m": value}, reset=True)
    if st.button("more"):
        kept.put(kept.get() + 1)
    st.text(f"{kept.get(valid=lambda value: value < 100)}|{reset.get()}")


def shown(app: AppTest) -> str:
    assert not app.exception
    return app.text[0].value


def test_a_link_wins_then_the_session_does():
    app = AppTest.from_function(script)
    app.query_params["n"] = "7"
    assert shown(app.run()) == "7|"
    assert shown(app.button[0].click().run()) == "8|"
    assert app.query_params["n"] == "8"
    app.query_params["n"] = "3"
    assert shown(app.run()) == "3|"


def test_an_address_without_the_parameter_keeps_the_value_or_resets_it():
    app = AppTest.from_function(script)
    app.query_params["n"], app.query_params["m"] = "7", "open"
    assert shown(app.run()) == "7|open"
    app.query_params.clear()
    assert shown(app.run()) == "7|"
    assert app.query_params["n"] == "7"


def test_what_cannot_be_is_left_out_and_taken_from_the_address():
    app = AppTest.from_function(script)
    app.query_params["n"] = "abc"
    assert shown(app.run()) == "0|"
    assert "n" not in app.query_params


def test_a_value_that_can_no_longer_be_used_is_read_again():
    app = AppTest.from_function(script)
    app.query_params["n"] = "100"
    shown(app.run())
    app.session_state["kept"] = 200
    app.query_params["n"] = "5"
    assert shown(app.run()) == "5|"
