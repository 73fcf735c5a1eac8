// A second click before the first is answered would replace its value on the way. So every click is numbered, and sent
// again until the server says that it is handled. A click: number, action, value, and the list it was made in.
const clicksOf = (parentElement, { handled }, setTriggerValue) => {
  const clicks = (parentElement.clicks ??= { last: 0, open: [] })
  clicks.last = Math.max(clicks.last, handled)
  clicks.open = clicks.open.filter(([number]) => number > handled)
  clicks.send = (action, value, list = "") => {
    clicks.open.push([++clicks.last, action, value, list])
    setTriggerValue("clicks", [...clicks.open])
  }
  return clicks
}
