// Helpers of the scatter plot: decoding data from the server, shapes for the canvas. Concatenated in front of panel.js.

const NO_POSITION = 65535
const NEAR = 9 // hit radius of the pointer, in pixels

const bytes = (text) => {
  const raw = atob(text)
  const found = new Uint8Array(raw.length)
  for (let place = 0; place < raw.length; place++) found[place] = raw.charCodeAt(place)
  return found
}
const numbers = (text) => new Uint16Array(bytes(text).buffer)

const flags = (text, n) => {
  const found = new Uint8Array(n)
  if (!text) return found
  const packed = bytes(text)
  for (let place = 0; place < n; place++) found[place] = (packed[place >> 3] >> (place & 7)) & 1
  return found
}

const joined = (first, second) => {
  const found = new first.constructor(first.length + second.length)
  found.set(first)
  found.set(second, first.length)
  return found
}

// Names are deflated: 50,000 titles would be most of what the page sends.
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

const line = (pen, corners) => {
  pen.beginPath()
  for (const [x, y] of corners) pen.lineTo(x, y)
}

// The corners of each symbol, in radii from its centre.
const SYMBOLS = {
  star: Array.from({ length: 10 }, (_, turn) => {
    const far = turn % 2 ? 0.45 : 1
    return [far * Math.sin((turn * Math.PI) / 5), -far * Math.cos((turn * Math.PI) / 5)]
  }),
  diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
}
