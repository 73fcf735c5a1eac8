"""The vocabulary of the demo data set: genres, moods and the word lists of its invented names.

Everyday words in Korean and English; no real artist or song is meant.
"""

from dataclasses import dataclass


def _words(text: str) -> tuple[str, ...]:
    """Split a text at slashes into words or phrases."""
    return tuple(word.strip() for word in text.split("/"))


@dataclass(frozen=True)
class GenreWords:
    """A genre: key, names, first detail genres, and whether its playlists contain songs of this genre only."""

    key: str
    korean: str
    english: str
    details: tuple[str, ...]
    isolated: bool = False


@dataclass(frozen=True)
class MoodWords:
    """A mood: its tag, and the genres (`kinds`) in which that tag means a different kind of music.

    `rises` is whether its playlists run through a scene (`Catalogue.position`) upwards.
    """

    key: str
    tag: str
    kinds: tuple[str, ...]
    titles: tuple[str, ...]
    titles_english: tuple[str, ...]
    nouns: tuple[str, ...]
    nouns_english: tuple[str, ...]
    rises: bool = False


@dataclass(frozen=True)
class Language:
    """Word lists of invented names, and the patterns of names that `names` fills in."""

    adjectives: tuple[str, ...]
    artist_nouns: tuple[str, ...]
    artist_tails: tuple[str, ...]
    places: tuple[str, ...]
    plain_nouns: tuple[str, ...]
    classical_forms: tuple[str, ...]
    classical_keys: tuple[str, ...]
    worship_nouns: tuple[str, ...]
    title_moments: tuple[str, ...]
    title_tails: tuple[str, ...]
    songs: tuple[str, ...]
    classical: str
    albums: tuple[str, ...]
    playlists: tuple[str, ...]


GENRES = (
    GenreWords("ballad", "발라드", "Ballad", _words("도시 발라드 / 피아노 발라드 / 현악 발라드 / 듀엣 발라드")),
    GenreWords("dance", "댄스", "Dance", _words("레트로 댄스 / 군무 댄스 / 한여름 댄스 / 미러볼 댄스")),
    GenreWords("hiphop", "힙합", "Hip-Hop", _words("붐뱁 / 노래하는 랩 / 묵직한 트랩 / 재즈 랩")),
    GenreWords("rnb", "알앤비", "R&B", _words("그루브 알앤비 / 느린 알앤비 / 네오 소울 / 심야 소울")),
    GenreWords("indie", "인디", "Indie", _words("골방 포크 / 드림 팝 / 로파이 팝 / 동네 밴드")),
    GenreWords("rock", "록", "Rock", _words("차고 록 / 안개 록 / 연주 록 / 청춘 펑크")),
    GenreWords("electronic", "일렉트로닉", "Electronic", _words("하우스 / 신스웨이브 / 퓨처 베이스 / 미니멀 테크노")),
    GenreWords("pop", "팝", "Pop", _words("네온 시티 팝 / 신스 팝 / 햇살 팝 / 기타 팝")),
    GenreWords("jazz", "재즈", "Jazz", _words("피아노 트리오 / 보사노바 / 스윙 밴드 / 쿨 재즈"), isolated=True),
    GenreWords("classical", "클래식", "Classical", _words("실내악 / 독주곡 / 관현악 / 성악곡"), isolated=True),
    GenreWords("worship", "워십", "Worship", _words("합창 워십 / 밴드 워십 / 묵상 워십 / 어린이 워십"), isolated=True),
    GenreWords(
        "newage", "뉴에이지", "New Age", _words("피아노 소품 / 명상 음악 / 자연 소리 / 하프 소품"), isolated=True
    ),
)
# Names of genres beyond the first twelve, and of more than four detail genres each, are composed from these.
DETAIL_STYLES = _words("""
    새벽 / 바닷가 / 겨울 / 골목 / 은하 / 다락방 / 호숫가 / 정오 / 모퉁이 / 안뜰 / 옥상 / 언덕 / 섬 / 온실 /
    지하실 / 강변
""")

