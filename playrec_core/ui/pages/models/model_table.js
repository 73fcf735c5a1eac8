// Draws all models as one table.

const texts = (tag, { text, below }) => {
  const cell = make(tag, "", text)
  if (below) cell.append(make("small", "", below))
  return cell
}

const heading = (column) => Object.assign(texts("th", column), { scope: "col" })

const row = (model, data) => {
  const name = pressable("name dotted", model.title, `${data.open}: ${model.title}`, { act: "open", value: model.name })
  name.style.setProperty("--dot", model.colour)
  const first = box("th", "", name, model.below && make("small", "", model.below))
  first.scope = "row"
  return box("tr", "", first, ...model.cells.map((cell) => texts("td", cell)))
}

const group = ({ heading: text, rows }, data) => {
  const first = Object.assign(make("th", "", text), { colSpan: data.columns.length, scope: "rowgroup" })
  return box("tbody", "", text && box("tr", "group", first), ...rows.map((model) => row(model, data)))
}

export default function (component) {
  const { data } = component
  showLists(component, "models", [data], () => {
    const head = box("thead", "", box("tr", "", ...data.columns.map(heading)))
    const table = box("table", "", head, ...data.groups.map((one) => group(one, data)))
    table.setAttribute("aria-label", data.label)
    return [table]
  })
}
