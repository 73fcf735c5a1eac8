"""Korean words for the names of the demo data set; no real artist or song is meant."""

from .name_words import MoodWords, NameWords, words

KOREAN = NameWords(
    adjectives=words(
        """
        느린 / 접힌 / 낮은 / 서툰 / 마른 / 은빛 / 조용한 / 둥근 / 비스듬한 / 이른 / 늦은 / 오래된 / 하얀 / 잿빛 /
        노란 / 젖은 / 엷은 / 깊은 / 가벼운 / 수줍은 / 덜 깬 / 반쯤 열린 / 빌려 온 / 구겨진 / 낯선 / 남은 / 푸른 /
        투명한 / 맨발의 / 두 번째 / 열두 번째 / 어긋난 / 달콤한 / 쌉쌀한 / 까슬한 / 희미한 / 붉은 / 빈 / 떠도는 /
        잠든 / 졸린 / 바랜 / 흐린 / 맑은 / 서늘한 / 미지근한 / 쓸모없는 / 기울어진 / 작은 / 숨은
        """
    ),
    artist_nouns=words(
        """
        등대지기 / 여우 / 고래 / 우체부 / 정류장 / 돛단배 / 두루미 / 선인장 / 나침반 / 다람쥐 / 풍차 / 조약돌 /
        물레방아 / 곡예사 / 제비 / 온실 / 천문대 / 까치 / 수족관 / 사서 / 민들레 / 나룻배 / 회전문 / 양탄자 / 참새 /
        유리병 / 돌고래 / 솔방울 / 망루 / 해바라기 / 당나귀 / 시계공 / 올빼미 / 반딧불 / 갈매기 / 측량사 / 모자 /
        사다리 / 호두 / 기러기 / 외투 / 꿀벌 / 너구리 / 잠수부 / 항아리 / 도토리 / 부엉이 / 뱃사공 / 수달 / 토끼풀
        """
    ),
    first_names=(),
    last_names=(),
    artist_tails=words(
        """
        밴드 / 트리오 / 클럽 / 악단 / 사운드 / 프로젝트 / 상회 / 극장 / 연구소 / 합주단 / 라디오 / 공방 / 삼남매 /
        자매 / 형제 / 남매 / 스튜디오 / 다방 / 서점 / 양조장 / 유랑단 / 학교 / 동아리 / 우체국 / 세탁소 / 정원 / 항구 /
        합창단 / 사진관 / 목공소
        """
    ),
    places=words(
        """
        고래역 / 민들레 삼거리 / 물빛 부두 / 십칠 번 창고 / 느티 언덕 / 은방울 골목 / 종이 공원 / 솔바람 다리 /
        오후의 마당 / 끝에서 두 번째 정류장 / 파란 대문 앞 / 달무리 극장
        """
    ),
    plain_nouns=words("일기 / 온도 / 계절 / 문장 / 습관 / 소문 / 약속 / 거리 / 물음표 / 잔돈 / 체크무늬 / 나뭇결"),
    worship_nouns=words("은혜 / 빛 / 샘물 / 새 아침 / 평안 / 찬양 / 동행 / 등불"),
    forms=words("소나타 / 변주곡 / 전주곡 / 모음곡 / 즉흥곡 / 환상곡 / 미뉴에트 / 녹턴"),
    keys=words("가단조 / 다장조 / 내림나장조 / 라단조 / 바장조 / 사단조 / 마장조 / 올림다단조"),
    moods={
        "drive": MoodWords(
            titles=words("드라이브 / 밤 드라이브 / 강변 드라이브 / 비 오는 밤 드라이브"),
            nouns=words("전조등 / 고가도로 / 톨게이트 / 백미러 / 주유등 / 중앙선"),
        ),
        "rain": MoodWords(
            titles=words("비 오는 날 / 장마 / 빗소리 / 비 오는 창가"),
            nouns=words("물웅덩이 / 처마 끝 / 젖은 소매 / 접는 우산 / 먹구름 / 빗금"),
        ),
        "workout": MoodWords(
            titles=words("운동 / 러닝 / 헬스장 / 땀나는 운동"),
            nouns=words("운동화 끈 / 아령 / 숨 / 결승선 / 맥박 / 트랙"),
        ),
        "study": MoodWords(
            titles=words("공부 / 시험 기간 / 도서관 / 집중"),
            nouns=words("형광펜 / 필기 / 책갈피 / 연필심 / 여백 / 열람실"),
        ),
        "first_love": MoodWords(
            titles=words("첫사랑 / 고백 / 설렘 / 좋아하는 사람"),
            nouns=words("교복 단추 / 옆자리 / 귓불 / 쪽지 / 손금 / 두근거림"),
        ),
        "dawn": MoodWords(
            titles=words("새벽 감성 / 잠 못 드는 새벽 / 새벽 세 시 / 늦은 밤"),
            nouns=words("가로등 밑 / 새벽 공기 / 식은 차 / 불 꺼진 방 / 창틀 / 막차"),
        ),
        "farewell": MoodWords(
            titles=words("이별 / 헤어진 뒤 / 눈물 / 미련"),
            nouns=words("빈 의자 / 마른 꽃 / 돌려준 열쇠 / 뒷모습 / 답장 / 빈칸"),
        ),
        "party": MoodWords(
            titles=words("파티 / 불금 / 클럽 / 신나는 밤"),
            nouns=words("색종이 / 구두 굽 / 샹들리에 / 풍선 / 축배 / 반짝이"),
        ),
        "morning": MoodWords(
            titles=words("아침 / 출근길 / 상쾌한 아침 / 기상"),
            nouns=words("토스트 / 기지개 / 우유 배달 / 첫차 / 이불 / 햇귀"),
        ),
        "travel": MoodWords(
            titles=words("여행 / 기차 여행 / 바다 여행 / 떠나는 날"),
            nouns=words("배낭 / 환승역 / 엽서 / 탑승구 / 지도 끝 / 여권"),
        ),
        "cafe": MoodWords(
            titles=words("카페 / 카페에서 / 커피 한 잔 / 나른한 오후"),
            nouns=words("각설탕 / 찻잔 / 머그 / 창가 자리 / 원두 / 우유 거품"),
        ),
        "sleep": MoodWords(
            titles=words("잠 / 자장가 / 꿀잠 / 불면증"),
            nouns=words("베개 / 이불깃 / 꿈결 / 하품 / 숨소리 / 은하수"),
        ),
        "festival": MoodWords(
            titles=words("페스티벌 / 떼창 / 무대 앞 / 여름 페스티벌"),
            nouns=words("천막 / 손목 띠 / 앰프 / 함성 / 흙먼지 / 깃발"),
        ),
        "memory": MoodWords(
            titles=words("추억 / 그때 그 노래 / 학창 시절 / 추억 여행"),
            nouns=words("카세트 / 졸업 사진 / 놀이터 / 낡은 수첩 / 문방구 / 사물함"),
        ),
        "comfort": MoodWords(
            titles=words("위로 / 힘든 하루 / 지친 너에게 / 괜찮아"),
            nouns=words("어깨 / 담요 / 따뜻한 국 / 등불 / 손난로 / 쉼표"),
        ),
        "walk": MoodWords(
            titles=words("산책 / 저녁 산책 / 공원 / 걷고 싶은 날"),
            nouns=words("돌담 / 강아지풀 / 그림자 / 오솔길 / 벤치 / 단풍잎"),
        ),
    },
    moments=words("비 오는 밤 / 늦은 밤 / 주말 / 혼자 / 퇴근 후 / 눈 오는 날 / 일요일 오후 / 바람 부는 날"),
    tails=words("모음 / 플레이리스트 / 명곡 / 추천 / BGM / 선곡 / 컬렉션"),
    scenes=words(
        """
        달빛 / 네온 / 유리 / 모래 / 안개 / 파도 / 벽돌 / 은박 / 숲속 / 먼지 / 자정 / 오렌지 / 코발트 / 라벤더 /
        솜사탕 / 강철 / 종이 / 호박빛 / 사막 / 등대 / 옥상 / 지하 / 물결 / 별자리
        """
    ),
    songs=words(
        """
        {adjective} {noun} / {place}의 {noun} / {adjective} {noun}처럼 / {noun} 쪽으로 / {noun}의 {plain} /
        {adjective} {noun} / {place}, {adjective} {noun}
        """
    ),
    classical="{form} {number}번 {key}",
    albums=words("{adjective} {noun} / {place} / {number}집 {noun} / {place}에서 / {noun} 사이"),
    titles=words(
        """
        {feeling} {genre} {tail} / {feeling}에 어울리는 {genre} / {scene} {feeling} / {moment} {genre} /
        {scene} {genre} {tail} / {feeling}, {scene} {genre}
        """
    ),
    casual=False,
)
