// A second click before the first is answered replaces its value on the way: so every click is sent again until the
// server says that it is done, and numbered, so that none is done twice.
const clicksOf = (parentElement, { handled }, setTriggerValue) => {
  const clicks = (parentElement.clicks ??= { last: 0, open: [] })
  clicks.last = Math.max(clicks.last, handled)
  clicks.open = clicks.open.filter(([number]) => number > handled)
  clicks.send = (action, value) => {
    clicks.open.push([++clicks.last, action, value])
    setTriggerValue("clicks", [...clicks.open])
  }
  return clicks
}
