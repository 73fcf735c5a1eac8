// What every component of this app is drawn with: an element, its class, and text that is never read as HTML.
/** @type {<K extends keyof HTMLElementTagNameMap>(tag: K, className?: string, text?: any) => HTMLElementTagNameMap[K]} */
const make = (tag, className, text) => {
  const node = document.createElement(tag)
  if (className) node.className = className
  if (text !== undefined) node.textContent = text
  return node
}

// A button that says in words what it does, and knows what it stands for.
/** @type {(className: string, text: any, label: string, data: Record<string, any>) => HTMLButtonElement} */
const pressable = (className, text, label, data) => {
  const node = make("button", className, text)
  node.type = "button"
  node.title = label
  node.setAttribute("aria-label", label)
  Object.assign(node.dataset, data)
  return node
}
