// Lists of items side by side: rows, redraws and clicks. Text from the data set is set as text, never as HTML; labels
// come translated from the server.

// A text with its {blanks} filled: "Hide: {model}".
const filled = (text, names) => text.replace(/\{(\w+)\}/g, (blank, name) => names[name] ?? blank)

const fullName = ([title, artist]) => (artist ? `${title} — ${artist}` : title)
const withFacts = (item) => [fullName(item), item[2]].filter(Boolean).join("\n")

// A row: its rank, the names in `text`, and what follows them.
const listRow = (className, rank, [title, artist, facts], text, ...rest) => {
  text.append(make("bdi", "title", title))
  if (artist) text.append(make("bdi", "artist", artist))
  return box("li", className, make("span", "rank", rank), text, ...rest, facts && make("bdi", "facts", facts))
}

// A second click before the server handles the first would replace it. So clicks are numbered, and sent again until the
// server has handled them. A click: number, action, value, and the list it was made in.
const clicksOf = ({ data: { handled }, parentElement, setTriggerValue }) => {
  const clicks = (parentElement.clicks ??= { last: 0, open: [] })
  clicks.last = Math.max(clicks.last, handled)
  clicks.open = clicks.open.filter(([number]) => number > handled)
  clicks.send = (action, value, list = "") => {
    clicks.open.push([++clicks.last, action, value, list])
    setTriggerValue("clicks", [...clicks.open])
  }
  return clicks
}

// Models keep focus and scroll position when lists move.
const nameOf = (section, { sections }) => section.dataset.model ?? sections.indexOf(section)
const buttonsFor = (act, section) => [...section.querySelectorAll("button")].filter(({ dataset }) => dataset.act === act)

// The focused node, its list, and its index among the buttons with the same action there.
const focused = (all) => {
  const node = all.getRootNode().activeElement
  const section = all.contains(node) && node.closest("section")
  return section && { node, name: nameOf(section, all), place: buttonsFor(node.dataset.act, section).indexOf(node) }
}

// Focuses the same button, else the one in its place, else the list.
const focusAgain = (all, { node, name, place }) => {
  const section = all.sections.find((one) => nameOf(one, all) === name)
  if (!section) return
  const buttons = buttonsFor(node.dataset.act, section)
  const same = buttons.find(({ dataset }) => JSON.stringify(dataset) === JSON.stringify(node.dataset))
  const next = same ?? buttons[Math.min(place, buttons.length - 1)] ?? section.querySelector("ol")
  next?.focus({ preventScroll: true })
}

const drawAgain = (all, lists, fill) => {
  const { sections, scrolled } = all
  const was = focused(all)
  // Sections are reused, as they remember their height while out of view, so that the page does not jump.
  while (sections.length > lists.length) sections.pop().remove()
  while (sections.length < lists.length) sections.push(all.appendChild(make("section")))
  lists.forEach((list, place) => sections[place].replaceChildren(...fill(list, place, sections[place])))
  for (const section of sections) {
    const top = scrolled.get(nameOf(section, all))
    if (top) section.querySelector("ol").scrollTop = top
  }
  if (was) focusAgain(all, was)
}

const create = (className) => {
  const all = Object.assign(make("div", className), { sections: [], scrolled: new Map() })
  // Recorded here, because reading it from a list out of view would lay that list out.
  const record = ({ target }) => all.scrolled.set(nameOf(target.closest("section"), all), target.scrollTop)
  all.addEventListener("scroll", record, { capture: true })
  return all
}

const send = (pressed, clicks) => {
  const { act, item, value = item } = pressed.dataset
  clicks.send(act, value, pressed.closest("section").dataset.model)
}

// Shows lists, one section each, and returns their element and clicks. `fill` returns the nodes of a section; `drawn` is
// the data that a redraw depends on, because most reruns of the page change nothing here.
const showLists = (component, className, lists, fill, { drawn = component.data, press = send } = {}) => {
  const { parentElement } = component
  const clicks = clicksOf(component)
  const old = parentElement.querySelector(`.${className}`)
  const all = old ?? create(className)
  const shown = JSON.stringify({ ...drawn, handled: 0 })
  if (!old || parentElement.shown !== shown) drawAgain(all, lists, fill)
  if (!old) parentElement.append(all)
  parentElement.shown = shown
  all.onclick = (event) => {
    const pressed = event.target.closest("button")
    if (pressed) press(pressed, clicks)
  }
  return { all, clicks }
}
