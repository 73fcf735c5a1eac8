// What every component of this app is drawn with: an element, its class, and text that is never read as HTML.
const make = (tag, className, text) => {
  const node = document.createElement(tag)
  if (className) node.className = className
  if (text !== undefined) node.textContent = text
  return node
}
