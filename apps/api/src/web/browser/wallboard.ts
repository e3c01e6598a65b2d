/**
 * Keeps a wallboard live by server-sent events: `snapshot` has all agents, `change` those that changed, and `beat` shows that
 * the connection is alive.
 *
 * Units    Unix seconds by the server's clock, unless a name says milliseconds
 */
import { displayName } from "../charts/palette.ts"
import { age, plural } from "../views/format.ts"
import {
  type Agent,
  asOfText,
  type Counts,
  sortAgents,
  isOld,
  visitText,
  roleOf,
  durationsEnd,
  statusOf,
  tiles,
  visitOf,
} from "../views/floorModel.ts"
import { decodeLiveMessage } from "./liveMessages.ts"

/** After this silence a new stream is opened, since a dead connection may not end. */
const silenceTimeoutSeconds = 45
/** After this silence the page says that it is stale. */
const staleSeconds = 60
const chartIntervalMillis = 60_000
/** How long to wait for a response of the server. */
const timeoutMillis = 10_000
const [firstPauseMillis, maxPauseMillis] = [1000, 60_000]

type Connection = "live" | "reconnecting" | "stale"

// ---- the page ----

const find = (selector: string, within: ParentNode = document): HTMLElement => {
  const element = within.querySelector(selector)
  if (element instanceof HTMLElement) return element
  throw new Error(`the page has no ${selector}`)
}

const part = (name: string): HTMLElement => find(`[data-part="${name}"]`)

/** Writes a text only if it differs, so that selections stay and nothing is announced or drawn again. */
const write = (element: HTMLElement, text: string): void => {
  if (element.textContent !== text) element.textContent = text
}

const mark = (element: HTMLElement, name: string, value: string | null): void => {
  if (value === null) element.removeAttribute(name)
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}

const { account = "", now: rendered = "0", timezone = "UTC" } = document.body.dataset
const aheadMillis = Number(rendered) * 1000 - Date.now()
const clock = (): number => (Date.now() + aheadMillis) / 1000

const timeOf = (instant: number): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone: timezone, timeStyle: "medium" }).format(instant * 1000)

// Swedish dates have the form of ISO 8601.
const labelOf = (instant: number): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "medium" }).format(
    instant * 1000,
  )

const list = find("ol.agents")

const newCard = (): HTMLElement => {
  const template = document.querySelector("template#card")
  if (!(template instanceof HTMLTemplateElement)) throw new Error("the page has no mould of a card")
  return find("li", document.importNode(template.content, true))
}

const cards = new Map(Array.from(list.children, (card) => [card.getAttribute("data-agent"), card] as const))

const cardOf = (agent: Agent): HTMLElement => {
  const id = String(agent.agent)
  const known = cards.get(id)
  if (known instanceof HTMLElement) return known
  const card = newCard()
  card.dataset["agent"] = id
  cards.set(id, card)
  return card
}

const tick = (): void => {
  const now = clock()
  const instant = part("as-of").dataset["instant"]
  const asOf = instant === undefined ? now : Number(instant)
  const until = durationsEnd(asOf, now)
  for (const card of list.children) {
    if (!(card instanceof HTMLElement) || card.dataset["began"] === undefined) continue
    const visit = { began: Number(card.dataset["began"]), isAtLeast: card.dataset["atLeast"] !== undefined }
    write(find(".lasting", card), visitText(visit, until))
  }
  if (instant === undefined) return
  const old = isOld(asOf, now)
  document.body.classList.toggle("old", old)
  mark(part("age"), "data-old", old ? "" : null)
  write(part("age"), `${age(now - asOf)} ago`)
  // After midnight the label needs the date.
  write(part("as-of"), asOfText(labelOf(asOf), labelOf(now)))
  // A connection without new events is not live. The age is a separate element, so that it is not announced.
  const isConnected = document.body.dataset["connection"] === "live"
  if (isConnected) write(part("connection"), old ? "Connected, nothing new" : "Live")
  if (document.body.dataset["connection"] !== undefined) {
    write(part("lag"), isConnected && old ? `for ${age(now - asOf)}` : "")
  }
}

const showTiles = (counts: Counts): void => {
  for (const { agents, role, statuses } of tiles(counts)) {
    const tile = find(`.tile[data-role="${role}"]`)
    mark(tile, "data-empty", agents === 0 ? "" : null)
    write(find(".number", tile), String(agents))
    write(find(".parts", tile), statuses)
  }
}

