// An element with a class, and text that is never read as HTML.
/** @type {<K extends keyof HTMLElementTagNameMap>(tag: K, className?: string, text?: any) => HTMLElementTagNameMap[K]} */
const make = (tag, className, text) => {
  const node = document.createElement(tag)
  if (className) node.className = className
  if (text !== undefined) node.textContent = text
  return node
}

// An element around others; those that are "", 0, false or null are left out.
/** @type {<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, ...content: any[]) => HTMLElementTagNameMap[K]} */
const box = (tag, className, ...content) => {
  const node = make(tag, className)
  node.append(...content.filter(Boolean))
  return node
}

// A button with a label and data.
/** @type {(className: string, text: any, label: string, data: Record<string, any>) => HTMLButtonElement} */
const pressable = (className, text, label, data) => {
  const node = make("button", className, text)
  node.type = "button"
  node.title = label
  node.setAttribute("aria-label", label)
  Object.assign(node.dataset, data)
  return node
}
