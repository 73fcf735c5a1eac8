// Vectors over the same factors, a row of bars each; the factor pointed at is read in all rows at once.

const ROW = 92, HEAD = 38 // pixels: of a row's bars, and above them for its title

// Round values between two: three to six of them.
const ticks = (low, high) => {
  if (low === high) return [0]
  const unit = 10 ** Math.floor(Math.log10((high - low) / 5))
  const step = [1, 2, 5, 10].map((n) => n * unit).find((one) => one >= (high - low) / 5)
  const found = []
  for (let n = Math.ceil(low / step); n * step <= high; n++) found.push(Number((n * step).toPrecision(6)))
  return found
}

const drawRow = (row, top, n) => {
  const [low, high] = [Math.min(0, ...row.values), Math.max(0, ...row.values)]
  const y = (value) => top + HEAD + (ROW * (high - value)) / (high - low || 1)
  /** @type {SVGElement[]} */
  const parts = [shape("text", { x: 0, y: top + 16 }, row.title)]
  for (const value of ticks(low, high))
    parts.push(
      shape("line", { class: value ? "grid" : "grid zero", x1: 0, x2: "100%", y1: y(value), y2: y(value) }),
      shape("text", { class: "tick", x: -8, y: y(value), "text-anchor": "end" }, value),
    )
  row.values.forEach((value, place) => {
    const [from, to] = [y(Math.max(0, value)), y(Math.min(0, value))]
    const where = { x: `${(100 * (place + 0.08)) / n}%`, width: `${84 / n}%`, y: from, height: to - from }
    parts.push(shape("rect", { ...where, fill: row.colours[value < 0 ? 1 : 0] }))
  })
  return parts
}

const draw = ({ factors, rows, factor, label }) => {
  const n = factors.length
  const height = rows.length * (HEAD + ROW) + 8
  const picture = shape("svg", { role: "img", "aria-label": label, height })
  const pointed = shape("rect", { class: "pointed", y: 0, height, width: `${100 / n}%`, visibility: "hidden" })
  picture.append(pointed)
  const reads = rows.map((row, place) => {
    const top = place * (HEAD + ROW)
    const read = shape("text", { class: "read", x: "100%", y: top + 16, "text-anchor": "end" })
    picture.append(...drawRow(row, top, n), read)
    return read
  })
  // What is pointed at is the whole column, not a bar that may be a pixel high.
  picture.append(shape("rect", { class: "sensor", width: "100%", height }))

  const point = (event) => {
    const { left, width } = picture.getBoundingClientRect()
    const place = Math.max(0, Math.min(n - 1, Math.floor(((event.clientX - left) / width) * n)))
    pointed.setAttribute("x", `${(100 * place) / n}%`)
    pointed.setAttribute("visibility", "visible")
    reads.forEach((read, row) => {
      read.textContent = `${factor} ${factors[place]}: ${rows[row].values[place].toFixed(5)}`
    })
  }
  picture.addEventListener("pointermove", point)
  picture.addEventListener("pointerdown", point)
  picture.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "touch") return // a finger is lifted to read what it points at
    pointed.setAttribute("visibility", "hidden")
    for (const read of reads) read.textContent = ""
  })
  return picture
}

export default function ({ data, parentElement }) {
  redraw(parentElement, data, draw)
}
