// Streamlit puts each section of the sidebar as a <div> between a <ul> and its <li>: for a screen reader that is no list.
export default () => {
  const sidebar = document.querySelector("[data-testid=stSidebar]")
  if (!sidebar) return
  const mend = () => {
    sidebar.querySelector("[data-testid=stSidebarNavItems]")?.setAttribute("role", "presentation")
    for (const section of sidebar.querySelectorAll("[data-testid=stSidebarNavItems] > div"))
      section.setAttribute("role", "list")
  }
  mend()
  const watch = new MutationObserver(mend) // it is drawn again in another language, and perhaps after this
  watch.observe(sidebar, { childList: true, subtree: true })
  return () => watch.disconnect()
}
