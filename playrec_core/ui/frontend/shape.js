// What the pictures of this app are drawn with: a part of an SVG, and text that is never read as markup.
/** @type {<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Record<string, any>, text?: any) => SVGElementTagNameMap[K]} */
const shape = (tag, attributes, text) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  if (text !== undefined) node.textContent = text
  return node
}

// A component's picture, drawn anew if its data are others than those it shows.
const redraw = (parent, data, draw) => {
  const shown = JSON.stringify(data)
  if (parent.shown === shown && parent.querySelector("svg")) return
  parent.shown = shown
  parent.querySelector("svg")?.remove()
  parent.append(draw(data))
}
