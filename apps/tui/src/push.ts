/**
 * Pushes what is kept of an account to a Dwell API, span by span, and then the names of its agents.
 *
 * Shape    `POST URL/v1/accounts/ACCOUNT/events?from=&to=&asOf=&format=ndjson`, gzipped, a day (UTC) at most each: all events of
 *          the span, so that what covers it here does there. Answered with counts; sent again, a span changes nothing.
 *          `PUT URL/v1/accounts/ACCOUNT/agents`, JSON, when the names are others than those pushed last; an API that takes
 *          none is left alone. What was pushed where is kept in a file beside the events, so that a push goes on where it ended
 * Fails    `ApiUnavailable`, naming the place; `UserError` for the file; `StoreError`
 */
import { createHash } from "node:crypto"
import { gzipSync } from "node:zlib"
import type { AgentDirectory } from "@dwell/core/AgentDirectory"
import * as Coverage from "@dwell/core/Coverage"
import * as EventLog from "@dwell/core/EventLog"
import { EventStore } from "@dwell/core/EventStore"
import * as Format from "@dwell/core/format/Format"
import * as PrivateFile from "@dwell/core/PrivateFile"
import type { Window } from "@dwell/core/Window"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Api from "./logSource/apiTarget.ts"
import { ApiUnavailable, UserError } from "./errors.ts"
import { dataFolder } from "./accounts/xdg.ts"
import * as AgentNames from "./accounts/agentNames.ts"
import type { Settings } from "./accounts/settings.ts"

/** What became of the rows, as the API counts them. */
const Counts = Schema.Struct({ added: Schema.Number, unchanged: Schema.Number, changed: Schema.Number })
type Counts = typeof Counts.Type

const Span = Schema.Struct({ from: Schema.Number, to: Schema.Number, asOf: Schema.Number })

const Pushed = Schema.parseJson(
  Schema.Record({
    /** Where to. */
    key: Schema.String,
    value: Schema.Struct({
      spans: Schema.Array(Span),
      carriedIn: Schema.Array(Schema.Number),
      /** A digest of the names. */
      names: Schema.optionalWith(Schema.String, { exact: true }),
    }),
  }),
)
type Pushed = typeof Pushed.Type

const fileOf = (account: string) =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    return path.join(yield* dataFolder, `${account}.pushed.json`)
  })

/** What was pushed; what can't be read is pushed again, which changes nothing there. */
const load = (account: string) =>
  Effect.gen(function* () {
    return yield* Schema.decode(Pushed)(yield* PrivateFile.read(yield* fileOf(account)))
  }).pipe(Effect.orElseSucceed((): Pushed => ({})))

const save = (account: string, pushed: Pushed) =>
  Effect.gen(function* () {
    const file = yield* fileOf(account)
    yield* Effect.mapError(
      PrivateFile.write(file, yield* Effect.orDie(Schema.encode(Pushed)(pushed))),
      ({ message }) => new UserError({ message: `${file}: it can't be written. ${message}` }),
    )
  })

const secondsADay = 86_400

/**
 * What is covered here and was not pushed, or not when it was settled. When a settled span was read is not told apart from
 * when those beside it were, so one that was read again looks like one that was not.
 */
const unpushed = function* (here: Coverage.Coverage, there: Coverage.Coverage): Generator<Coverage.Span> {
  for (const span of here.spans) {
    const known = there.spans.filter((pushed) => pushed.asOf >= span.asOf || Coverage.isSettled(pushed))
    for (const missing of Coverage.missing({ spans: known, carriedIn: [] }, span)) {
      for (let { from } = missing; from < missing.to;) {
        const to = Math.min(missing.to, (Math.floor(from / secondsADay) + 1) * secondsADay)
        yield { from, to, asOf: span.asOf }
        from = to
      }
    }
  }
}

const refused = ({ url }: Api.Target, issue: string) =>
  new ApiUnavailable({ message: `${url}: ${issue}. What was pushed before that is stored there.` })

/** What a place answers; one that is busy, or not there for a moment, is asked again. */
const answerOf = (to: Api.Target, request: HttpClientRequest.HttpClientRequest) =>
  Effect.gen(function* () {
    const client = HttpClient.retryTransient(
      HttpClient.withTracerDisabledWhen(yield* HttpClient.HttpClient, () => true),
      {
        schedule: Schedule.exponential("500 millis").pipe(Schedule.jittered),
        times: 4,
      },
    )
    return yield* client.execute(HttpClientRequest.bearerToken(request, to.key)).pipe(
      Effect.timeout("60 seconds"),
      Effect.mapError(() => refused(to, Api.noAnswer)),
    )
  })

