/**
 * Keeps a wallboard live by server-sent events: `snapshot`, which is everyone, `change`, which is those who changed, and
 * `beat`, which says that the connection is well.
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

/** A stream may be silent for so long; then another one is tried, since connections can be dead without an end. */
const silenceTimeoutSeconds = 45
/** What was heard longer ago is called stale. */
const staleSeconds = 60
const chartIntervalMillis = 60_000
/** A server that says nothing for so long is as good as none. */
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

/** Writes only what is another text, so that nothing is selected, announced or drawn anew for nothing. */
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

// Swedish dates are ISO 8601's.
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
  // At midnight it is no longer today's.
  write(part("as-of"), asOfText(labelOf(asOf), labelOf(now)))
  // A connection that is well, over which nothing new comes, is not live. Its age stands apart, so as not to be announced.
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

/** Draws a picture as far as is known now. Browsers keep what an address once showed in a document, so it is fetched. */
const refresh = async (address: string, show: (drawn: string) => void): Promise<void> => {
  // Without an answer the last picture stays.
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
  // The others are as old as the page, or as when they were last seen.
  for (const { source } of sources) matchMedia(source.media).addEventListener("change", refreshVisible)
}

// ---- the stream ----

const agents = new Map<number, Agent>()
const url = `/v1/accounts/${encodeURIComponent(account)}/live`

let stream: EventSource | null = null
let heardAt = clock()
let openedAt = clock()
let pauseMillis = firstPauseMillis

/** Anything that comes shows that the connection is well, however old what is known may be. */
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
    showConnection("stale", "Not live: the server speaks otherwise than this page; reload it")
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
    // Else the browser tries again by itself.
    if (opened.readyState === EventSource.CLOSED && opened === stream) void retry()
  })
}

/** A stream that was refused: who is signed out has to sign in, all else is tried again, less and less often. */
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
  // Of many pages that were refused at once not all should come back at once.
  setTimeout(open, pauseMillis * (0.5 + Math.random() / 2))
  pauseMillis = Math.min(maxPauseMillis, pauseMillis * 2)
}

const watch = (): void => {
  const now = clock()
  if (now - heardAt > staleSeconds && document.body.dataset["connection"] !== "stale") {
    showConnection("stale", `Stale: nothing heard since ${timeOf(heardAt)}`)
  }
  if (stream !== null && now - Math.max(heardAt, openedAt) > silenceTimeoutSeconds) open()
}

open()
setInterval(() => {
  tick()
  watch()
}, 1000)
document.querySelectorAll("[data-live]").forEach(refreshRegularly)
