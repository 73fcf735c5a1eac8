// Streamlit puts each section of the sidebar as a <div> between a <ul> and its <li>: for a screen reader that is no list.
export default () => {
  const pages = document.querySelector("[data-testid=stSidebarNav]")
  if (!pages) return
  const mend = () => {
    pages.querySelector("ul")?.setAttribute("role", "presentation")
    for (const section of pages.querySelectorAll("ul > div")) section.setAttribute("role", "list")
  }
  mend()
  const watch = new MutationObserver(mend) // another language is drawn as other sections
  watch.observe(pages, { childList: true, subtree: true })
  return () => watch.disconnect()
}