/** Sends one span. */
const send = (
  to: Api.Target,
  account: string,
  span: Coverage.Span,
  carriedIn: Option.Option<number>,
  body: Uint8Array,
) =>
  Effect.gen(function* () {
    const request = HttpClientRequest.post(`${Api.placeOf(to, account)}/events`).pipe(
      HttpClientRequest.setUrlParams({
        from: `${span.from}`,
        to: `${span.to}`,
        asOf: `${span.asOf}`,
        // A span without an event has no first byte that would tell.
        format: "ndjson",
        ...(Option.isSome(carriedIn) ? { carriedIn: `${carriedIn.value}` } : {}),
      }),
      HttpClientRequest.setHeader("content-encoding", "gzip"),
      HttpClientRequest.bodyUint8Array(body, "application/x-ndjson"),
    )
    const response = yield* answerOf(to, request)
    if (response.status >= 300) return yield* refused(to, Api.refusalOf(response.status, "ingest", account))
    return yield* Effect.mapError(HttpClientResponse.schemaBodyJson(Counts)(response), () => refused(to, Api.notAnApi))
  }).pipe(Effect.scoped)

/** As many as a body may have. */
const mostNames = 20_000
/** As long as a name or a team may be. */
const longest = 200

/** A text as the API takes it: no control characters, nor what turns the direction of writing. */
const fitting = (text: string | null): string | null =>
  text === null ? null : text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, " ").slice(0, longest)

/** The bodies that have all names. */
const bodiesOf = (directory: AgentDirectory): ReadonlyArray<string> => {
  const agents = [...directory]
    .filter(([agent]) => agent > 0)
    .toSorted(([one], [other]) => one - other)
    .map(([agent, { name, team }]) => ({ agent, name: fitting(name), team: fitting(team) }))
  return Array.from({ length: Math.ceil(agents.length / mostNames) }, (_, part) =>
    JSON.stringify({ agents: agents.slice(part * mostNames, (part + 1) * mostNames) }),
  )
}

/** Whether the names were taken. */
const sendNames = (to: Api.Target, account: string, bodies: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    for (const body of bodies) {
      const request = HttpClientRequest.put(`${Api.placeOf(to, account)}/agents`).pipe(
        HttpClientRequest.bodyText(body, "application/json"),
      )
      const { status } = yield* Effect.scoped(answerOf(to, request))
      if (status === 404 || status === 405) return false
      if (status >= 300) return yield* refused(to, Api.refusalOf(status, "ingest", account))
    }
    return true
  })

/** Coverage that has nothing of a window. */
const outside = ({ carriedIn, spans }: Coverage.Coverage, window: Window): Coverage.Coverage => ({
  carriedIn,
  spans: spans.flatMap((span) =>
    Coverage.missing({ spans: [{ ...window, asOf: 0 }], carriedIn: [] }, span).map((rest) => ({
      ...rest,
      asOf: span.asOf,
    })),
  ),
})

export interface Options {
  /** What is pushed even if it was before, as it was read again. */
  readonly again?: Window
  /** Hears of each span, with the rows pushed until then. */
  readonly onSpan?: (rows: number) => Effect.Effect<void>
}

/** Pushes what is kept and was not pushed yet; gives what became of the rows. */
export const push = (
  to: Api.Target,
  { account }: Pick<Settings, "account">,
  { again, onSpan = () => Effect.void }: Options = {},
) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const pushed = yield* load(account.name)
    const here = yield* store.coverage
    let { names, ...there }: Pushed[string] = pushed[to.url] ?? Coverage.empty
    const saved = Effect.suspend(() =>
      save(account.name, { ...pushed, [to.url]: { ...there, ...(names === undefined ? {} : { names }) } }),
    )
    if (again !== undefined) {
      there = outside(there, again)
      yield* saved
    }
    const total = { added: 0, unchanged: 0, changed: 0 }
    for (const span of unpushed(here, there)) {
      const log = yield* store.read({ window: span, since: span.from })
      const blocks = yield* Stream.runCollect(Format.encode(Stream.fromIterable(EventLog.batches(log)), "ndjson"))
      const carriedIn = Option.fromNullable(here.carriedIn.find((at) => at >= span.from && at <= span.to))
      const counts: Counts = yield* send(to, account.name, span, carriedIn, gzipSync(Buffer.concat([...blocks])))
      total.added += counts.added
      total.unchanged += counts.unchanged
      total.changed += counts.changed
      there = Coverage.add(there, { span, ...(Option.isSome(carriedIn) ? { carriedIn: carriedIn.value } : {}) })
      yield* saved
      yield* onSpan(total.added + total.unchanged + total.changed)
    }
    const known = yield* AgentNames.load(account.name)
    const bodies = Option.isNone(known) ? [] : bodiesOf(known.value.directory)
    const digest = createHash("sha256").update(bodies.join("\n")).digest("hex")
    if (bodies.length > 0 && digest !== names && (yield* sendNames(to, account.name, bodies))) {
      names = digest
      yield* saved
    }
    return total
  })
