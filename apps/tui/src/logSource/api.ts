/**
 * Reads the log of an account, and its gaps, from a Dwell API.
 *
 * Shape    pages of JSON; each is complete and says whether another one follows. NDJSON that a proxy cuts off between two
 *          lines would look complete. What is not settled may grow from one page to the next
 * Fails    `ApiUnavailable`, naming the URL and what to do
 * Cost     a window is read span by span, since the server reads a span again for each of its pages: two or three requests
 *          for 20,000 events, which are objects for a moment
 */
import { make } from "@dwell/client"
import { AgentsDocument, CoverageDocument, EventsPage, maxRows } from "@dwell/client/contract"
import type { AgentDirectory } from "@dwell/core/AgentDirectory"
import type * as Coverage from "@dwell/core/Coverage"
import * as EventBatch from "@dwell/core/EventBatch"
import * as EventLog from "@dwell/core/EventLog"
import * as StoredWindow from "@dwell/core/StoredWindow"
import { StatusEvent } from "@dwell/core/StatusEvent"
import * as Window from "@dwell/core/Window"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { nowSeconds } from "@dwell/core/clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Api from "./apiTarget.ts"
import { isKnownAt, type LogSource, warnGaps } from "./LogSource.ts"
import type { SourceOptions } from "./options.ts"
import { rejectFuture, windowOf } from "./query.ts"
import { accountNameAtApi } from "../accounts/settings.ts"
import { ApiUnavailable, UsageError } from "../errors.ts"
import * as Progress from "../progress.ts"
import { percent, plural } from "../format.ts"

/** An account at an API. */
interface ApiAccount {
  readonly target: Api.Target
  readonly account: string
}

/** The requests about one account. */
interface Reader {
  readonly coverage: Effect.Effect<typeof CoverageDocument.Type, ApiUnavailable>
  readonly agents: Effect.Effect<typeof AgentsDocument.Type, ApiUnavailable>
  readonly page: (query: {
    readonly from: string
    readonly to: string
    readonly agent?: string
    readonly cursor?: string
  }) => Effect.Effect<typeof Page.Type, ApiUnavailable>
}

/** A page of the contract, with core's events. */
const Page = Schema.Struct({ ...EventsPage.fields, events: Schema.Array(StatusEvent) })

/** A request is repeated if the server is busy or the response breaks off. */
const again = { schedule: Schedule.exponential("500 millis").pipe(Schedule.jittered), times: 3 }

/** Whether another attempt may succeed. */
const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500

const reader = Effect.fn(function* ({ account, target }: ApiAccount) {
  const fetchWith = Option.getOrElse(yield* Effect.serviceOption(FetchHttpClient.Fetch), () => globalThis.fetch)
  const fetch: typeof globalThis.fetch = (input, init) =>
    // A redirect would send the key to an unknown URL.
    fetchWith(input, { ...init, redirect: "manual" })
  const client = make({ url: target.url, key: Redacted.value(target.key), fetch }).v1.accounts[":account"]
  const param = { account: encodeURIComponent(account) }
  const failed = (issue: string) => new ApiUnavailable({ message: `${target.url}: ${issue}.` })

  const answer = <A, I>(
    schema: Schema.Schema<A, I>,
    ask: (init: RequestInit) => Promise<Pick<Response, "status" | "text">>,
  ): Effect.Effect<A, ApiUnavailable> =>
    Effect.tryPromise({
      try: async (signal) => {
        const response = await ask({ signal })
        return { status: response.status, text: await response.text() }
      },
      catch: () => ({ issue: Api.noAnswer, isPassing: true }),
    }).pipe(
      Effect.timeoutFail({ duration: "60 seconds", onTimeout: () => ({ issue: Api.noAnswer, isPassing: false }) }),
      Effect.filterOrFail(
        ({ status }) => status === 200,
        ({ status }) => ({ issue: Api.refusalOf(status, "read", account), isPassing: isPassing(status) }),
      ),
      Effect.flatMap(({ text }) =>
        Effect.mapError(Schema.decode(Schema.parseJson(schema))(text), () => ({
          issue: "its response is incomplete, or not that of a Dwell API. Check the URL and try again",
          isPassing: false,
        })),
      ),
      Effect.retry({ ...again, while: (failure) => failure.isPassing }),
      Effect.mapError(({ issue }) => failed(issue)),
    )

  const found: Reader = {
    coverage: answer(CoverageDocument, (init) => client.coverage.$get({ param, query: {} }, { init })),
    agents: answer(AgentsDocument, (init) => client.agents.$get({ param, query: {} }, { init })),
    page: (query) =>
      answer(Page, (init) => client.events.$get({ param, query: { ...query, limit: `${maxRows}` } }, { init })),
  }
  return found
})

