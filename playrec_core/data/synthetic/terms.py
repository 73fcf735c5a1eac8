"""The tags, genres and moods of the demo data set, each in English and in Korean.

A term is one thing with two names: the data set is written with one of them, and gives the other one for display.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Language = Literal["en", "ko"]


class Term(NamedTuple):
    """A tag or genre, by its name in each language."""

    en: str
    ko: str

    def name(self, language: Language) -> str:
        """The name in one language."""
        return self.ko if language == "ko" else self.en


def _terms(text: str) -> tuple[Term, ...]:
    """Read terms written as "english = korean / english = korean"."""
    pairs = (pair.partition("=") for pair in text.split("/"))
    return tuple(Term(english.strip(), korean.strip()) for english, _, korean in pairs)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split("/"))


@dataclass(frozen=True)
class Genre:
    """A genre: key, name, first detail genres, and whether its playlists contain songs of this genre only."""

    key: str
    term: Term
    details: tuple[Term, ...]
    isolated: bool = False

    @property
    def tag(self) -> Term:
        """The genre as a tag; English tags are lower case."""
        return Term(self.term.en.lower(), self.term.ko)


@dataclass(frozen=True)
class Mood:
    """A mood: its tag, and the genres (`kinds`) in which that tag means a different kind of music.

    `rises` is the direction in which its playlists run through a scene (`Catalogue.position`).
    """

    key: str
    tag: Term
    kinds: tuple[str, ...]
    rises: bool


GENRES = (
    Genre(
        "ballad",
        Term("Ballad", "발라드"),
        _terms("City = 도시 발라드 / Piano = 피아노 발라드 / Strings = 현악 발라드 / Duets = 듀엣 발라드"),
    ),
    Genre(
        "dance",
        Term("Dance", "댄스"),
        _terms("Retro = 레트로 댄스 / Choreography = 군무 댄스 / Midsummer = 한여름 댄스 / Mirror Ball = 미러볼 댄스"),
    ),
    Genre(
        "hiphop",
        Term("Hip-Hop", "힙합"),
        _terms("Boom Bap = 붐뱁 / Melodic Rap = 노래하는 랩 / Heavy Trap = 묵직한 트랩 / Jazz Rap = 재즈 랩"),
    ),
    Genre(
        "rnb",
        Term("R&B", "알앤비"),
        _terms("Groove = 그루브 알앤비 / Slow Jam = 느린 알앤비 / Neo Soul = 네오 소울 / Midnight Soul = 심야 소울"),
    ),
    Genre(
        "indie",
        Term("Indie", "인디"),
        _terms("Bedroom Folk = 골방 포크 / Dream Pop = 드림 팝 / Lo-Fi Pop = 로파이 팝 / Local Bands = 동네 밴드"),
    ),
    Genre(
        "rock",
        Term("Rock", "록"),
        _terms("Garage = 차고 록 / Shoegaze = 안개 록 / Instrumental = 연주 록 / Pop Punk = 청춘 펑크"),
    ),
    Genre(
        "electronic",
        Term("Electronic", "일렉트로닉"),
        _terms("House = 하우스 / Synthwave = 신스웨이브 / Future Bass = 퓨처 베이스 / Minimal Techno = 미니멀 테크노"),
    ),
    Genre(
        "pop",
        Term("Pop", "팝"),
        _terms("Neon City Pop = 네온 시티 팝 / Synth Pop = 신스 팝 / Sunshine Pop = 햇살 팝 / Guitar Pop = 기타 팝"),
    ),
    Genre(
        "jazz",
        Term("Jazz", "재즈"),
        _terms("Piano Trio = 피아노 트리오 / Bossa Nova = 보사노바 / Swing = 스윙 밴드 / Cool Jazz = 쿨 재즈"),
        isolated=True,
    ),
    Genre(
        "classical",
        Term("Classical", "클래식"),
        _terms("Chamber = 실내악 / Solo = 독주곡 / Orchestral = 관현악 / Vocal = 성악곡"),
        isolated=True,
    ),
    Genre(
        "worship",
        Term("Worship", "워십"),
        _terms("Choir = 합창 워십 / Band = 밴드 워십 / Contemplative = 묵상 워십 / Children = 어린이 워십"),
        isolated=True,
    ),
    Genre(
        "newage",
        Term("New Age", "뉴에이지"),
        _terms(
            "Piano Pieces = 피아노 소품 / Meditation = 명상 음악 / Nature Sounds = 자연 소리 / Harp Pieces = 하프 소품"
        ),
        isolated=True,
    ),
)
# Names of genres beyond the first twelve, and of more than four detail genres each, are composed from these.
DETAIL_STYLES = _terms(
    """
    Dawn = 새벽 / Seaside = 바닷가 / Winter = 겨울 / Alley = 골목 / Galaxy = 은하 / Attic = 다락방 /
    Lakeside = 호숫가 / Noon = 정오 / Corner = 모퉁이 / Courtyard = 안뜰 / Rooftop = 옥상 / Hillside = 언덕 /
    Island = 섬 / Greenhouse = 온실 / Basement = 지하실 / Riverside = 강변
    """
)

MOODS = (
    Mood("drive", Term("drive", "드라이브"), _words("electronic / rnb / hiphop"), rises=True),
    Mood("rain", Term("rain", "비오는날"), _words("ballad / indie / jazz"), rises=False),
    Mood("workout", Term("workout", "운동"), _words("hiphop / rock / electronic / dance"), rises=True),
    Mood("study", Term("study", "공부"), _words("classical / newage / indie"), rises=False),
    Mood("first_love", Term("first love", "첫사랑"), _words("ballad / pop / indie"), rises=True),
    Mood("dawn", Term("late night", "새벽감성"), _words("rnb / ballad / indie"), rises=False),
    Mood("farewell", Term("breakup", "이별"), _words("ballad / rnb"), rises=False),
    Mood("party", Term("party", "파티"), _words("dance / electronic / hiphop"), rises=True),
    Mood("morning", Term("morning", "아침"), _words("pop / newage / classical / worship"), rises=True),
    Mood("travel", Term("travel", "여행"), _words("pop / indie / rock"), rises=True),
    Mood("cafe", Term("cafe", "카페"), _words("jazz / indie / rnb"), rises=False),
    Mood("sleep", Term("sleep", "잠"), _words("newage / classical"), rises=False),
    Mood("festival", Term("festival", "페스티벌"), _words("rock / electronic"), rises=True),
    Mood("memory", Term("nostalgia", "추억"), _words("ballad / dance / pop"), rises=False),
    Mood("comfort", Term("comfort", "위로"), _words("ballad / indie / worship"), rises=True),
    Mood("walk", Term("walk", "산책"), _words("pop / jazz / indie"), rises=True),
)

SEASONS = _terms("spring = 봄 / summer = 여름 / autumn = 가을 / winter = 겨울 / christmas = 크리스마스")
# Tags that are independent of the music and occur in every scene, as `기분전환` does in the real data.
SCATTERED = _terms(
    """
    mood lift = 기분전환 / recommended = 추천 / shop music = 매장음악 / hidden gems = 나만알고싶은 /
    collection = 모음 / all-time favourites = 인생곡 / rest = 휴식 / feels = 감성 / work songs = 노동요 / bgm = BGM
    """
)
_HEADS = _terms(
    """
    dawn = 새벽 / morning commute = 출근길 / after work = 퇴근길 / weekend = 주말 / monday = 월요일 / friday = 금요일 /
    han river = 한강 / rooftop = 옥상 / studio flat = 자취방 / bus = 버스 / subway = 지하철 / train = 기차 /
    camping = 캠핑 / beach = 바다 / sunset = 노을 / first snow = 첫눈 / rainy season = 장마 / cherry blossom = 벚꽃 /
    autumn leaves = 단풍 / exam week = 수능 / school break = 방학 / overtime = 야근 / cleaning = 청소 /
    cooking = 요리 / shower = 샤워 / reading = 독서 / meditation = 명상 / cat = 고양이 / puppy = 강아지 /
    picnic = 소풍 / year end = 연말 / new year = 새해 / birthday = 생일 / wedding = 결혼식 / graduation = 졸업 /
    army = 군대 / unrequited love = 짝사랑 / flirting = 썸 / cooling off = 권태기 / drinking alone = 혼술 /
    eating alone = 혼밥 / wine = 와인 / beer = 맥주 / nap = 낮잠 / insomnia = 불면 / feeling blue = 우울 /
    happy = 행복 / longing = 그리움 / butterflies = 설렘 / lonely = 외로움 / courage = 용기 / diet = 다이어트 /
    hiking = 등산 / bike = 자전거
    """
)
_NOUNS = _terms(
    """
    stroll = 산책 / coffee = 카페 / listening = 감상 / chat = 수다 / trip = 여행 / driving = 드라이빙 / window = 창가 /
    radio = 라디오 / diary = 일기 / thoughts = 사색 / confession = 고백 / date = 데이트 / holiday = 휴가 /
    way home = 귀갓길 / warm-up = 준비 / wind-down = 마무리 / drinks = 한잔 / atmosphere = 분위기 / scent = 향기 /
    warmth = 온도 / lights = 조명 / alley = 골목 / attic = 다락방 / afternoon = 오후 / evening = 저녁 /
    midnight = 한밤 / sunrise = 아침 / lunch = 점심 / scenery = 풍경 / memories = 기억 / promise = 약속 /
    tears = 눈물 / laughter = 웃음 / friends = 친구 / family = 가족 / solo = 혼자 / for two = 둘이서 /
    together = 우리 / for you = 그대 / boys = 소년 / girls = 소녀 / youth = 청춘 / grown-ups = 어른 /
    neighbourhood = 동네 / city = 도시 / countryside = 시골 / sky = 하늘 / clouds = 구름 / stars = 별 / moon = 달 /
    wind = 바람 / sunshine = 햇살 / waves = 파도 / forest = 숲 / flowers = 꽃 / trees = 나무 / back room = 골방 /
    stage = 무대 / singalong = 떼창 / piano = 피아노 / guitar = 기타
    """
)
_TAILS = (
    *(
        Term("", ""),
        *_terms("music = 음악 / songs = 노래 / tracks = 곡 / feels = 감성 / mood = 무드 / playlist = 플리"),
    ),
    *_terms("theme = 테마 / picks = 추천 / vibes = 기분 / mix = 모음"),
)

CORE_TAGS = (*(mood.tag for mood in MOODS), *(genre.tag for genre in GENRES), *SEASONS, *SCATTERED)
MAX_DETAILS_PER_GENRE = len(GENRES[0].details) + len(DETAIL_STYLES)
MAX_TAGS = len(CORE_TAGS) + len(_HEADS) * len(_NOUNS) * len(_TAILS)


def base_genre(genre: int) -> Genre:
    """The base genre of genre number `genre`. Genres beyond the base genres are varieties of connected ones."""
    if genre < len(GENRES):
        return GENRES[genre]
    connected = [base for base in GENRES if not base.isolated]
    return connected[(genre - len(GENRES)) % len(connected)]


def genre_term(genre: int) -> Term:
    """Name of genre number `genre`; beyond the twelve base genres, a connected genre in another style."""
    if genre < len(GENRES):
        return GENRES[genre].term
    return _joined(DETAIL_STYLES[genre % len(DETAIL_STYLES)], base_genre(genre).term)


def detail_term(genre: int, detail: int) -> Term:
    """Name of the `detail`-th (from 0) detail genre of genre number `genre`."""
    details = base_genre(genre).details if genre < len(GENRES) else ()
    if detail < len(details):
        return details[detail]
    return _joined(DETAIL_STYLES[detail - len(details)], genre_term(genre))


def _joined(style: Term, genre: Term) -> Term:
    return Term(f"{style.en} {genre.en}", f"{style.ko} {genre.ko}")


def tail_tag(number: int) -> Term:
    """The `number`-th invented tag beyond `CORE_TAGS`: two words, later with an ending; Korean joins them."""
    tail, pair = divmod(number, len(_HEADS) * len(_NOUNS))
    # 1009 is prime and divides neither list's length: consecutive tags do not share their first word.
    head, noun = divmod(pair * 1009 % (len(_HEADS) * len(_NOUNS)), len(_NOUNS))
    parts = (_HEADS[head], _NOUNS[noun], _TAILS[tail])
    return Term(" ".join(part.en for part in parts if part.en), "".join(part.ko for part in parts))


def all_tags() -> list[Term]:
    """Every tag that a demo data set can have."""
    return [*CORE_TAGS, *(tail_tag(number) for number in range(MAX_TAGS - len(CORE_TAGS)))]
