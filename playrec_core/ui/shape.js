// What the pictures of this app are drawn with: a part of an SVG, and text that is never read as markup.
const shape = (tag, attributes, text) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  if (text !== undefined) node.textContent = text
  return node
}

// Whether a component has something else to draw than it shows; what it showed is taken away then.
const isNew = (parent, data) => {
  const shown = JSON.stringify(data)
  if (parent.shown === shown && parent.querySelector("svg")) return false
  parent.shown = shown
  parent.querySelector("svg")?.remove()
  return true
}