/** The approximate number of events per span. */
const eventsPerSpan = 20_000

/** The spans in which a window is read, assuming that events are spread evenly over what is covered. */
const spansOf = (
  window: Window.Window,
  { events, spans }: Pick<typeof CoverageDocument.Type, "events" | "spans">,
): ReadonlyArray<Window.Window> => {
  const covered = spans.reduce((sum, { from, to }) => sum + to - from, 0)
  const seconds = Window.seconds(window)
  const expected = covered === 0 ? 0 : (events * Math.min(seconds, covered)) / covered
  const length = Math.max(1, Math.ceil(seconds / Math.max(1, Math.round(expected / eventsPerSpan))))
  return Array.from({ length: Math.max(1, Math.ceil(seconds / length)) }, (_, index) => ({
    from: window.from + index * length,
    to: Math.min(window.to, window.from + (index + 1) * length),
  }))
}

/** More would make an address too long; then all are read, and those asked about are looked for among them. */
const maxAgentsInQuery = 500

interface Wanted {
  readonly window: Window.Window
  readonly agents: ReadonlyArray<number> | undefined
  readonly coverage: typeof CoverageDocument.Type
  /** Takes the events of a page. */
  readonly take: (events: ReadonlyArray<StatusEvent>) => void
}

/** Reads the events of a window, and each agent's last event before it as far as that tells a status then. */
const read = ({ page }: Reader, { agents, coverage, take, window }: Wanted) =>
  Effect.gen(function* () {
    const meter = yield* Progress.make
    const who = agents === undefined || agents.length > maxAgentsInQuery ? {} : { agent: agents.join(",") }
    let rows = 0
    yield* Effect.gen(function* () {
      for (const { from, to } of spansOf(window, coverage)) {
        let cursor: { readonly cursor?: string } | undefined = {}
        while (cursor !== undefined) {
          const found: typeof Page.Type = yield* page({ from: `${from}`, to: `${to}`, ...who, ...cursor })
          // What was going on when a later span begins is in the span before it.
          take(from === window.from ? found.events : found.events.filter(({ uts }) => uts >= from))
          cursor = found.next === null ? undefined : { cursor: found.next }
          rows += found.events.length
          const done = (from - window.from) / Math.max(1, Window.seconds(window))
          yield* meter.show(() => `Reading from the API  ${percent(done)}  ${plural(rows, "row")}`)
        }
      }
    }).pipe(Effect.ensuring(meter.clear))
  })

const coverageOf = ({
  carriedIn,
  prunedBefore: forgottenBefore,
  spans,
}: typeof CoverageDocument.Type): Coverage.Coverage => ({
  carriedIn,
  spans,
  ...(forgottenBefore === null ? {} : { forgottenBefore }),
})

const directoryOf = ({ agents }: typeof AgentsDocument.Type): AgentDirectory =>
  new Map(agents.map(({ agent, name, team }) => [agent, { name, team }]))

/** The log of a window, like `StoredWindow.log` for a store, and names. */
const readWindow = (place: ApiAccount, { agents, ...asked }: Omit<StoredWindow.Query, "now">) =>
  Effect.gen(function* () {
    const from = yield* reader(place)
    const coverage = yield* from.coverage
    const planned = StoredWindow.plan(coverageOf(coverage), { ...asked, now: yield* nowSeconds })
    const collector = EventLog.collector()
    const take = (events: ReadonlyArray<StatusEvent>) => collector.add(EventBatch.fromEvents(events))
    yield* read(from, { window: planned.window, agents, coverage, take })
    return { ...planned, log: collector.log(), names: directoryOf(yield* from.agents) }
  })

