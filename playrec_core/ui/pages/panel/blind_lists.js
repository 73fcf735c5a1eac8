// Draws anonymous lists, with two thumbs next to every item.

const row = (item, rank, { common, items, words }) => {
  const name = fullName(items[item])
  const everywhere = common.includes(item)
  const text = make("span", "text")
  const known = withFacts(items[item])
  text.title = everywhere ? `${known} (${words.common})` : known
  const thumb = (verdict, symbol) => pressable("thumb", symbol, filled(words[verdict], { name }), { verdict, item })
  const thumbs = box("span", "actions", thumb("fits", "thumb_up"), thumb("unfit", "thumb_down"))
  return listRow(everywhere ? "common" : "", rank, items[item], text, thumbs)
}

// Pressed thumbs: the state of the server plus the clicks it has not processed yet.
const mark = (all, fits, open) => {
  const verdicts = Object.fromEntries(Object.entries(fits).map(([item, fit]) => [item, fit ? "fits" : "unfit"]))
  for (const [, verdict, item] of open) verdicts[item] = verdict
  for (const node of all.querySelectorAll(".thumb"))
    node.setAttribute("aria-pressed", String(verdicts[node.dataset.item] === node.dataset.verdict))
}

export default function (component) {
  const { data } = component
  const fill = ([heading, items]) => [
    box("header", "", make("h2", "", heading)),
    box("ol", "", ...items.map((item, place) => row(item, place + 1, data))),
  ]
  const press = (thumb) => {
    const { verdict, item } = thumb.dataset
    clicks.send(thumb.getAttribute("aria-pressed") === "true" ? "unsaid" : verdict, item)
    mark(all, data.fits, clicks.open)
  }
  const { all, clicks } = showLists(component, "blind", data.lists, fill, { drawn: { ...data, fits: {} }, press })
  all.style.setProperty("--abreast", data.lists.length)
  mark(all, data.fits, clicks.open)
}