MOODS = (
    MoodWords(
        "drive",
        "드라이브",
        kinds=_words("electronic / rnb / hiphop"),
        rises=True,
        titles=_words("드라이브 / 밤 드라이브 / 강변 드라이브 / 비 오는 밤 드라이브"),
        titles_english=_words("Night Drive / Long Drive / Open Road"),
        nouns=_words("전조등 / 고가도로 / 톨게이트 / 백미러 / 주유등 / 중앙선"),
        nouns_english=_words("Headlamps / Overpass / Tollgate / Odometer"),
    ),
    MoodWords(
        "rain",
        "비오는날",
        kinds=_words("ballad / indie / jazz"),
        titles=_words("비 오는 날 / 장마 / 빗소리 / 비 오는 창가"),
        titles_english=_words("Rainy Day / Drizzle / Rain on the Window"),
        nouns=_words("물웅덩이 / 처마 끝 / 젖은 소매 / 접는 우산 / 먹구름 / 빗금"),
        nouns_english=_words("Puddles / Gutters / Raincoat / Wet Cuffs"),
    ),
    MoodWords(
        "workout",
        "운동",
        kinds=_words("hiphop / rock / electronic / dance"),
        rises=True,
        titles=_words("운동 / 러닝 / 헬스장 / 땀나는 운동"),
        titles_english=_words("Workout / Running / Gym Hour"),
        nouns=_words("운동화 끈 / 아령 / 숨 / 결승선 / 맥박 / 트랙"),
        nouns_english=_words("Shoelace / Dumbbell / Last Lap / Pulse Meter"),
    ),
    MoodWords(
        "study",
        "공부",
        kinds=_words("classical / newage / indie"),
        titles=_words("공부 / 시험 기간 / 도서관 / 집중"),
        titles_english=_words("Study / Deep Focus / Library"),
        nouns=_words("형광펜 / 필기 / 책갈피 / 연필심 / 여백 / 열람실"),
        nouns_english=_words("Margins / Bookmark / Pencil Case / Footnotes"),
    ),
    MoodWords(
        "first_love",
        "첫사랑",
        kinds=_words("ballad / pop / indie"),
        rises=True,
        titles=_words("첫사랑 / 고백 / 설렘 / 좋아하는 사람"),
        titles_english=_words("First Crush / Butterflies / New Love"),
        nouns=_words("교복 단추 / 옆자리 / 귓불 / 쪽지 / 손금 / 두근거림"),
        nouns_english=_words("Freckles / Folded Note / Next Seat / Blush"),
    ),
    MoodWords(
        "dawn",
        "새벽감성",
        kinds=_words("rnb / ballad / indie"),
        titles=_words("새벽 감성 / 잠 못 드는 새벽 / 새벽 세 시 / 늦은 밤"),
        titles_english=_words("Late Night / 3 AM / Sleepless"),
        nouns=_words("가로등 밑 / 새벽 공기 / 식은 차 / 불 꺼진 방 / 창틀 / 막차"),
        nouns_english=_words("Streetlamp / Cold Tea / Last Tram / Windowsill"),
    ),
    MoodWords(
        "farewell",
        "이별",
        kinds=_words("ballad / rnb"),
        titles=_words("이별 / 헤어진 뒤 / 눈물 / 미련"),
        titles_english=_words("Breakup / Goodbye / After You"),
        nouns=_words("빈 의자 / 마른 꽃 / 돌려준 열쇠 / 뒷모습 / 답장 / 빈칸"),
        nouns_english=_words("Empty Chair / Spare Key / Dry Flowers / No Reply"),
    ),
    MoodWords(
        "party",
        "파티",
        kinds=_words("dance / electronic / hiphop"),
        rises=True,
        titles=_words("파티 / 불금 / 클럽 / 신나는 밤"),
        titles_english=_words("Party / Friday Night / Club"),
        nouns=_words("색종이 / 구두 굽 / 샹들리에 / 풍선 / 축배 / 반짝이"),
        nouns_english=_words("Confetti / Balloons / Chandelier / Loud Shoes"),
    ),
    MoodWords(
        "morning",
        "아침",
        kinds=_words("pop / newage / classical / worship"),
        rises=True,
        titles=_words("아침 / 출근길 / 상쾌한 아침 / 기상"),
        titles_english=_words("Morning / Early Bird / Sunrise"),
        nouns=_words("토스트 / 기지개 / 우유 배달 / 첫차 / 이불 / 햇귀"),
        nouns_english=_words("Toast / Milk Round / First Bus / Alarm"),
    ),
    MoodWords(
        "travel",
        "여행",
        kinds=_words("pop / indie / rock"),
        rises=True,
        titles=_words("여행 / 기차 여행 / 바다 여행 / 떠나는 날"),
        titles_english=_words("Travel / Road Trip / Getaway"),
        nouns=_words("배낭 / 환승역 / 엽서 / 탑승구 / 지도 끝 / 여권"),
        nouns_english=_words("Backpack / Postcard / Gate Nine / Timetable"),
    ),
    MoodWords(
        "cafe",
        "카페",
        kinds=_words("jazz / indie / rnb"),
        titles=_words("카페 / 카페에서 / 커피 한 잔 / 나른한 오후"),
        titles_english=_words("Cafe / Coffee Break / Slow Afternoon"),
        nouns=_words("각설탕 / 찻잔 / 머그 / 창가 자리 / 원두 / 우유 거품"),
        nouns_english=_words("Sugar Cube / Teacup / Corner Table / Crema"),
    ),
    MoodWords(
        "sleep",
        "잠",
        kinds=_words("newage / classical"),
        titles=_words("잠 / 자장가 / 꿀잠 / 불면증"),
        titles_english=_words("Sleep / Lullabies / Deep Sleep"),
        nouns=_words("베개 / 이불깃 / 꿈결 / 하품 / 숨소리 / 은하수"),
        nouns_english=_words("Pillow / Yawn / Nightgown / Milky Lamp"),
    ),
    MoodWords(
        "festival",
        "페스티벌",
        kinds=_words("rock / electronic"),
        rises=True,
        titles=_words("페스티벌 / 떼창 / 무대 앞 / 여름 페스티벌"),
        titles_english=_words("Festival / Front Row / Main Stage"),
        nouns=_words("천막 / 손목 띠 / 앰프 / 함성 / 흙먼지 / 깃발"),
        nouns_english=_words("Tents / Wristband / Amplifier / Dust"),
    ),
    MoodWords(
        "memory",
        "추억",
        kinds=_words("ballad / dance / pop"),
        titles=_words("추억 / 그때 그 노래 / 학창 시절 / 추억 여행"),
        titles_english=_words("Throwback / Old Days / Memory Lane"),
        nouns=_words("카세트 / 졸업 사진 / 놀이터 / 낡은 수첩 / 문방구 / 사물함"),
        nouns_english=_words("Cassette / Yearbook / Swing Set / Locker"),
    ),
    MoodWords(
        "comfort",
        "위로",
        kinds=_words("ballad / indie / worship"),
        rises=True,
        titles=_words("위로 / 힘든 하루 / 지친 너에게 / 괜찮아"),
        titles_english=_words("Comfort / Long Day / Healing"),
        nouns=_words("어깨 / 담요 / 따뜻한 국 / 등불 / 손난로 / 쉼표"),
        nouns_english=_words("Blanket / Warm Soup / Lantern / Porch Light"),
    ),
    MoodWords(
        "walk",
        "산책",
        kinds=_words("pop / jazz / indie"),
        rises=True,
        titles=_words("산책 / 저녁 산책 / 공원 / 걷고 싶은 날"),
        titles_english=_words("Evening Walk / Stroll / Park"),
        nouns=_words("돌담 / 강아지풀 / 그림자 / 오솔길 / 벤치 / 단풍잎"),
        nouns_english=_words("Footbridge / Park Bench / Pebbles / Hedgerow"),
    ),
)

