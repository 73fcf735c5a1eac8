// A part of Streamlit's frontend is a module that a page fetches, compiles and runs when it first draws such an element.
// Here each is taken by its own address, so that the page later meets the very same module, ready.
// Fetched first: a browser may remember for good that a module could not be had, and the page that needs it would
// be refused at once.
const take = async (address) => {
  const answer = await fetch(address)
  if (answer.ok) await import(address)
}

export default ({ data }) => {
  /** @type {HTMLScriptElement} */
  const script = document.querySelector("script[type=module][src]")
  const main = script?.src
  if (!main || navigator.connection?.saveData) return
  const idle = window.requestIdleCallback ?? (act => setTimeout(act, 200))
  const parts = [...data]
  const next = () => {
    const name = parts.shift()
    if (name) take(new URL(name, main).href).catch(() => {}).finally(() => idle(next))
  }
  idle(next)
}
