"""A widget is told a value only where it shows another one.

Guards against: of five models chosen within half a second one or two were lost in four of eight attempts, because every
run of the page told the browser what the session knew then, in the place of what had been clicked meanwhile.
"""

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from playrec_core.ui.session.widget_sync import show

    kept = st.session_state.setdefault("kept", ["a"])
    show("chosen", kept)
    st.multiselect(
        "Letters", list("abc"), key="chosen", on_change=lambda: st.session_state.update(kept=st.session_state.chosen)
    )
    st.button("Only c", on_click=lambda: st.session_state.update(kept=["c"]))


def told(app: AppTest) -> bool:
    """Whether the last run told the browser a value."""
    return app.multiselect[0].proto.set_value


def test_what_a_person_chose_is_not_told_again():
    app = AppTest.from_function(page).run()
    assert app.multiselect[0].value == ["a"]
    assert told(app)
    app.multiselect[0].select("b").run()
    assert app.multiselect[0].value == app.session_state["kept"] == ["a", "b"]
    assert not told(app)
    app.run()
    assert not told(app)


def test_what_the_session_changed_is_told():
    app = AppTest.from_function(page).run()
    app.button[0].click().run()
    assert app.multiselect[0].value == ["c"]
    assert told(app)
