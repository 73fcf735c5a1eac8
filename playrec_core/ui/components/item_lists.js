// Draws short lists of items side by side. Text from the data set is set as text, never as HTML.

const button = (className, label, act, item) => pressable(className, undefined, label, { act, item })

const arrow = (change) => {
  const text = change > 0 ? `▲ ${change}` : change < 0 ? `▼ ${-change}` : "="
  return make("span", change > 0 ? "change up" : change < 0 ? "change down" : "change", text)
}

const row = (entry, rank, shelf, data) => {
  const [title, artist] = data.items[entry.item]
  const full = artist ? `${title} — ${artist}` : title
  const line = make("li", data.chosen.includes(entry.item) ? "chosen" : "")
  const text = data.open ? button("text", `${data.open}: ${full}`, "open", entry.item) : make("span", "text")
  text.append(make("bdi", "title", title))
  if (artist) text.append(make("bdi", "artist", artist))
  line.append(make("span", "rank", shelf.numbered ? rank : ""), text)
  const end = make("span", "end")
  if (entry.value) end.append(make("span", "value", entry.value))
  if (entry.change !== null) end.append(arrow(entry.change))
  line.append(end)
  const actions = make("span", "actions")
  for (const action of data.actions) {
    const node = button("act", `${action.label}: ${full}`, action.name, entry.item)
    node.textContent = action.symbol
    actions.append(node)
  }
  line.append(actions)
  if (entry.bar > 0) {
    const bar = make("i", "bar")
    bar.style.width = `${100 * Math.min(entry.bar, 1)}%`
    line.append(bar)
  }
  return line
}

// The keyboard focus: button, row and list.
const focused = (all) => {
  const node = all?.getRootNode().activeElement
  const line = all?.contains(node) ? node.closest("li") : undefined
  if (!line) return undefined
  const section = line.closest("section")
  return { act: node.dataset.act, shelf: [...all.children].indexOf(section), place: [...line.parentNode.children].indexOf(line) }
}

const focusAgain = (all, { act, shelf, place }) => {
  const lines = all.children[shelf]?.querySelectorAll("li") ?? []
  lines[Math.min(place, lines.length - 1)]?.querySelector(`[data-act="${act}"]`)?.focus({ preventScroll: true })
}

const fill = (section, shelf, data) => {
  section.style.setProperty("--dot", shelf.colour || "")
  const head = make("header")
  head.append(make(data.heading, shelf.colour ? "dotted" : "", shelf.title))
  if (shelf.note) head.append(make("p", "", shelf.note))
  const rows = make("ol")
  shelf.rows.forEach((entry, place) => rows.append(row(entry, place + 1, shelf, data)))
  section.replaceChildren(head, shelf.rows.length ? rows : make("p", "empty", shelf.empty))
}

export default function ({ data, parentElement, setTriggerValue }) {
  const drawn = JSON.stringify({ ...data, handled: 0 })
  let all = parentElement.querySelector(".shelves")
  if (!all) {
    all = make("div")
    parentElement.append(all)
  }
  const clicks = clicksOf(parentElement, data, setTriggerValue)
  all.onclick = (event) => {
    const pressed = event.target.closest("button")
    if (pressed) clicks.send(pressed.dataset.act, pressed.dataset.item)
  }
  // Most reruns change nothing here.
  if (parentElement.drawn === drawn) return
  parentElement.drawn = drawn
  const was = focused(all)
  all.className = data.wide ? "shelves wide" : "shelves"
  // Sections are reused, as they remember their height while out of view, so that the page does not jump.
  while (all.children.length > data.shelves.length) all.lastElementChild.remove()
  while (all.children.length < data.shelves.length) all.append(make("section"))
  data.shelves.forEach((shelf, place) => fill(all.children[place], shelf, data))
  // Redrawing loses the keyboard focus.
  if (was) focusAgain(all, was)
}
