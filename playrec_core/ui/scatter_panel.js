// One panel of the scatter plot: its points, its names, its pointer. Two canvases: the points, drawn when something about
// them changes, and above them what follows the pointer. The file is put in front of scatter.js, which has the rest.

const NOWHERE = 65535
const NEAR = 9 // pixels from the pointer at which a point is meant

const make = (tag, className, text) => {
  const node = document.createElement(tag)
  if (className) node.className = className
  if (text !== undefined) node.textContent = text
  return node
}

const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
const numbers = (text) => new Uint16Array(bytes(text).buffer)

// Names come deflated: fifty thousand titles would be most of what the page sends.
const inflate = async (text) => {
  const stream = new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream("deflate"))
  return (await new Response(stream).text()).split("\n")
}

const inside = (corners, x, y) => {
  let within = false
  for (let here = 0, before = corners.length - 1; here < corners.length; before = here++) {
    const [x1, y1] = corners[before]
    const [x2, y2] = corners[here]
    if (y1 < y !== y2 < y && x < x1 + ((y - y1) * (x2 - x1)) / (y2 - y1)) within = !within
  }
  return within
}

const dot = (colour, radius, ratio) => {
  const side = Math.ceil(2 * (radius + 1) * ratio)
  const canvas = make("canvas")
  canvas.width = canvas.height = side
  const pen = canvas.getContext("2d")
  pen.fillStyle = colour
  pen.beginPath()
  pen.arc(side / 2, side / 2, radius * ratio, 0, 7)
  pen.fill()
  return canvas
}

const trace = {
  star: (pen, x, y, r) => {
    pen.beginPath()
    for (let turn = 0; turn < 10; turn++) {
      const far = turn % 2 ? r * 0.45 : r
      pen.lineTo(x + far * Math.sin((turn * Math.PI) / 5), y - far * Math.cos((turn * Math.PI) / 5))
    }
    pen.closePath()
  },
  diamond: (pen, x, y, r) => {
    pen.beginPath()
    for (const [dx, dy] of [[0, -r], [r, 0], [0, r], [-r, 0]]) pen.lineTo(x + dx, y + dy)
    pen.closePath()
  },
}

class Panel {
  constructor(plot, data, place) {
    Object.assign(this, { plot, place, space: data.panels[place] })
    this.x = numbers(this.space.x)
    this.y = numbers(this.space.y)
    this.view = plot.views.get(this.space.key) ?? [...this.space.view]
    this.root = make("figure")
    if (this.space.title) this.root.append(make("figcaption", "", this.space.title))
    this.stage = make("div", "stage")
    this.stage.style.height = `${data.height}px`
    this.stage.tabIndex = 0
    this.stage.setAttribute("role", "application")
    this.stage.setAttribute("aria-label", `${this.space.alt}. ${data.words.keys}`)
    this.points = make("canvas", "points")
    this.above = make("canvas", "above")
    this.note = make("div", "note")
    this.note.setAttribute("role", "status")
    this.stage.append(this.points, this.above, this.note)
    this.root.append(this.stage)
    this.listen()
  }

  get size() {
    return [this.stage.clientWidth, this.stage.clientHeight]
  }

  // Where a point is on the screen; its place is kept in parts of 65534 of the whole map.
  screen(item) {
    const [width, height] = this.size
    const [left, low, right, high] = this.view
    return [
      ((this.x[item] / 65534 - left) / (right - left)) * width,
      (1 - (this.y[item] / 65534 - low) / (high - low)) * height,
    ]
  }

  placed(item) {
    return item < this.x.length && this.x[item] !== NOWHERE
  }

  unit(x, y) {
    const [width, height] = this.size
    const [left, low, right, high] = this.view
    return [left + (x / width) * (right - left), low + (1 - y / height) * (high - low)]
  }

  nearest(x, y, near = NEAR) {
    let found = -1
    let best = near * near
    for (let item = 0; item < this.x.length; item++) {
      if (!this.plot.shown(item) || !this.placed(item)) continue
      const [px, py] = this.screen(item)
      const distance = (px - x) ** 2 + (py - y) ** 2
      if (distance < best) [found, best] = [item, distance]
    }
    return found
  }

