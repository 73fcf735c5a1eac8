// A part of Streamlit's frontend is a module that a page fetches, compiles and runs when it first draws such an element.
// Here each is taken by its own address, so that the page later meets the very same module, ready.
export default ({ data }) => {
  const main = document.querySelector("script[type=module][src]")?.src
  if (!main || navigator.connection?.saveData) return
  const idle = window.requestIdleCallback ?? (act => setTimeout(act, 200))
  const parts = [...data]
  const next = () => {
    const name = parts.shift()
    // One that cannot be had now is asked for again by the page that needs it, which says so if it must.
    if (name) import(new URL(name, main).href).catch(() => {}).finally(() => idle(next))
  }
  idle(next)
}
