// Draws anonymous lists, with two thumbs next to every item. Text from the data set is set as text, never as HTML; labels
// come translated from the server.

const thumb = (verdict, item, name, words) =>
  pressable("thumb", verdict === "fits" ? "thumb_up" : "thumb_down", words[verdict].replace("{name}", () => name), {
    verdict,
    item,
  })

const row = (item, rank, data) => {
  const [title, artist] = data.items[item]
  const name = artist ? `${title} — ${artist}` : title
  const line = make("li", data.common.includes(item) ? "common" : "")
  const text = make("span", "text")
  text.title = data.common.includes(item) ? `${name} (${data.words.common})` : name
  text.append(make("bdi", "title", title))
  if (artist) text.append(make("bdi", "artist", artist))
  const thumbs = make("span", "actions")
  thumbs.append(thumb("fits", item, name, data.words), thumb("unfit", item, name, data.words))
  line.append(make("span", "rank", rank), text, thumbs)
  return line
}

const draw = (data) => {
  const all = make("div", "blind")
  all.style.setProperty("--abreast", data.lists.length)
  for (const [heading, items] of data.lists) {
    const section = make("section")
    const head = make("header")
    const rows = make("ol")
    head.append(make("h2", "", heading))
    rows.append(...items.map((item, place) => row(item, place + 1, data)))
    section.append(head, rows)
    all.append(section)
  }
  return all
}

// Pressed thumbs: the state of the server plus the clicks it has not processed yet.
const mark = (all, fits, open) => {
  const verdicts = Object.fromEntries(Object.entries(fits).map(([item, fit]) => [item, fit ? "fits" : "unfit"]))
  for (const [, verdict, item] of open) verdicts[item] = verdict
  for (const node of all.querySelectorAll(".thumb"))
    node.setAttribute("aria-pressed", String(verdicts[node.dataset.item] === node.dataset.verdict))
}

export default function ({ data, parentElement, setTriggerValue }) {
  const drawn = JSON.stringify({ ...data, fits: {}, handled: 0 })
  let all = parentElement.querySelector(".blind")
  if (!all || parentElement.drawn !== drawn) {
    all?.remove()
    all = draw(data)
    parentElement.append(all)
    parentElement.drawn = drawn
  }
  const clicks = clicksOf(parentElement, data, setTriggerValue)
  mark(all, data.fits, clicks.open)
  all.onclick = (event) => {
    const pressed = event.target.closest(".thumb")
    if (!pressed) return
    const { verdict, item } = pressed.dataset
    clicks.send(pressed.getAttribute("aria-pressed") === "true" ? "unsaid" : verdict, item)
    mark(all, data.fits, clicks.open)
  }
}