SEASON_TAGS = _words("봄 / 여름 / 가을 / 겨울 / 크리스마스")
# Tags that are independent of the music and occur in every scene, as `기분전환` does in the real data.
SCATTERED_TAGS = _words("기분전환 / 추천 / 매장음악 / 나만알고싶은 / 모음 / 인생곡 / 휴식 / 감성 / 노동요 / BGM")

SCENE_WORDS = _words("""
    달빛 / 네온 / 유리 / 모래 / 안개 / 파도 / 벽돌 / 은박 / 숲속 / 먼지 / 자정 / 오렌지 / 코발트 / 라벤더 /
    솜사탕 / 강철 / 종이 / 호박빛 / 사막 / 등대 / 옥상 / 지하 / 물결 / 별자리
""")
EMOJI = _words("🚗 / 🌧️ / 🎧 / ✨ / 🌙 / ☕ / 🔥 / 💜 / 🌸 / 🍂 / ❄️ / 🎄")

KOREAN = Language(
    adjectives=_words("""
        느린 / 접힌 / 낮은 / 서툰 / 마른 / 은빛 / 조용한 / 둥근 / 비스듬한 / 이른 / 늦은 / 오래된 / 하얀 / 잿빛 /
        노란 / 젖은 / 엷은 / 깊은 / 가벼운 / 수줍은 / 덜 깬 / 반쯤 열린 / 빌려 온 / 구겨진 / 낯선 / 남은 / 푸른 /
        투명한 / 맨발의 / 두 번째 / 열두 번째 / 어긋난 / 달콤한 / 쌉쌀한 / 까슬한 / 희미한 / 붉은 / 빈 / 떠도는 /
        잠든 / 졸린 / 바랜 / 흐린 / 맑은 / 서늘한 / 미지근한 / 쓸모없는 / 기울어진 / 작은 / 숨은
    """),
    artist_nouns=_words("""
        등대지기 / 여우 / 고래 / 우체부 / 정류장 / 돛단배 / 두루미 / 선인장 / 나침반 / 다람쥐 / 풍차 / 조약돌 /
        물레방아 / 곡예사 / 제비 / 온실 / 천문대 / 까치 / 수족관 / 사서 / 민들레 / 나룻배 / 회전문 / 양탄자 / 참새 /
        유리병 / 돌고래 / 솔방울 / 망루 / 해바라기 / 당나귀 / 시계공 / 올빼미 / 반딧불 / 갈매기 / 측량사 / 모자 /
        사다리 / 호두 / 기러기 / 외투 / 꿀벌 / 너구리 / 잠수부 / 항아리 / 도토리 / 부엉이 / 뱃사공 / 수달 / 토끼풀
    """),
    artist_tails=_words("""
        밴드 / 트리오 / 클럽 / 악단 / 사운드 / 프로젝트 / 상회 / 극장 / 연구소 / 합주단 / 라디오 / 공방 / 삼남매 /
        자매 / 형제 / 남매 / 스튜디오 / 다방 / 서점 / 양조장 / 유랑단 / 학교 / 동아리 / 우체국 / 세탁소 / 정원 /
        항구 / 합창단 / 사진관 / 목공소
    """),
    places=_words("""
        고래역 / 민들레 삼거리 / 물빛 부두 / 십칠 번 창고 / 느티 언덕 / 은방울 골목 / 종이 공원 / 솔바람 다리 /
        오후의 마당 / 끝에서 두 번째 정류장 / 파란 대문 앞 / 달무리 극장
    """),
    plain_nouns=_words("일기 / 온도 / 계절 / 문장 / 습관 / 소문 / 약속 / 거리 / 물음표 / 잔돈 / 체크무늬 / 나뭇결"),
    classical_forms=_words("소나타 / 변주곡 / 전주곡 / 모음곡 / 즉흥곡 / 환상곡 / 미뉴에트 / 녹턴"),
    classical_keys=_words("가단조 / 다장조 / 내림나장조 / 라단조 / 바장조 / 사단조 / 마장조 / 올림다단조"),
    worship_nouns=_words("은혜 / 빛 / 샘물 / 새 아침 / 평안 / 찬양 / 동행 / 등불"),
    title_moments=_words("비 오는 밤 / 늦은 밤 / 주말 / 혼자 / 퇴근 후 / 눈 오는 날 / 일요일 오후 / 바람 부는 날"),
    title_tails=_words("모음 / 플레이리스트 / 명곡 / 추천 / BGM / 선곡 / 컬렉션"),
    songs=_words("""
        {adjective} {noun} / {place}의 {noun} / {adjective} {noun}처럼 / {noun} 쪽으로 / {noun}의 {plain} /
        {adjective} {noun} / {place}, {adjective} {noun}
    """),
    classical="{form} {number}번 {key}",
    albums=_words("{adjective} {noun} / {place} / {volume}집 {noun} / {place}에서 / {noun} 사이"),
    playlists=_words("""
        {feeling} {genre} {tail} / {feeling}에 어울리는 {genre} / {own} {feeling} / {moment} {genre} /
        {own} {genre} {tail} / {feeling}, {own} {genre}
    """),
)
ENGLISH = Language(
    adjectives=_words("""
        Amber / Paper / Quiet / Distant / Hollow / Copper / Woven / Tidal / Drowsy / Lopsided / Tin / Saffron /
        Mossy / Borrowed / Folded / Linen / Cobalt / Unhurried / Salted / Pocket / Ninth / Spare / Gravel / Marble /
        Ginger / Crooked / Pewter / Feathered / Brittle / Cedar / Painted / Tangled / Sleepy / Plaster / Rusted /
        Woolen / Hazel / Speckled / Sunken / Polite / Muted / Clover / Tilted / Chalk / Honeyed / Ashen / Barefoot /
        Eleventh / Umber / Patient
    """),
    artist_nouns=_words("""
        Heron / Ferry / Lighthouse / Badger / Orchard / Compass / Otter / Windmill / Cactus / Sparrow / Harbor /
        Postman / Teapot / Lanterns / Walnut / Beacon / Magpie / Cartographer / Trellis / Pigeon / Librarian /
        Anchor / Thimble / Swallow / Greenhouse / Piers / Beetle / Acorn / Telegraph / Pelican / Almanac /
        Weathervane / Rowboat / Marmot / Quarry / Inkwell / Puffin / Tugboat / Clockmaker / Juniper / Bicycle /
        Dovecote / Parcel / Ladder / Meadow / Turnstile / Barge / Sextant / Gosling / Hatbox
    """),
    artist_tails=_words("""
        Band / Trio / Club / Quartet / Sound / Project / Society / Theatre / Bureau / Ensemble / Radio / Workshop /
        Sisters / Brothers / Cousins / Union / Studio / Parlour / Bookshop / Brewery / Caravan / Academy / Circle /
        Office / Laundry / Garden / Company / Choir / Duo / Cooperative
    """),
    places=_words("""
        Whale Station / Pier Seventeen / Dandelion Fork / Tilia Hill / Paper Park / Bluegate / Lower Mill /
        Hazel Bridge / the Second-Last Stop / Moonring Theatre
    """),
    plain_nouns=_words("Diary / Season / Sentence / Habit / Rumour / Errand / Question Mark / Loose Change"),
    classical_forms=_words("Sonata / Variations / Prelude / Suite / Impromptu / Fantasia / Minuet / Nocturne"),
    classical_keys=_words("A minor / C major / B-flat major / D minor / F major / G minor / E major"),
    worship_nouns=_words("Grace / Light / Wellspring / New Day / Stillness / Praise"),
    title_moments=_words("Late Night / Weekend / Rainy Sunday / After Work / Slow / Midnight / Golden Hour"),
    title_tails=_words("Mix / Playlist / Essentials / Vibes / Selection / Radio"),
    songs=_words("""
        {adjective} {noun} / {noun} at {place} / {adjective} {noun} for Two / Toward the {noun} / {noun} and {plain} /
        {adjective} {noun} / {place}, {adjective} {noun}
    """),
    classical="{form} No. {number} in {key}",
    albums=_words("{adjective} {noun} / {place} / {noun} EP / Notes from {place} / {adjective} {noun}s"),
    playlists=_words("{moment} {genre} {tail} / {feeling} {tail} / {genre} for {feeling} / {feeling}: {genre} {tail}"),
)
VERSIONS = (" (Inst.)", " (Live)", " (Remix)", " Pt. 2", " (Acoustic Ver.)", " (Demo)")

