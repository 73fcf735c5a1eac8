// Draws the answers of several models side by side. Everything that comes from the data set is set as text, never as
// HTML. One click on a row adds its item to the seed, bans it or asks why it is there; pointing at a row, or reaching it
// with the keyboard, shows it in every column. Every word comes from the server, in the reader's language.

const button = (className, text, label, act, value) => pressable(className, text, label, { act, value })

// A sentence with a name where its blank is: "Hide: {model}".
const filled = (sentence, names) => sentence.replace(/\{(\w+)\}/g, (blank, name) => names[name] ?? blank)

const header = (column, place, last, words) => {
  const head = make("header")
  const model = { model: column.title }
  const name = make("h3", "dotted", column.title)
  name.style.setProperty("--dot", column.colour)
  const tools = make("span", "tools")
  if (place > 0) tools.append(button("", "‹", filled(words.earlier, model), "earlier", column.name))
  if (place < last) tools.append(button("", "›", filled(words.later, model), "later", column.name))
  tools.append(button("", "×", filled(words.hide, model), "hide", column.name))
  const line = make("div", "line")
  line.append(name, tools)
  head.append(line, make("p", column.fallback ? "path fallback" : "path", column.path))
  if (column.figures) head.append(make("p", "figures", column.figures))
  if (column.tags.length) {
    const tags = make("p", "tags")
    for (const [tag, text] of column.tags) tags.append(button("tag", text, filled(words.tag, { tag: text }), "tag", tag))
    head.append(tags)
  }
  return head
}

// One field a model, lit where the model answers the item, in lines of sixteen: fifty in one line leave a column no room
// for titles. A gradient is one node where six would be six hundred.
const ABREAST = 16
const lines = (columns) => Math.ceil(columns.length / ABREAST)
const pitch = (columns) => Math.max(4, Math.min(9, Math.floor(64 / Math.min(columns.length, ABREAST))))
const tall = (columns) => (lines(columns) > 1 ? 4 : 5)
const fields = (among, columns) => {
  const step = pitch(columns)
  const lit = step > 6 ? step - 2 : step - 1
  const high = lines(columns) > 1 ? 3 : 5
  return Array.from({ length: lines(columns) }, (_, line) => {
    const stops = columns.slice(line * ABREAST, (line + 1) * ABREAST).map((column, place) => {
      const colour = among.includes(line * ABREAST + place) ? column.colour : "var(--unlit)"
      const from = place * step
      return `${colour} ${from}px ${from + lit}px, transparent ${from + lit}px ${from + step}px`
    })
    return `linear-gradient(90deg, ${stops.join(", ")}) 0 ${line * tall(columns)}px / 100% ${high}px no-repeat`
  }).join(", ")
}

// Who answers an item is the same in every column that shows it.
const agreed = (item, data) => {
  const known = data.agreed
  if (!known.has(item)) {
    const among = data.among[item]
    const models = among.map((place) => data.columns[place].title).join(", ")
    known.set(item, { models, lights: fields(among, data.columns) })
  }
  return known.get(item)
}

const row = ([item, score], rank, data, column) => {
  const [title, artist] = data.items[item]
  const names = { model: column.title, name: artist ? `${title} — ${artist}` : title }
  const among = data.among[item]
  const { models, lights } = agreed(item, data)
  const line = make("li", "row")
  line.dataset.item = item
  line.style.setProperty("--agreed", String(among.length > 1 ? (among.length - 1) / (data.columns.length - 1) : 0))
  if (among.length > 1 && among.length * 2 > data.columns.length) line.classList.add("agreed")
  const text = make("span", "text")
  text.title = names.name
  text.append(make("bdi", artist ? "title" : "title alone", title))
  if (artist) text.append(make("bdi", "artist", artist))
  const agreement = make("span", "agreement")
  agreement.title = models
  agreement.setAttribute("role", "img")
  agreement.setAttribute("aria-label", filled(data.words.among, { models: models || "–" }))
  agreement.style.width = `${Math.min(data.columns.length, ABREAST) * pitch(data.columns)}px`
  agreement.style.height = `${lines(data.columns) * tall(data.columns)}px`
  agreement.style.background = lights
  const marks = make("span", "marks")
  const shown = make("span", "score", score)
  shown.title = data.words.score
  marks.append(shown, agreement)
  const rankText = make("span", "rank", rank)
  if (data.hits.includes(item)) {
    line.classList.add("hit")
    rankText.title = data.words.hit
    const found = make("b", "", "✓")
    found.setAttribute("role", "img")
    found.setAttribute("aria-label", data.words.hit)
    rankText.append(found)
  }
  const actions = make("span", "actions")
  actions.append(
    button("why", "?", filled(data.words.why, names), "why", item),
    button("add", "+", filled(data.words.add, names), "add", item),
    button("ban", "×", filled(data.words.ban, names), "ban", item),
  )
  line.append(rankText, text, marks, actions)
  return line
}

