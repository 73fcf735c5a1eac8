// Two lists with lines between them. Names are set as text, never as HTML.

const HEAD = 30, STEP = 32 // pixels: above the first rank, and per rank
const GAP = 10 // pixels between the end of a line and its text

const draw = (data) => {
  // Positions of the lists, in percent of the width: closer together on narrow screens, where the text needs the space.
  const [left, right] = matchMedia("(max-width: 640px)").matches ? [46, 54] : [36, 64]
  const beyond = data.top + 1.2
  const y = (place) => HEAD + STEP * ((place || beyond) - 0.5)
  const picture = shape("svg", { role: "img", "aria-label": data.label, height: y(beyond) + 20 })
  picture.append(
    shape("text", { class: "heading", x: `${left}%`, dx: -GAP, y: 12, "text-anchor": "end" }, data.headings[0]),
    shape("text", { class: "heading", x: `${right}%`, dx: GAP, y: 12, "text-anchor": "start" }, data.headings[1]),
    shape("text", { x: "50%", y: y(beyond) + 10, "text-anchor": "middle" }, data.beyond),
  )

  // Unchanged lines are drawn below those that move.
  for (const line of [...data.lines].sort((one, other) => other.still - one.still)) {
    const [from, to] = [y(line.before), y(line.after)]
    const stroke = { stroke: line.colour, "stroke-width": line.still ? 1 : 2 }
    picture.append(shape("line", { x1: `${left}%`, y1: from, x2: `${right}%`, y2: to, ...stroke }))
    for (const [x, place] of [[left, from], [right, to]])
      picture.append(shape("circle", { cx: `${x}%`, cy: place, r: 3.5, fill: line.colour }))
  }

  for (const line of data.lines)
    for (const [place, x, text] of [[line.before, left, line.left], [line.after, right, line.right]]) {
      if (!place) continue
      const [dx, anchor] = x === left ? [-GAP, "end"] : [GAP, "start"]
      const words = shape("text", { x: `${x}%`, dx, y: y(place), "text-anchor": anchor })
      const number = shape("tspan", { class: "place" }, place)
      words.append(shape("title", {}, line.name), ...(x === left ? [`${text} `, number] : [number, ` ${text}`]))
      picture.append(words)
    }
  return picture
}

export default function ({ data, parentElement }) {
  redraw(parentElement, data, draw)
}
