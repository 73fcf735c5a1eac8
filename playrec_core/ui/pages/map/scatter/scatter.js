// Draws one panel of points, or two side by side with shared hover, selection and hidden categories. Text from the data
// set is drawn as text, never as HTML.

class Plot {
  constructor(parent) {
    this.root = make("div", "map")
    parent.append(this.root)
    this.views = new Map()
    this.hidden = new Set()
    this.mode = "box"
    this.hovered = -1
    this.names = []
    this.more = []
    this.turn = 0
    new ResizeObserver(() => this.later()).observe(this.root)
  }

  update(data, send, look) {
    const before = this.data
    this.data = data
    this.send = send
    this.look = look
    if (before?.names !== data.names)
      inflate(data.names).then((names) => (this.names = names))
    if (JSON.stringify(before?.categories) !== JSON.stringify(data.categories)) this.hidden.clear()
    // Points beyond those always drawn come with the visible part; at most one panel has them.
    const part = data.panels.find((panel) => panel.part)?.part
    if (this.part?.names !== part?.names) {
      this.more = []
      if (part?.names) inflate(part.names).then((names) => (this.more = names))
    }
    this.part = part
    this.items = part ? new Uint32Array(bytes(part.items).buffer) : []
    if (data.texts && before?.texts?.codes !== data.texts.codes) this.textOf = numbers(data.texts.codes)
    // A selection that has not reached the server yet is newer than the one it sends.
    if (data.turn >= this.turn) {
      this.turn = data.turn
      this.selected = data.selected ? joined(flags(data.selected, data.count), flags(part?.selected, this.items.length)) : null
      if (!this.selected) this.outline = null
    }
    const style = getComputedStyle(this.root)
    this.theme = {
      ink: style.getPropertyValue("--st-text-color") || "#16181d",
      paper: style.getPropertyValue("--st-background-color") || "#ffffff",
      font: style.fontFamily,
    }
    const same = (panel, place) => panel.space.x === data.panels[place]?.x && panel.space.title === data.panels[place].title
    if (!this.panels || this.panels.length !== data.panels.length || !this.panels.every(same)) {
      this.panels = data.panels.map((_, place) => new Panel(this, data, place))
      const maps = make("div", "maps")
      maps.append(...this.panels.map((panel) => panel.root))
      this.tools = this.toolbar()
      this.legend = make("div", "legend")
      this.root.replaceChildren(this.tools, maps, this.legend)
    }
    this.panels.forEach((panel, place) => panel.take(data.panels[place]))
    this.keys()
    this.later()
  }

  toolbar() {
    const bar = make("div", this.panels.length > 1 ? "tools two" : "tools")
    const { words } = this.data
    const button = (text, label, press, mode) => {
      const node = make("button", "", text)
      node.type = "button"
      node.title = label
      node.setAttribute("aria-label", label)
      if (mode) {
        node.dataset.mode = mode
        node.setAttribute("aria-pressed", String(mode === this.mode))
      }
      node.onclick = press
      bar.append(node)
    }
    for (const mode of ["box", "lasso", "move"])
      button(
        ...words[mode],
        () => {
          this.mode = mode
          for (const other of bar.querySelectorAll("[data-mode]"))
            other.setAttribute("aria-pressed", String(other.dataset.mode === mode))
          this.root.dataset.mode = mode
        },
        mode,
      )
    const zoom = (factor) => () =>
      this.panels.forEach((panel) => panel.zoom(factor, panel.size[0] / 2, panel.size[1] / 2))
    button("+", words.closer, zoom(0.7))
    button("−", words.farther, zoom(1 / 0.7))
    button(...words.whole, () => this.whole())
    return bar
  }

  // The legend: categories are buttons that hide and show them; marks are a symbol and a name.
  keys() {
    const { categories, legend, marks } = this.data
    const entries = marks.map((mark) => {
      const entry = make("span", "mark")
      const sign = make("i", "", mark.symbol === "star" ? "★" : "◆")
      sign.style.color = mark.colour
      entry.append(sign, make("bdi", "", mark.name))
      return entry
    })
    const buttons = (legend ? categories : []).map(([name, colour], code) => {
      const entry = make("button", "category")
      entry.type = "button"
      entry.setAttribute("aria-pressed", String(!this.hidden.has(code)))
      entry.title = this.data.words.hide
      const sign = make("i")
      sign.style.background = colour
      entry.append(sign, make("bdi", "", name))
      entry.onclick = () => {
        if (!this.hidden.delete(code)) this.hidden.add(code)
        entry.setAttribute("aria-pressed", String(!this.hidden.has(code)))
        this.later()
      }
      return entry
    })
    this.legend.replaceChildren(...entries, ...buttons)
  }

  chosen(point) {
    return Boolean(this.selected[point])
  }

  // Points are numbered as they arrive here; beyond those always drawn, the number on the server differs.
  itemOf(point) {
    return point < this.data.count ? point : this.items[point - this.data.count]
  }

  pointOf(item) {
    const place = item < this.data.count ? -1 : this.items.indexOf(item)
    return item < this.data.count ? item : place < 0 ? -1 : this.data.count + place
  }

  name(point) {
    return (point < this.data.count ? this.names[point] : this.more[point - this.data.count]) ?? "…"
  }

  // Request the visible part from the server once the map has stopped moving.
  ask(panel) {
    if (!panel.space.part) return
    clearTimeout(this.asking)
    this.asking = setTimeout(() => this.look({ panel: panel.place, view: panel.view }), 120)
  }

  later() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined
      for (const panel of this.panels ?? []) panel.draw()
    })
  }

  hover(item) {
    this.hovered = item
    for (const panel of this.panels) panel.follow()
  }

  whole() {
    for (const panel of this.panels) panel.look([...panel.space.view])
  }

  enclose(panel, corners) {
    const within = []
    for (let item = 0; item < panel.x.length; item++)
      if (panel.placed(item) && panel.shown(item) && inside(corners, panel.x[item] / 65534, panel.y[item] / 65534))
        within.push(item)
    this.outline = { key: panel.space.key, corners }
    this.choose(within, { panel: panel.place, corners, hidden: [...this.hidden] })
  }

  pick(item) {
    this.outline = null
    if (item >= 0) this.choose([item], { item: this.itemOf(item) })
    else if (this.selected) this.choose([], { item: -1 })
    else this.later()
  }

  // Shown immediately; the server computes the same selection and sends it back.
  choose(points, what) {
    this.selected = points.length ? new Uint8Array(this.data.count + this.items.length) : null
    for (const point of points) this.selected[point] = 1
    if (!points.length) this.outline = null
    this.turn++
    this.send({ turn: this.turn, ...what })
    this.later()
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const plot = (parentElement.plot ??= new Plot(parentElement))
  plot.update(
    data,
    (chosen) => setTriggerValue("chosen", chosen),
    (looked) => setTriggerValue("looked", looked),
  )
}
