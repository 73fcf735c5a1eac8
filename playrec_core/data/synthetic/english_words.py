"""English words for the names of the demo data set; no real artist or song is meant."""

from .name_words import MoodWords, NameWords, words

ENGLISH = NameWords(
    adjectives=words(
        """
        Amber / Paper / Quiet / Distant / Hollow / Copper / Woven / Tidal / Drowsy / Lopsided / Tin / Saffron / Mossy /
        Borrowed / Folded / Linen / Cobalt / Unhurried / Salted / Pocket / Ninth / Spare / Gravel / Marble / Ginger /
        Crooked / Pewter / Feathered / Brittle / Cedar / Painted / Tangled / Sleepy / Plaster / Rusted / Woolen /
        Hazel / Speckled / Sunken / Polite / Muted / Clover / Tilted / Chalk / Honeyed / Ashen / Barefoot / Eleventh /
        Umber / Patient
        """
    ),
    artist_nouns=words(
        """
        Heron / Ferry / Lighthouse / Badger / Orchard / Compass / Otter / Windmill / Cactus / Sparrow / Harbor /
        Postman / Teapot / Lantern / Walnut / Beacon / Magpie / Cartographer / Trellis / Pigeon / Librarian / Anchor /
        Thimble / Swallow / Greenhouse / Pier / Beetle / Acorn / Telegraph / Pelican / Almanac / Weathervane /
        Rowboat / Marmot / Quarry / Inkwell / Puffin / Tugboat / Clockmaker / Juniper / Bicycle / Dovecote / Parcel /
        Ladder / Meadow / Turnstile / Barge / Sextant / Gosling / Hatbox
        """
    ),
    first_names=words(
        """
        Mara / Odell / Ines / Tobin / Wren / Calla / Emeric / Soren / Nell / Ottilie / Jory / Petra / Anselm / Lio /
        Thea / Corin / Maeve / Ruben / Isolde / Fenn / Hattie / Evander / Junia / Pascal / Linnea / Osric / Delphine /
        Bram / Orla / Caspian / Vesper / Ewan / Sunniva / Arlo / Coralie / Ivo / Marisol / Leander / Tamsin / Aurel /
        Briony / Lucian / Noor / Halden / Esme / Rafferty / Sabine / Dov / Philippa / Kit
        """
    ),
    last_names=words(
        """
        Fenwick / Larkspur / Holloway / Vane / Ashby / Merrow / Quill / Thorne / Pemberly / Saltmarsh / Dray /
        Lindqvist / Okafor / Barrow / Castellane / Winter / Haddock / Moreau / Tallow / Birdsong / Nightingale /
        Ferreira / Stone / Applegarth / Rook / Bellweather / Ito / Sandoval / Crane / Underhill / Marchetti / Pike /
        Rosewood / Dunmore / Abara / Sterling / Fairweather / Nakano / Hargrove / Lowell / Vasquez / Thistle /
        Bergstrom / Penhallow / Reyes / Gale / Whitlock / Sorrel / Kestrel / Blackwood
        """
    ),
    artist_tails=words(
        """
        Band / Trio / Club / Quartet / Sound / Project / Society / Theatre / Bureau / Ensemble / Radio / Workshop /
        Sisters / Brothers / Cousins / Union / Studio / Parlour / Bookshop / Brewery / Caravan / Academy / Circle /
        Office / Laundry / Garden / Company / Choir / Duo / Cooperative / Collective / Orchestra / Revue / Assembly /
        Department / Express / Committee / Family / Institute / Machine / Parade / Season / Station / System / Exchange
        """
    ),
    places=words(
        """
        Whale Station / Pier Seventeen / Dandelion Fork / Tilia Hill / Paper Park / Bluegate / Lower Mill /
        Hazel Bridge / the Last Stop / Moonring Theatre / Canary Street / Cedar Point / Platform Nine / Saltwater Lane
        """
    ),
    plain_nouns=words(
        """
        Diary / Season / Sentence / Habit / Rumour / Errand / Question Mark / Loose Change / Promise / Weather /
        Distance / Small Talk / Silence / Postcard
        """
    ),
    worship_nouns=words("Grace / Light / Wellspring / New Day / Stillness / Praise / Mercy / Morning Prayer"),
    forms=words("Sonata / Variations / Prelude / Suite / Impromptu / Fantasia / Minuet / Nocturne"),
    keys=words("A minor / C major / B-flat major / D minor / F major / G minor / E major / C-sharp minor"),
    moods={
        "drive": MoodWords(
            titles=words("Night Drive / Long Drive / Open Road / Windows Down"),
            nouns=words(
                "Headlights / Overpass / Tollgate / Odometer / Rear View / Passenger Seat / Centre Line / Exit Ramp"
            ),
        ),
        "rain": MoodWords(
            titles=words("Rainy Day / Drizzle / Rain on the Window / Umbrella Weather"),
            nouns=words("Puddles / Gutters / Raincoat / Wet Cuffs / Umbrella / Thunderhead / Downpour / Window Pane"),
        ),
        "workout": MoodWords(
            titles=words("Workout / Running / Gym Hour / Leg Day"),
            nouns=words("Shoelace / Dumbbell / Last Lap / Pulse / Finish Line / Second Wind / Heartbeat / Sprint"),
        ),
        "study": MoodWords(
            titles=words("Study / Deep Focus / Library / Exam Week"),
            nouns=words(
                "Margins / Bookmark / Pencil Case / Footnotes / Highlighter / Reading Room / Blank Page / Index"
            ),
        ),
        "first_love": MoodWords(
            titles=words("First Crush / Butterflies / New Love / Confession"),
            nouns=words(
                "Freckles / Folded Note / Next Seat / Blush / Holding Hands / Sweater Sleeve / Crush / Goosebumps"
            ),
        ),
        "dawn": MoodWords(
            titles=words("Late Night / 3 AM / Sleepless / Before Sunrise"),
            nouns=words(
                "Streetlamp / Cold Tea / Last Tram / Windowsill / Small Hours / Blue Light / Half Moon / Ceiling"
            ),
        ),
        "farewell": MoodWords(
            titles=words("Breakup / Goodbye / After You / Letting Go"),
            nouns=words(
                "Empty Chair / Spare Key / Dry Flowers / No Reply / Your Coat / Last Letter / Waiting Room / Ashes"
            ),
        ),
        "party": MoodWords(
            titles=words("Party / Friday Night / Club / House Party"),
            nouns=words("Confetti / Balloons / Chandelier / Loud Shoes / Glitter / Dance Floor / Neon Sign / Encore"),
        ),
        "morning": MoodWords(
            titles=words("Morning / Early Bird / Sunrise / First Coffee"),
            nouns=words("Toast / Milk Round / First Bus / Alarm / Bedsheets / Daylight / Kitchen Radio / Yawn"),
        ),
        "travel": MoodWords(
            titles=words("Travel / Road Trip / Getaway / Window Seat"),
            nouns=words("Backpack / Postcards / Gate Nine / Timetable / Passport / Night Train / Map Edge / Coastline"),
        ),
        "cafe": MoodWords(
            titles=words("Cafe / Coffee Break / Slow Afternoon / Corner Table"),
            nouns=words("Sugar Cube / Teacup / Corner Table / Crema / Spoon / Afternoon / Saucer / Cinnamon"),
        ),
        "sleep": MoodWords(
            titles=words("Sleep / Lullabies / Deep Sleep / Wind Down"),
            nouns=words("Pillow / Lullaby / Nightgown / Milky Way / Slow Breath / Dream / Blanket Fort / Night Light"),
        ),
        "festival": MoodWords(
            titles=words("Festival / Front Row / Main Stage / Summer Festival"),
            nouns=words("Tents / Wristband / Amplifier / Dust / Crowd / Flags / Main Stage / Bonfire"),
        ),
        "memory": MoodWords(
            titles=words("Throwback / Old Days / Memory Lane / School Days"),
            nouns=words("Cassette / Yearbook / Swing Set / Locker / Polaroid / Old Number / Playground / Mixtape"),
        ),
        "comfort": MoodWords(
            titles=words("Comfort / Long Day / Healing / You Are Fine"),
            nouns=words(
                "Blanket / Warm Soup / Porch Light / Lantern / Shoulder / Safe Harbour / Soft Landing / Armchair"
            ),
        ),
        "walk": MoodWords(
            titles=words("Evening Walk / Stroll / Park / Long Way Home"),
            nouns=words(
                "Footbridge / Park Bench / Pebbles / Hedgerow / Shadow / Side Street / Maple Leaf / Stone Wall"
            ),
        ),
    },
    moments=words(
        "Late Night / Weekend / Rainy Sunday / After Work / Slow / Midnight / Golden Hour / Snow Day / Sunday Afternoon"
    ),
    tails=words("Mix / Playlist / Essentials / Vibes / Selection / Radio / Favourites / Collection"),
    scenes=words(
        """
        Moonlight / Neon / Glass / Sand / Fog / Wave / Brick / Silver / Forest / Dust / Midnight / Orange / Cobalt /
        Lavender / Cotton Candy / Steel / Paper / Amber / Desert / Lighthouse / Rooftop / Basement / Ripple / Zodiac
        """
    ),
    songs=words(
        """
        {adjective} {noun} / {noun} at {place} / {adjective} {noun} for Two / Toward the {noun} / {noun} and {plain} /
        {noun} / {place}, {adjective} {noun} / {noun} Again / Before the {noun} / My {adjective} {noun} /
        Another {noun}
        """
    ),
    classical="{form} No. {number} in {key}",
    albums=words(
        """
        {adjective} {noun} / {place} / {noun} EP / Notes from {place} / The {adjective} {noun} / Live at {place} /
        {noun}, Vol. {number}
        """
    ),
    titles=words(
        """
        {feeling} {genre} {tail} / {genre} for {feeling} / {scene} {feeling} / {moment} {genre} /
        {scene} {genre} {tail} / {feeling}: {scene} {genre} / {feeling} {tail} / {moment} {scene} {genre}
        """
    ),
    casual=True,
)