const list = (column, data) => {
  const rows = make("ol")
  rows.tabIndex = 0
  rows.setAttribute("aria-label", filled(data.words.list, { model: column.title }))
  column.entries.forEach((entry, place) => {
    if (column.turns[place]) rows.append(make("li", "turn", column.turns[place]))
    rows.append(row(entry, place + 1, data, column))
  })
  return rows
}

// Where the keyboard is: the button itself, and the place it has in its column, for when it is answered away.
const focused = (board) => {
  const node = board?.getRootNode().activeElement
  const section = board?.contains(node) ? node.closest("section") : undefined
  if (!section) return undefined
  const row = node.closest(".row")
  const { act = "", value = "" } = node.dataset
  return { model: section.dataset.model, act, value, place: row ? [...section.querySelectorAll(".row")].indexOf(row) : -1 }
}

const focusAgain = (board, was) => {
  const section = [...board.querySelectorAll("section")].find((one) => one.dataset.model === was.model)
  if (!section) return
  const buttons = [...section.querySelectorAll("button")].filter((one) => one.dataset.act === was.act)
  const same = buttons.find((one) => one.dataset.value === was.value)
  const row = section.querySelectorAll(".row")[was.place]
  const there = row && buttons.find((one) => row.contains(one))
  const next = same ?? there ?? buttons[0] ?? section.querySelector("ol")
  next.focus({ preventScroll: true })
}

const draw = (sent) => {
  const data = { ...sent, agreed: new Map() }
  const board = make("div", "board")
  board.append(make("h2", "unseen", data.words.answers))
  data.columns.forEach((column, place) => {
    const section = make("section")
    section.dataset.model = column.name
    section.append(header(column, place, data.columns.length - 1, data.words), list(column, data))
    board.append(section)
  })
  const point = (event) => {
    const pointed = event.target.closest?.(".row")?.dataset.item
    for (const line of board.querySelectorAll(".row"))
      line.classList.toggle("twin", pointed !== undefined && line.dataset.item === pointed)
  }
  board.onpointerover = point
  board.onpointerleave = point
  board.addEventListener("focusin", point)
  // Heard, not asked for when it is needed: asking a list that is out of view how far it is scrolled lays it out.
  board.scrolled = new Map()
  const scrolled = ({ target }) => board.scrolled.set(target.closest("section").dataset.model, target.scrollTop)
  board.addEventListener("scroll", scrolled, { capture: true })
  return board
}

// Puts a new board in the place of the old one, scrolled as that was and with the keyboard where it was.
const replace = (old, board) => {
  const was = focused(old)
  old.replaceWith(board)
  for (const [model, top] of old.scrolled) {
    const rows = board.querySelector(`section[data-model="${CSS.escape(model)}"] ol`)
    if (rows) rows.scrollTop = top
  }
  if (was) focusAgain(board, was)
}

export default function ({ data, parentElement, setTriggerValue }) {
  // Most reruns of the page change nothing here, and a thousand rows are a long way to build for nothing.
  const shown = JSON.stringify({ ...data, handled: 0 })
  let board = parentElement.querySelector(".board")
  if (!board || parentElement.shown !== shown) {
    const old = board
    board = draw(data)
    if (old) replace(old, board)
    else parentElement.append(board)
    parentElement.shown = shown
  }

  const clicks = clicksOf(parentElement, data, setTriggerValue)
  board.onclick = (event) => {
    const pressed = event.target.closest("button")
    if (pressed) clicks.send(pressed.dataset.act, pressed.dataset.value, pressed.closest("section").dataset.model)
  }
}