TAG_HEADS = _words("""
    새벽 / 출근길 / 퇴근길 / 주말 / 월요일 / 금요일 / 한강 / 옥상 / 자취방 / 버스 / 지하철 / 기차 / 캠핑 / 바다 /
    노을 / 첫눈 / 장마 / 벚꽃 / 단풍 / 수능 / 방학 / 야근 / 청소 / 요리 / 샤워 / 독서 / 명상 / 고양이 / 강아지 /
    소풍 / 연말 / 새해 / 생일 / 결혼식 / 졸업 / 군대 / 짝사랑 / 썸 / 권태기 / 혼술 / 혼밥 / 와인 / 맥주 / 낮잠 /
    불면 / 우울 / 행복 / 그리움 / 설렘 / 외로움 / 용기 / 다이어트 / 등산 / 자전거
""")
TAG_NOUNS = _words("""
    산책 / 카페 / 감상 / 수다 / 여행 / 드라이빙 / 창가 / 라디오 / 일기 / 사색 / 고백 / 데이트 / 휴가 / 귀갓길 /
    준비 / 마무리 / 한잔 / 분위기 / 향기 / 온도 / 조명 / 골목 / 다락방 / 오후 / 저녁 / 한밤 / 아침 / 점심 / 풍경 /
    기억 / 약속 / 눈물 / 웃음 / 친구 / 가족 / 혼자 / 둘이서 / 우리 / 그대 / 소년 / 소녀 / 청춘 / 어른 / 동네 /
    도시 / 시골 / 하늘 / 구름 / 별 / 달 / 바람 / 햇살 / 파도 / 숲 / 꽃 / 나무 / 골방 / 무대 / 떼창 / 피아노 /
    기타
""")
TAG_TAILS = ("", "음악", "노래", "곡", "감성", "무드", "플리", "테마", "추천", "기분", "모음")
