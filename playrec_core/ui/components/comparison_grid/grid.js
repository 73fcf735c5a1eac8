// Draws the recommendations of several models side by side. Pointing at a row, or focusing it, highlights its item in
// every list.

const header = (column, place, { columns, words }) => {
  const tool = (symbol, act) =>
    pressable("", symbol, filled(words[act], { model: column.title }), { act, value: column.name })
  const name = make("h3", "dotted", column.title)
  name.style.setProperty("--dot", column.colour)
  const earlier = place > 0 && tool("‹", "earlier")
  const later = place < columns.length - 1 && tool("›", "later")
  const tags = column.tags.map(([tag, text]) =>
    pressable("tag", text, filled(words.tag, { tag: text }), { act: "tag", value: tag }),
  )
  return box(
    "header",
    "",
    box("div", "line", name, box("span", "tools", earlier, later, tool("i", "about"), tool("×", "hide"))),
    make("p", column.fallback ? "path fallback" : "path", column.path),
    column.figures && make("p", "figures", column.figures),
    tags.length && box("p", "tags", ...tags),
  )
}

// One square per model, in its colour if it recommends the item. Sixteen per line, because fifty would leave no room for
// titles; one gradient, because a node per square would be too many nodes.
const PER_LINE = 16
const lines = (columns) => Math.ceil(columns.length / PER_LINE)
const pitch = (columns) => Math.max(4, Math.min(9, Math.floor(64 / Math.min(columns.length, PER_LINE))))
const lineHeight = (columns) => (lines(columns) > 1 ? 4 : 5)
const squares = (among, columns) => {
  const step = pitch(columns)
  const wide = step > 6 ? step - 2 : step - 1
  const high = lines(columns) > 1 ? 3 : 5
  return Array.from({ length: lines(columns) }, (_, line) => {
    const stops = columns.slice(line * PER_LINE, (line + 1) * PER_LINE).map((column, place) => {
      const colour = among.includes(line * PER_LINE + place) ? column.colour : "var(--unlit)"
      const from = place * step
      return `${colour} ${from}px ${from + wide}px, transparent ${from + wide}px ${from + step}px`
    })
    return `linear-gradient(90deg, ${stops.join(", ")}) 0 ${line * lineHeight(columns)}px / 100% ${high}px no-repeat`
  }).join(", ")
}

const image = (node, label) => {
  node.setAttribute("role", "img")
  node.setAttribute("aria-label", label)
  return node
}

// The same for an item in every list.
const agreementOf = (item, { agreed, among, columns }) => {
  if (!agreed.has(item)) {
    const models = among[item].map((place) => columns[place].title).join(", ")
    agreed.set(item, { models, background: squares(among[item], columns) })
  }
  return agreed.get(item)
}

const row = ([item, score], rank, data, column) => {
  const { columns, words } = data
  const names = { model: column.title, name: fullName(data.items[item]) }
  const count = data.among[item].length
  const { models, background } = agreementOf(item, data)
  const text = make("span", "text")
  text.title = withFacts(data.items[item])
  const shown = make("span", "score", score)
  shown.title = words.score
  const agreement = image(make("span", "agreement"), filled(words.among, { models: models || "–" }))
  agreement.title = models
  agreement.style.width = `${Math.min(columns.length, PER_LINE) * pitch(columns)}px`
  agreement.style.height = `${lines(columns) * lineHeight(columns)}px`
  agreement.style.background = background
  const action = (act, symbol) => pressable(act, symbol, filled(words[act], names), { act, value: item })
  const actions = box("span", "actions", action("why", "?"), action("add", "+"), action("ban", "×"))
  const line = listRow("row", rank, data.items[item], text, box("span", "marks", shown, agreement), actions)
  line.dataset.item = item
  line.style.setProperty("--agreed", String(count > 1 ? (count - 1) / (columns.length - 1) : 0))
  if (count > 1 && count * 2 > columns.length) line.classList.add("agreed")
  if (data.hits.includes(item)) {
    line.classList.add("hit")
    line.children[0].setAttribute("title", words.hit)
    line.children[0].append(image(make("b", "", "✓"), words.hit))
  }
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

const highlight = ({ currentTarget, target }) => {
  const pointed = target.closest?.(".row")?.dataset.item
  for (const line of currentTarget.querySelectorAll(".row"))
    line.classList.toggle("twin", pointed !== undefined && line.dataset.item === pointed)
}

export default function (component) {
  const data = { ...component.data, agreed: new Map() }
  const { all } = showLists(component, "board", data.columns, (column, place, section) => {
    section.dataset.model = column.name
    return [header(column, place, data), list(column, data)]
  })
  if (!all.querySelector("h2")) all.prepend(make("h2", "unseen"))
  all.querySelector("h2").textContent = data.words.answers
  for (const event of ["pointerover", "pointerleave", "focusin"]) all.addEventListener(event, highlight)
}
