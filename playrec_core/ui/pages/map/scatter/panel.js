// One panel of the scatter plot. Two canvases: the points, redrawn when they change, and above them what follows the
// pointer. Concatenated in front of scatter.js.
class Panel {
  constructor(plot, data, place) {
    this.plot = plot
    this.place = place
    this.space = data.panels[place]
    this.view = plot.views.get(this.space.key) ?? [...(this.space.part?.looked ?? this.space.view)]
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

  // Take the data of this panel: the points always drawn, and those of the visible part.
  take(space) {
    const before = this.space
    this.space = space
    const { part } = space
    const same = (name) => before[name] === space[name] && before.part?.[name] === part?.[name]
    if (this.x && ["x", "codes", "warned", "density"].every(same)) return
    const more = (name, read) => (part ? joined(read(space[name]), read(part[name])) : read(space[name]))
    this.x = more("x", numbers)
    this.y = more("y", numbers)
    this.codes = more("codes", bytes)
    this.warned = space.warned ? joined(flags(space.warned, this.plot.data.count), flags(part?.warned, this.plot.items.length)) : null
    this.cloud = null
  }

  shown(item) {
    return !this.plot.hidden.has(this.codes[item])
  }

  get size() {
    return [this.stage.clientWidth, this.stage.clientHeight]
  }

  // From a position, in 65534ths of the map's extent, to the screen: x * ax + bx, y * ay + by. Computed once for all
  // points: reading the size of an element is slow.
  scale() {
    const [width, height] = this.size
    const [left, low, right, high] = this.view
    const [ax, ay] = [width / (right - left), -height / (high - low)]
    return { ax: ax / 65534, bx: -left * ax, ay: ay / 65534, by: height - low * ay }
  }

  screen(item) {
    const { ax, bx, ay, by } = this.scale()
    return [this.x[item] * ax + bx, this.y[item] * ay + by]
  }

  placed(item) {
    return item >= 0 && item < this.x.length && this.x[item] !== NO_POSITION
  }

  unit(x, y) {
    const [width, height] = this.size
    const [left, low, right, high] = this.view
    return [left + (x / width) * (right - left), low + (1 - y / height) * (high - low)]
  }

  nearest(x, y, near = NEAR) {
    let found = -1
    let best = near * near
    const { ax, bx, ay, by } = this.scale()
    for (let item = 0; item < this.x.length; item++) {
      if (!this.shown(item) || !this.placed(item)) continue
      const distance = (this.x[item] * ax + bx - x) ** 2 + (this.y[item] * ay + by - y) ** 2
      if (distance < best) [found, best] = [item, distance]
    }
    return found
  }

  sharp(canvas) {
    const ratio = devicePixelRatio
    const [width, height] = this.size
    const sharp = { width: Math.round(width * ratio), height: Math.round(height * ratio) }
    if (canvas.width !== sharp.width || canvas.height !== sharp.height) Object.assign(canvas, sharp)
    const pen = canvas.getContext("2d")
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, width, height)
    return pen
  }

