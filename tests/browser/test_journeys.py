"""What a person does: build a seed, compare, hop, box-select, explain, come back by a link."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from playrec_core.schema import TITLE
from playrec_core.serving.loaded_run import LoadedRun
from tests.browser.conftest import StartServer, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def seed_in_address(page: Page) -> list[str]:
    """The songs the address holds, by outside id."""
    songs = parse_qs(urlparse(page.url).query).get("songs", [""])[0]
    return [song for song in songs.split(",") if song]


def title_of(run: LoadedRun, item: int) -> str:
    return run.dataset.catalogue[TITLE][item].as_py()


def board(page: Page, model: str):
    return page.locator(f".board section[data-model='{model}']")


def test_a_seed_is_built_by_typing_and_all_models_answer(page: Page, address: str, run: LoadedRun):
    page.goto(f"{address}/Continue")
    settled(page)
    expect(page.get_by_text("Example", exact=True)).to_be_visible()
    page.get_by_label("Find a song").press_sequentially(title_of(run, 3))
    page.get_by_test_id("stButton").get_by_role("button", name=title_of(run, 3)).first.click()
    expect(page).to_have_url(re.compile("songs="))
    settled(page)
    assert seed_in_address(page) == [str(run.dataset.items.outside([3])[0])]
    for name in run.first_shown:
        expect(board(page, name).locator("li.row")).to_have_count(10)
        expected = run.recommend_one(name, run_seed(3), k=10).items.tolist()
        shown = [int(row.get_attribute("data-item") or -1) for row in board(page, name).locator("li.row").all()]
        assert shown == expected


def test_a_song_picked_is_one_rerun_of_the_page(page: Page, address: str, run: LoadedRun):
    ended: list[int] = []  # how each run of the script ended

    def note(frame: str | bytes) -> None:
        message = ForwardMsg.FromString(frame if isinstance(frame, bytes) else frame.encode())
        if message.WhichOneof("type") == "script_finished":
            ended.append(message.script_finished)

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    songs = [str(song) for song in run.dataset.items.outside([5, 9])]
    page.goto(f"{address}/Continue?songs={songs[0]}")
    settled(page)
    page.get_by_label("Find a song").press_sequentially(title_of(run, 9))
    hit = page.get_by_test_id("stButton").get_by_role("button", name=title_of(run, 9)).first
    expect(hit).to_be_visible()
    settled(page)
    # Of the page when it was opened; typing reruns the search alone.
    assert ended.count(ForwardMsg.FINISHED_SUCCESSFULLY) == 1
    assert ended.count(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY) >= 1
    ended.clear()
    hit.click()
    expect(page).to_have_url(re.compile(f"songs={songs[0]}%2C{songs[1]}"))
    expect(page.locator(".board li.row").first).to_be_visible()
    settled(page)
    page.wait_for_timeout(1000)  # for a second one, which must not come
    # The run of the search breaks off for one of the page.
    assert ended == [ForwardMsg.FINISHED_EARLY_FOR_RERUN, ForwardMsg.FINISHED_SUCCESSFULLY]


def run_seed(*songs: int):
    from playrec_core.schema import Seed

    return Seed(songs)


def test_an_answer_is_added_and_another_banned_with_one_click_each(page: Page, address: str, run: LoadedRun):
    page.goto(f"{address}/Continue?songs={run.dataset.items.outside([0])[0]}")
    settled(page)
    first = board(page, "als").locator("li.row").first
    added = int(first.get_attribute("data-item") or -1)
    first.locator("button.add").click()
    expect(page).to_have_url(re.compile(f"songs=[^&]*{run.dataset.items.outside([added])[0]}"))
    settled(page)
    expect(board(page, "als").locator(f"li.row[data-item='{added}']")).to_have_count(0)
    banned = int(board(page, "ease").locator("li.row").first.get_attribute("data-item") or -1)
    board(page, "ease").locator("li.row").first.locator("button.ban").click()
    expect(page.locator(f".board li.row[data-item='{banned}']")).to_have_count(0)
    expect(page).to_have_url(re.compile("ban="))


def test_with_every_model_shown_a_title_has_room_and_every_button_is_within_reach(page: Page, address: str):
    page.goto(f"{address}/Continue")
    settled(page)
    page.get_by_role("button", name="Models", exact=True).click()
    page.get_by_role("button", name="All", exact=True).click()
    expect(page.locator(".board section")).not_to_have_count(9)
    settled(page)
    page.keyboard.press("Escape")
    # A row that is out of sight is not laid out: look at the last.
    row = page.locator(".board section").last.locator("li.row").last
    row.scroll_into_view_if_needed()
    title = row.locator("bdi").first.bounding_box()
    assert title
    assert title["width"] > 100
    banned = row.get_attribute("data-item")
    row.get_by_role("button", name=re.compile("^Exclude ")).click()
    expect(page.locator(f".board li.row[data-item='{banned}']")).to_have_count(0)


def test_the_seed_survives_pages_and_a_reload(page: Page, address: str, run: LoadedRun):
    songs = [str(song) for song in run.dataset.items.outside([1, 2, 5])]
    page.goto(f"{address}/Continue?songs={','.join(songs)}")
    settled(page)
    for name in ("Similar", "Map", "Explain", "Continue"):
        page.get_by_test_id("stSidebar").get_by_role("link", name=name).click()
        expect(page).to_have_url(re.compile(f"/{name}"))
        settled(page)
        assert seed_in_address(page) == songs
    page.reload()
    settled(page)
    assert seed_in_address(page) == songs


def test_the_browsers_way_back_never_meets_half_a_playlist(page: Page, address: str, run: LoadedRun):
    """Each write of the address is a step of the browser's history: songs and bans must come in one."""
    songs, banned = (str(run.dataset.items.outside([item])[0]) for item in (1, 2))
    page.goto(f"{address}/Data?songs={songs}&ban={banned}")
    settled(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Continue").click()
    expect(page).to_have_url(re.compile("/Continue.*ban="))
    settled(page)
    board(page, "als").locator("button.add").first.click()
    expect(page).to_have_url(re.compile(f"songs={songs}%2C"))
    settled(page)
    page.go_back()
    expect(page).to_have_url(re.compile(f"/Continue.*songs={songs}(&|$)"))
    settled(page)
    assert parse_qs(urlparse(page.url).query) == {"songs": [songs], "ban": [banned]}
    page.get_by_role("button", name="Clear").click()
    expect(page).to_have_url(re.compile("/Continue$"))
    settled(page)
    page.go_back()
    expect(page).to_have_url(re.compile("songs=.*ban="))


def test_a_deep_link_opens_on_a_cold_server(page: Page, start_server: StartServer, demo_run: Path, run: LoadedRun):
    """`st.navigation` beside ``pages/`` once ran the first deep link without ``app.py``."""
    cold = start_server(demo_run)
    song = run.dataset.items.outside([4])[0]
    page.goto(f"{cold}/Explain?songs={song}")
    settled(page)
    assert seed_in_address(page) == [str(song)]
    expect(page.get_by_role("heading", level=1)).to_contain_text("Why this song")


def test_hopping_from_neighbour_to_neighbour_and_back(page: Page, address: str, run: LoadedRun):
    start = run.dataset.items.outside([6])[0]
    page.goto(f"{address}/Similar?item={start}")
    settled(page)
    expect(page.get_by_role("main").get_by_text(title_of(run, 6)).first).to_be_visible()
    hop = page.locator(".shelves button[data-act=open]").first
    there = int(hop.get_attribute("data-item") or -1)
    hop.click()
    expect(page).to_have_url(re.compile(f"item={run.dataset.items.outside([there])[0]}"))
    settled(page)
    page.get_by_role("button", name=title_of(run, 6)).first.click()
    expect(page).to_have_url(re.compile(f"item={start}"))


def test_a_box_on_the_map_becomes_a_seed(page: Page, address: str):
    page.goto(f"{address}/Map")
    settled(page)
    plot = page.locator(".stage").first
    expect(plot).to_be_visible()
    place = plot.bounding_box()
    assert place
    page.mouse.move(place["x"] + 0.03 * place["width"], place["y"] + 0.1 * place["height"])
    page.mouse.down()
    page.mouse.move(place["x"] + 0.97 * place["width"], place["y"] + 0.9 * place["height"], steps=6)
    page.mouse.up()
    page.get_by_role("button", name="Use as your playlist").click()
    expect(page).to_have_url(re.compile("songs="))
    assert len(seed_in_address(page)) >= 10


def test_the_path_of_a_playlist_and_an_unreliable_point(page: Page, address: str, run: LoadedRun):
    """In Korean: the playlist's songs are joined and listed by cluster; selecting points by keyboard tells how many
    positions are unreliable.
    """
    songs = ",".join(map(str, run.dataset.items.outside([0, 120, 7])))
    page.goto(f"{address}/Map?lang=ko&songs={songs}")
    settled(page)
    page.get_by_text("플레이리스트의 경로").click()
    expect(page.locator("ol.pr-way li").first).to_be_visible()
    preserved = run.maps.neighbours_kept("als")
    assert preserved is not None
    page.get_by_role("radio", name="투영 품질").click()
    settled(page)
    expect(page.locator(".legend .category")).to_have_count(5)
    stage = page.locator(".stage").first
    for key in ("-", "-", "-", "a"):  # distant clusters lie outside the initial view
        stage.press(key)
    unreliable = int((preserved < 0.25).sum())
    expect(page.get_by_text(re.compile(f"{unreliable}개는 위치를 믿기 어렵습니다"))).to_be_visible()


def test_the_bars_add_up_to_the_shown_score(page: Page, address: str, run: LoadedRun):
    page.goto(f"{address}/Explain?songs={','.join(map(str, run.dataset.items.outside([0, 3, 9])))}")
    settled(page)
    expect(page.get_by_text(re.compile("Contributions sum exactly to the score .*: the bars sum to"))).to_be_visible()
    ranked = run.recommend_one("als", run_seed(0, 3, 9), k=1)
    expect(page.get_by_text(f"{ranked.scores[0]:.6f}").first).to_be_visible()
    expect(page.get_by_role("main").get_by_text(title_of(run, int(ranked.items[0]))).first).to_be_visible()


def test_no_page_scrolls_sideways_at_1280_pixels(page: Page, address: str):
    for name in ("", "Continue", "Similar", "Map", "Explain", "Metrics", "Data", "Learn", "What_if"):
        page.goto(f"{address}/{name}")
        settled(page)
        width = page.evaluate(
            "Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
        )
        assert width <= 1280, name


def test_a_factor_pointed_at_is_read_in_every_row_and_the_product_is_one(page: Page, address: str, run: LoadedRun):
    page.goto(f"{address}/Explain?songs={run.dataset.items.outside([0])[0]}&model=als")
    settled(page)
    chart = page.get_by_role("img", name="factor by factor")
    expect(chart.locator(".read").first).to_have_text("")
    chart.locator(".sensor").hover(position={"x": 5, "y": 100})
    expect(chart.locator(".read").last).to_contain_text(":")
    reads = chart.locator(".read").all_text_contents()
    assert len({text.split(":")[0] for text in reads}) == 1
    seed, item, product = (float(text.split(":")[1]) for text in reads)
    assert product == pytest.approx(seed * item, abs=2e-5)
    page.mouse.move(0, 0)
    expect(chart.locator(".read").first).to_have_text("")
