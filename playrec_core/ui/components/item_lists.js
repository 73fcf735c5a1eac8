// Draws short lists of items side by side.

const row = ({ item, value, bar }, rank, data) => {
  const name = fullName(data.items[item])
  const button = (className, symbol, label, act) => pressable(className, symbol, `${label}: ${name}`, { act, item })
  const text = data.open ? button("text", undefined, data.open, "open") : make("span", "text")
  const actions = data.actions.map((action) => button("act", action.symbol, action.label, action.name))
  const line = make("i", "bar")
  line.style.width = `${100 * Math.min(bar, 1)}%`
  return listRow(
    data.chosen.includes(item) ? "chosen" : "",
    rank,
    data.items[item],
    text,
    make("span", "value", value),
    box("span", "actions", ...actions),
    bar > 0 && line,
  )
}

export default function (component) {
  const { data } = component
  const { all } = showLists(component, "shelves", data.lists, (list, _, section) => {
    section.style.setProperty("--dot", list.colour || "")
    const heading = make(data.heading, list.colour ? "dotted" : "", list.title)
    const rows = list.rows.map((entry, place) => row(entry, place + 1, data))
    return [
      box("header", "", heading, list.note && make("p", "", list.note)),
      rows.length ? box("ol", "", ...rows) : make("p", "empty", list.empty),
    ]
  })
  all.classList.toggle("wide", data.wide)
}