const showAgents = (agents: ReadonlyArray<Agent>): void => {
  sortAgents(agents).forEach((agent, place) => {
    const card = cardOf(agent)
    const { began, isAtLeast } = visitOf(agent)
    mark(card, "data-role", roleOf(agent))
    mark(card, "data-began", began === null ? null : String(began))
    mark(card, "data-at-least", isAtLeast ? "" : null)
    write(find(".name", card), displayName(agent))
    write(find(".status", card), statusOf(agent))
    if (began === null) write(find(".lasting", card), "")
    if (list.children[place] !== card) list.insertBefore(card, list.children[place] ?? null)
  })
  while (list.children.length > agents.length) list.lastElementChild?.remove()
  write(part("agents"), plural(agents.length, "agent"))
  find(".floor .empty").hidden = agents.length > 0
}

const showAsOf = (instant: number): void => {
  const asOf = part("as-of")
  asOf.dataset["instant"] = String(instant)
  asOf.setAttribute("datetime", new Date(instant * 1000).toISOString())
}

const showConnection = (connection: Connection, text: string): void => {
  mark(find(".connection"), "data-state", connection)
  mark(document.body, "data-connection", connection)
  write(part("connection"), text)
}

/** Loads a chart again. It is fetched, because a browser reuses an image with the same URL in a document. */
const refresh = async (address: string, show: (drawn: string) => void): Promise<void> => {
  // Without a response the last chart stays.
  const drawn = await fetch(address).catch(() => null)
  if (drawn?.ok === true) show(`data:image/svg+xml,${encodeURIComponent(await drawn.text())}`)
}

const refreshRegularly = (picture: Element): void => {
  const [image] = picture.querySelectorAll("img")
  if (image === undefined) return
  const { src } = image
  const sources = Array.from(picture.querySelectorAll("source"), (source) => ({ source, address: source.srcset }))
  const refreshVisible = (): void => {
    const taken = sources.find(({ source }) => matchMedia(source.media).matches)
    if (taken === undefined) void refresh(src, (drawn) => (image.src = drawn))
    else void refresh(taken.address, (drawn) => (taken.source.srcset = drawn))
  }
  setInterval(refreshVisible, chartIntervalMillis)
  // A source that becomes visible may be as old as the page.
  for (const { source } of sources) matchMedia(source.media).addEventListener("change", refreshVisible)
}

// ---- the stream ----

const agents = new Map<number, Agent>()
const url = `/v1/accounts/${encodeURIComponent(account)}/live`

let stream: EventSource | null = null
let heardAt = clock()
let openedAt = clock()
let pauseMillis = firstPauseMillis

/** Any message shows that the connection is alive, however old the data is. */
const onSign = (): void => {
  heardAt = clock()
  pauseMillis = firstPauseMillis
  showConnection("live", document.body.classList.contains("old") ? "Connected, nothing new" : "Live")
}

const onMessage = (name: "snapshot" | "change", data: string): void => {
  const said = decodeLiveMessage(data)
  if (said === undefined) {
    stream?.close()
    stream = null
    showConnection("stale", "Not live: the server sent an unknown message; reload this page")
    return
  }
  if (name === "snapshot") agents.clear()
  for (const agent of said.agents) agents.set(agent.agent, agent)
  showTiles(said)
  showAgents([...agents.values()])
  showAsOf(said.at.now)
  onSign()
  tick()
}

const open = (): void => {
  stream?.close()
  openedAt = clock()
  const opened = new EventSource(url)
  stream = opened
  opened.addEventListener("open", onSign)
  opened.addEventListener("beat", onSign)
  for (const name of ["snapshot", "change"] as const) {
    opened.addEventListener(name, (event) => {
      if (typeof event.data === "string") onMessage(name, event.data)
    })
  }
  opened.addEventListener("error", () => {
    if (document.body.dataset["connection"] !== "stale") showConnection("reconnecting", "Reconnecting")
    // Otherwise the browser reconnects by itself.
    if (opened.readyState === EventSource.CLOSED && opened === stream) void retry()
  })
}

/** After a refused stream: without a session, shows the sign-in page; else tries again, with growing pauses. */
const retry = async (): Promise<void> => {
  stream = null
  const asking = new AbortController()
  const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(timeoutMillis)])
  const status = await fetch(url, { headers: { accept: "text/event-stream" }, signal }).then(
    (response) => response.status,
    () => 0,
  )
  asking.abort()
  if (status === 401) {
    location.reload()
    return
  }
  // A random pause, so that many pages do not reconnect at the same time.
  setTimeout(open, pauseMillis * (0.5 + Math.random() / 2))
  pauseMillis = Math.min(maxPauseMillis, pauseMillis * 2)
}

const watch = (): void => {
  const now = clock()
  if (now - heardAt > staleSeconds && document.body.dataset["connection"] !== "stale") {
    showConnection("stale", `Stale: no message since ${timeOf(heardAt)}`)
  }
  if (stream !== null && now - Math.max(heardAt, openedAt) > silenceTimeoutSeconds) open()
}

open()
setInterval(() => {
  tick()
  watch()
}, 1000)
document.querySelectorAll("[data-live]").forEach(refreshRegularly)