  sharp(canvas) {
    const ratio = devicePixelRatio
    const [width, height] = this.size
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
    }
    const pen = canvas.getContext("2d")
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, width, height)
    return pen
  }

  draw() {
    const { plot } = this
    const { data, codes, selected } = plot
    const [width, height] = this.size
    if (!width) return
    const pen = this.sharp(this.points)
    // Zoomed in there is room for larger points.
    const zoom = (this.space.view[2] - this.space.view[0]) / (this.view[2] - this.view[0])
    const radius = data.radius * Math.min(Math.max(zoom ** 0.4, 0.8), 2.2)
    const dots = data.categories.map(([, colour]) => dot(colour, radius, devicePixelRatio))
    const side = dots.length ? dots[0].width / devicePixelRatio : 0
    const put = (wanted, alpha) => {
      pen.globalAlpha = alpha
      // The most popular last, on top.
      for (let item = this.x.length - 1; item >= 0; item--) {
        if (!this.placed(item) || !plot.shown(item) || (wanted !== null && plot.chosen(item) !== wanted)) continue
        const [x, y] = this.screen(item)
        if (x < -side || y < -side || x > width + side || y > height + side) continue
        pen.drawImage(dots[codes[item]], x - side / 2, y - side / 2, side, side)
      }
      pen.globalAlpha = 1
    }
    if (selected) {
      put(false, 0.13)
      put(true, 0.95)
    } else put(null, 0.72)
    const taken = []
    for (const [x, y, text] of this.space.labels) this.label(pen, x, y, text, taken, "600 12px", false)
    if (data.texts) this.texts(pen, taken)
    for (const mark of data.marks) this.mark(pen, mark)
    this.follow()
  }

  // A text that would cover an earlier one is left out; those of larger clusters and better known items come first.
  label(pen, x, y, text, taken, font, above) {
    const [width, height] = this.size
    const [left, low, right, high] = this.view
    const px = ((x - left) / (right - left)) * width
    const py = (1 - (y - low) / (high - low)) * height - (above ? 9 : 0)
    if (px < 0 || py < 0 || px > width || py > height) return
    pen.font = `${font} ${this.plot.theme.font}`
    const half = pen.measureText(text).width / 2 + 3
    const middle = Math.min(Math.max(px, half), width - half)
    if (taken.some(([x1, y1, half1]) => Math.abs(middle - x1) < half + half1 && Math.abs(py - y1) < 14)) return
    taken.push([middle, py, half])
    pen.textAlign = "center"
    pen.textBaseline = "middle"
    // A halo in the page's colour keeps a name readable above its points.
    pen.lineJoin = "round"
    pen.lineWidth = 3.5
    pen.strokeStyle = this.plot.theme.paper
    pen.fillStyle = this.plot.theme.ink
    pen.strokeText(text, middle, py)
    pen.fillText(text, middle, py)
  }

  texts(pen, taken) {
    const { plot } = this
    const { names } = plot.data.texts
    const limit = 160
    for (let item = 0; item < this.x.length && taken.length < limit; item++) {
      if (!this.placed(item) || !plot.shown(item) || plot.textOf[item] === NOWHERE) continue
      if (plot.selected && !plot.chosen(item)) continue
      this.label(pen, this.x[item] / 65534, this.y[item] / 65534, names[plot.textOf[item]], taken, "500 11px", true)
    }
  }

  mark(pen, mark) {
    pen.fillStyle = mark.colour
    pen.strokeStyle = this.plot.theme.ink
    pen.lineWidth = 1.5
    for (const item of mark.items) {
      if (!this.placed(item)) continue
      trace[mark.symbol](pen, ...this.screen(item), mark.symbol === "star" ? 9 : 7)
      pen.fill()
      pen.stroke()
    }
  }

  // What follows the pointer, here or in the other panel.
  follow() {
    const pen = this.sharp(this.above)
    const { plot } = this
    pen.lineWidth = 2
    pen.strokeStyle = plot.theme.ink
    if (this.crosshair) {
      const [width, height] = this.size
      pen.strokeRect(width / 2 - 10, height / 2 - 10, 20, 20)
    }
    const item = plot.hovered
    this.note.hidden = item < 0 || !this.placed(item)
    if (!this.note.hidden) {
      const [x, y] = this.screen(item)
      pen.beginPath()
      pen.arc(x, y, 8, 0, 7)
      pen.stroke()
      this.tell(item, x, y)
    }
    const drawn = this.drawing ?? (plot.outline?.key === this.space.key ? plot.outline.corners : null)
    if (drawn?.length > 1) {
      pen.lineWidth = 1.5
      pen.setLineDash([5, 4])
      pen.beginPath()
      for (const [x, y] of drawn) pen.lineTo(...this.pixels(x, y))
      pen.closePath()
      pen.stroke()
      pen.setLineDash([])
      pen.globalAlpha = 0.07
      pen.fillStyle = plot.theme.ink
      pen.fill()
      pen.globalAlpha = 1
    }
  }

  pixels(x, y) {
    const [width, height] = this.size
    const [left, low, right, high] = this.view
    return [((x - left) / (right - left)) * width, (1 - (y - low) / (high - low)) * height]
  }

  tell(item, x, y) {
    const { plot } = this
    const marked = plot.data.marks.filter((mark) => mark.items.includes(item)).map((mark) => mark.name)
    const [category] = plot.data.categories[plot.codes[item]]
    const text = plot.data.texts && plot.textOf[item] !== NOWHERE ? plot.data.texts.names[plot.textOf[item]] : ""
    this.note.replaceChildren(make("bdi", "", plot.names[item] ?? "…"))
    for (const more of new Set([text, category, ...marked])) if (more) this.note.append(make("bdi", "more", more))
    const [width, height] = this.size
    const left = x > width * 0.6
    this.note.style.left = left ? "" : `${x + 12}px`
    this.note.style.right = left ? `${width - x + 12}px` : ""
    this.note.style.top = `${Math.min(Math.max(y - 14, 4), height - 60)}px`
  }

  zoom(factor, x, y) {
    const [ux, uy] = this.unit(x, y)
    const [left, low, right, high] = this.view
    const wide = Math.min(Math.max((right - left) * factor, 0.004), 3)
    const real = wide / (right - left)
    this.look([ux - (ux - left) * real, uy - (uy - low) * real, ux + (right - ux) * real, uy + (high - uy) * real])
  }

  pan(dx, dy) {
    const [width, height] = this.size
    const [left, low, right, high] = this.view
    const [mx, my] = [(dx / width) * (right - left), (dy / height) * (high - low)]
    this.look([left - mx, low + my, right - mx, high + my])
  }

  look(view) {
    this.view = view
    this.plot.views.set(this.space.key, view)
    this.plot.later()
  }

  listen() {
    const { stage, plot } = this
    const at = (event) => {
      const box = stage.getBoundingClientRect()
      return [event.clientX - box.left, event.clientY - box.top]
    }
    let start = null
    let last = null
    stage.onpointerdown = (event) => {
      if (event.button > 1) return
      start = last = at(event)
      start.moving = plot.mode === "move" || event.button === 1 || event.shiftKey
      stage.setPointerCapture(event.pointerId)
    }
    stage.onpointermove = (event) => {
      const [x, y] = at(event)
      if (!start) {
        plot.hover(this.nearest(x, y))
        return
      }
      if (start.moving) this.pan(x - last[0], y - last[1])
      else if (plot.mode === "lasso") (this.drawing ??= [this.unit(...start)]).push(this.unit(x, y))
      else if (this.drawing || Math.hypot(x - start[0], y - start[1]) > 4)
        this.drawing = [start, [x, start[1]], [x, y], [start[0], y]].map((corner) => this.unit(...corner))
      last = [x, y]
      if (!start.moving) this.follow()
    }
    stage.onpointerup = (event) => {
      if (!start) return
      const [x, y] = at(event)
      const still = Math.hypot(x - start[0], y - start[1]) <= 4
      const { moving } = start
      const drawing = this.drawing
      start = this.drawing = null
      if (drawing && !(still && drawing.length < 8)) plot.enclose(this, drawing)
      else if (still || !moving) plot.pick(this.nearest(x, y))
    }
    stage.onpointercancel = () => {
      start = this.drawing = null
      this.follow()
    }
    stage.onpointerleave = () => !start && plot.hover(-1)
    stage.ondblclick = () => plot.whole()
    stage.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault()
        this.zoom(Math.exp(Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY), 120) * 0.0022), ...at(event))
      },
      { passive: false },
    )
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }
    stage.onkeydown = (event) => {
      const middle = this.size.map((side) => side / 2)
      if (step[event.key]) this.pan(...step[event.key])
      else if (event.key === "+" || event.key === "=") this.zoom(0.7, ...middle)
      else if (event.key === "-") this.zoom(1 / 0.7, ...middle)
      else if (event.key === "0") plot.whole()
      else if (event.key === "Escape") plot.pick(-1)
      else if (event.key === "Enter") plot.pick(this.nearest(...middle, 60))
      else return
      event.preventDefault()
      this.crosshair = true
      plot.hover(this.nearest(...middle, 60))
    }
    stage.onblur = () => {
      this.crosshair = false
      this.follow()
    }
  }
}