  draw() {
    const { plot } = this
    const { data, selected } = plot
    const [width, height] = this.size
    if (!width) return
    const pen = this.sharp(this.points)
    if (this.space.part) this.density(pen)
    // Larger points when zoomed in.
    const zoom = (this.space.view[2] - this.space.view[0]) / (this.view[2] - this.view[0])
    const radius = data.radius * Math.min(Math.max(zoom ** 0.4, 0.8), 2.2)
    const dots = data.categories.map(([, colour]) => dot(colour, radius, devicePixelRatio))
    const side = dots.length ? dots[0].width / devicePixelRatio : 0
    const { ax, bx, ay, by } = this.scale()
    const put = (wanted, alpha) => {
      pen.globalAlpha = alpha
      // The most popular last, on top of the others.
      for (let item = this.x.length - 1; item >= 0; item--) {
        if (!this.placed(item) || !this.shown(item) || (wanted !== null && plot.chosen(item) !== wanted)) continue
        const [x, y] = [this.x[item] * ax + bx, this.y[item] * ay + by]
        if (x < -side || y < -side || x > width + side || y > height + side) continue
        pen.drawImage(dots[this.codes[item]], x - side / 2, y - side / 2, side, side)
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
    for (const mark of data.marks) {
      if (mark.joined) this.path(pen, mark)
      this.mark(pen, mark)
    }
    this.follow()
  }

  // The density of all points, beneath them: darker where there are more.
  density(pen) {
    const { view, width, height, density } = this.space.part
    if (!this.cloud || this.cloud.ink !== this.plot.theme.ink) {
      this.cloud = make("canvas")
      Object.assign(this.cloud, { width, height, ink: this.plot.theme.ink })
      const brush = this.cloud.getContext("2d")
      brush.fillStyle = this.plot.theme.ink
      brush.fillRect(0, 0, width, height)
      const picture = brush.getImageData(0, 0, width, height)
      bytes(density).forEach((much, place) => (picture.data[4 * place + 3] = much * 0.55))
      brush.putImageData(picture, 0, 0)
    }
    const [left, bottom] = this.pixels(view[0], view[1])
    const [right, top] = this.pixels(view[2], view[3])
    pen.drawImage(this.cloud, left, top, right - left, bottom - top)
  }

  // A line from each marked point to the next, with an arrow in the middle.
  path(pen, mark) {
    const steps = mark.items.map((item) => this.plot.pointOf(item)).filter((point) => this.placed(point))
    const places = steps.map((point) => this.screen(point))
    const { ink, paper } = this.plot.theme
    pen.lineJoin = "round"
    for (const [colour, width] of [[paper, 4.5], [ink, 1.6]]) {
      pen.strokeStyle = colour
      pen.lineWidth = width
      line(pen, places)
      pen.stroke()
    }
    pen.fillStyle = ink
    for (let step = 1; step < places.length; step++) {
      const [[x1, y1], [x2, y2]] = [places[step - 1], places[step]]
      const long = Math.hypot(x2 - x1, y2 - y1)
      if (long < 34) continue
      const [dx, dy] = [(x2 - x1) / long, (y2 - y1) / long]
      const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2]
      pen.beginPath()
      pen.moveTo(mx + 7 * dx, my + 7 * dy)
      pen.lineTo(mx - 4 * dx - 5 * dy, my - 4 * dy + 5 * dx)
      pen.lineTo(mx - 4 * dx + 5 * dy, my - 4 * dy - 5 * dx)
      pen.fill()
    }
  }

  // A text that would cover an earlier one is left out; larger clusters and more popular items come first.
  label(pen, x, y, text, taken, font, above) {
    const [width, height] = this.size
    const [px, level] = this.pixels(x, y)
    const py = level - (above ? 9 : 0)
    if (px < 0 || py < 0 || px > width || py > height) return
    pen.font = `${font} ${this.plot.theme.font}`
    const half = pen.measureText(text).width / 2 + 3
    const middle = Math.min(Math.max(px, half), width - half)
    if (taken.some(([x1, y1, half1]) => Math.abs(middle - x1) < half + half1 && Math.abs(py - y1) < 14)) return
    taken.push([middle, py, half])
    this.write(pen, text, middle, py)
  }

  write(pen, text, x, y) {
    pen.textAlign = "center"
    pen.textBaseline = "middle"
    // A halo in the background colour keeps text readable above points.
    pen.lineJoin = "round"
    pen.lineWidth = 3.5
    pen.strokeStyle = this.plot.theme.paper
    pen.fillStyle = this.plot.theme.ink
    pen.strokeText(text, x, y)
    pen.fillText(text, x, y)
  }

  texts(pen, taken) {
    const { plot } = this
    const { names } = plot.data.texts
    const limit = 160
    for (let item = 0; item < this.x.length && taken.length < limit; item++) {
      if (!this.placed(item) || !this.shown(item) || plot.textOf[item] === NO_POSITION) continue
      if (plot.selected && !plot.chosen(item)) continue
      this.label(pen, this.x[item] / 65534, this.y[item] / 65534, names[plot.textOf[item]], taken, "500 11px", true)
    }
  }

  mark(pen, mark) {
    mark.items.forEach((item, step) => {
      const point = this.plot.pointOf(item)
      if (!this.placed(point)) return
      const [x, y] = this.screen(point)
      pen.fillStyle = mark.colour
      pen.strokeStyle = this.plot.theme.ink
      pen.lineWidth = 1.5
      const radius = mark.symbol === "star" ? 9 : 7
      line(pen, SYMBOLS[mark.symbol].map(([dx, dy]) => [x + radius * dx, y + radius * dy]))
      pen.closePath()
      pen.fill()
      pen.stroke()
      if (!mark.joined) return
      pen.font = `700 11px ${this.plot.theme.font}`
      this.write(pen, String(step + 1), x + 13, y - 9)
    })
  }

  // Draw what follows the pointer, in this or the other panel.
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
      line(pen, drawn.map(([x, y]) => this.pixels(x, y)))
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
    const known = plot.itemOf(item)
    const marked = plot.data.marks.filter((mark) => mark.items.includes(known)).map((mark) => mark.name)
    const [category] = plot.data.categories[this.codes[item]]
    const text = plot.data.texts && plot.textOf[item] !== NO_POSITION ? plot.data.texts.names[plot.textOf[item]] : ""
    this.note.replaceChildren(make("bdi", "", plot.name(item)))
    for (const more of new Set([text, category, ...marked])) if (more) this.note.append(make("bdi", "more", more))
    if (this.warned?.[item]) this.note.append(make("span", "warning", `⚠ ${plot.data.words.warned}`))
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
    this.plot.ask(this)
    this.plot.later()
  }

  // The corners of the view.
  frame() {
    const [left, low, right, high] = this.view
    return [[left, low], [right, low], [right, high], [left, high]]
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
      else if (event.key.toLowerCase() === "a" && !event.ctrlKey && !event.metaKey) plot.enclose(this, this.frame())
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