/** Agents whose visit start or status end at an instant is outside the log. */
const unresolved = (known: EventLog.EventLog, instant: number, agents: ReadonlyArray<number>) => {
  const indexOf = new Map(known.agents.map((agent, index) => [agent, index]))
  return agents.filter((agent) => {
    const index = indexOf.get(agent)
    if (index === undefined) return true
    const { length, status, uts } = known.rows(index)
    const next = uts.subarray(0, length).findIndex((time) => time > instant)
    if (next === -1) return true
    let first = next - 1
    while (first > 0 && status[first - 1] === status[next - 1]) first--
    return first === 0
  })
}

const secondsPerDay = 86_400

/** How much further around an instant is read, step by step, for agents that are still unresolved. */
const beyond = [0, 1, 7, 31].map((days) => days * secondsPerDay)

/** The log around an instant, like `StoredWindow.around` for a store, and names. */
const readAround = (
  place: ApiAccount,
  { agents, ...asked }: Omit<StoredWindow.QueryAround, "present" | "beyondSeconds">,
) =>
  Effect.gen(function* () {
    const from = yield* reader(place)
    const coverage = yield* from.coverage
    const everyone = yield* from.agents
    const all = agents ?? everyone.agents.filter(({ first }) => first !== null).map(({ agent }) => agent)
    const present = yield* nowSeconds
    const plans = beyond.map((beyondSeconds) =>
      StoredWindow.planAround(coverageOf(coverage), { ...asked, present, beyondSeconds }),
    )
    const held = new Set<bigint>()
    const batches: Array<EventBatch.EventBatch> = []
    const take = (events: ReadonlyArray<StatusEvent>) => {
      // The carry-in of a window may have been read with another window.
      const fresh = events.filter(({ uid }) => !held.has(uid))
      for (const { uid } of fresh) held.add(uid)
      batches.push(EventBatch.fromEvents(fresh))
    }
    let wanted = agents
    let done: Window.Window | undefined
    for (const { window } of plans) {
      const rest: ReadonlyArray<Window.Window> =
        done === undefined
          ? [window]
          : [
              { from: window.from, to: done.from },
              { from: done.to, to: window.to },
            ].filter((span) => span.from < span.to)
      for (const span of rest) yield* read(from, { window: span, agents: wanted, coverage, take })
      done = window
      wanted = unresolved(EventLog.fromBatches(batches), asked.instant, wanted ?? all)
      if (wanted.length === 0) break
    }
    const widest = StoredWindow.planAround(coverageOf(coverage), { ...asked, present })
    return { ...widest, log: EventLog.fromBatches(batches), agents: all, names: directoryOf(everyone) }
  })

/** The account that options name at an API; refuses options that mean nothing there. */
const resolveAccount = (url: string, { account, input, key, offline, refresh }: SourceOptions) =>
  Effect.gen(function* () {
    const other = Option.isSome(input) ? "--input" : offline ? "--offline" : refresh ? "--refresh" : undefined
    if (other !== undefined) {
      return yield* new UsageError({
        message: `--api and ${other}: an API answers from its own store, and nothing else is read. Leave one out.`,
      })
    }
    const name = yield* accountNameAtApi(account)
    const target = yield* Api.target(url, key, { option: "--api", variable: "DWELL_API_KEY" })
    const place: ApiAccount = { target, account: name }
    return place
  })

const gaps = { where: "Not stored at the API", remedy: "`dwell sync --push` sends it." }

/** The log of an account at an API. Without `--to`, a window ends where the API's events end. */
export const apiSource = (url: string, options: SourceOptions) =>
  Effect.map(resolveAccount(url, options), (place): LogSource => ({
    read: (query) =>
      Effect.gen(function* () {
        const { agents, to, zone } = query
        const loaded = yield* readWindow(place, {
          window: yield* windowOf(query),
          isEndAsked: Option.isSome(to),
          ...(agents === undefined ? {} : { agents }),
        })
        yield* warnGaps(loaded.uncovered, zone, gaps)
        return loaded
      }),
    statusAround: (query, at) =>
      Effect.gen(function* () {
        const { agents, reference: now, zone } = query
        yield* rejectFuture(at, query)
        const loaded = yield* readAround(place, { instant: at, now, ...(agents === undefined ? {} : { agents }) })
        if (!isKnownAt(at, loaded.uncovered)) yield* warnGaps(loaded.uncovered, zone, gaps)
        return loaded
      }),
  }))
