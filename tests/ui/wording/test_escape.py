import pytest

from playrec_core.ui.wording.escape import chart_text, plain, shorten

JOINER = "\u2060"


def shown(markdown: str) -> str:
    """What CommonMark makes of escaped punctuation (spec 0.31, 2.4), less the joiners, which have no width."""
    characters = iter(markdown)
    text = "".join(next(characters) if character == "\\" else character for character in characters)
    return text.replace(JOINER, "")


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)>",
        "![](http://127.0.0.1/x.png)",
        "[a](http://127.0.0.1/)",
        r"$\frac{a}{b}$ and \ and \\",
        ":smile: :material/home: :red[x] :streamlit:",
        "*a* _b_ ~~c~~ `d` # e | f > g",
        "a -> b <- c -- d >= e",
        "www.example.com a@b.co",
        "1. one",
        "- list",
        "&amp; &lt;",
    ],
)
class TestPlain:
    def test_shows_exactly_the_text(self, hostile: str):
        assert shown(plain(hostile)) == hostile

    def test_leaves_no_punctuation_for_markdown_to_read(self, hostile: str):
        rest = plain(hostile).replace("\\\\", "")
        for place, character in enumerate(rest):
            if character in "`*_{}[]()<>#+-.!|~$:&^=@/":
                assert rest[place - 1] == "\\"

    def test_leaves_nothing_that_streamlit_finds_in_the_finished_text(self, hostile: str):
        finished = plain(hostile).replace("\\", "")
        for trap in ("->", "<-", "--", ">=", ":streamlit:", "http://", "www.", "@b"):
            assert trap not in finished


def test_shorten_takes_out_what_turns_or_breaks_a_line():
    assert shorten("a\u202eb\u2067c\nd\te\x00f\ud800") == "abc d e f\ufffd"


def test_shorten_says_where_it_cut():
    assert shorten("가" * 10_000, 20) == "가" * 19 + "…"
    assert shorten("가" * 20, 20) == "가" * 20


def test_shorten_is_quick_to_give_up_on_a_book():
    assert len(plain("*" * 10_000_000)) <= 2 * 120


def test_chart_text_leaves_no_tag_and_no_formula():
    assert chart_text("<a href='x'>$x$ & y</a>") == "&lt;a href='x'&gt;&#36;x&#36; &amp; y&lt;/a&gt;"
