/**
 * Pushes the stored events of an account to a Dwell API, span by span, and then the names of its agents.
 *
 * Shape    `POST URL/v1/accounts/ACCOUNT/events?from=&to=&asOf=&format=ndjson`, gzipped, at most one day (UTC) each: all events
 *          of the span, so that it is covered there as it is here. The response has counts; sending a span again changes
 *          nothing. `PUT URL/v1/accounts/ACCOUNT/agents`, JSON, if the names have changed since the last push; an API
 *          without this route gets no names. A file beside the events records what was pushed where, so that a push resumes
 * Fails    `ApiUnavailable`, naming the URL; `UserError` for the file; `StoreError`
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

/** What the API did with the rows. */
const Counts = Schema.Struct({ added: Schema.Number, unchanged: Schema.Number, changed: Schema.Number })
type Counts = typeof Counts.Type

const Span = Schema.Struct({ from: Schema.Number, to: Schema.Number, asOf: Schema.Number })

const PushState = Schema.parseJson(
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
type PushState = typeof PushState.Type

const fileOf = (account: string) =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    return path.join(yield* dataFolder, `${account}.pushed.json`)
  })

/** What was pushed. If the file can't be read, everything is pushed again, which changes nothing there. */
const load = (account: string) =>
  Effect.gen(function* () {
    return yield* Schema.decode(PushState)(yield* PrivateFile.read(yield* fileOf(account)))
  }).pipe(Effect.orElseSucceed((): PushState => ({})))

const save = (account: string, state: PushState) =>
  Effect.gen(function* () {
    const file = yield* fileOf(account)
    yield* Effect.mapError(
      PrivateFile.write(file, yield* Effect.orDie(Schema.encode(PushState)(state))),
      ({ message }) => new UserError({ message: `${file}: it can't be written. ${message}` }),
    )
  })

const secondsPerDay = 86_400

/**
 * What is covered here and has not been pushed, or not since it was settled. Coverage does not record when a settled span
 * was read apart from its neighbours, so a span that was read again looks like one that was not.
 */
const pendingSpans = function* (here: Coverage.Coverage, there: Coverage.Coverage): Generator<Coverage.Span> {
  for (const span of here.spans) {
    const known = there.spans.filter((other) => other.asOf >= span.asOf || Coverage.isSettled(other))
    for (const missing of Coverage.missing({ spans: known, carriedIn: [] }, span)) {
      for (let { from } = missing; from < missing.to;) {
        const to = Math.min(missing.to, (Math.floor(from / secondsPerDay) + 1) * secondsPerDay)
        yield { from, to, asOf: span.asOf }
        from = to
      }
    }
  }
}

const unavailable = ({ url }: Api.Target, issue: string) =>
  new ApiUnavailable({ message: `${url}: ${issue}. What was pushed before that is stored there.` })

/** Sends a request; retries if the API is busy or does not respond. */
const execute = (to: Api.Target, request: HttpClientRequest.HttpClientRequest) =>
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
      Effect.mapError(() => unavailable(to, Api.noAnswer)),
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
    const request = HttpClientRequest.post(`${Api.accountUrl(to, account)}/events`).pipe(
      HttpClientRequest.setUrlParams({
        from: `${span.from}`,
        to: `${span.to}`,
        asOf: `${span.asOf}`,
        // In a span without an event there is nothing to detect the format from.
        format: "ndjson",
        ...(Option.isSome(carriedIn) ? { carriedIn: `${carriedIn.value}` } : {}),
      }),
      HttpClientRequest.setHeader("content-encoding", "gzip"),
      HttpClientRequest.bodyUint8Array(body, "application/x-ndjson"),
    )
    const response = yield* execute(to, request)
    if (response.status >= 300) return yield* unavailable(to, Api.refusalOf(response.status, "ingest", account))
    return yield* Effect.mapError(HttpClientResponse.schemaBodyJson(Counts)(response), () =>
      unavailable(to, Api.notAnApi),
    )
  }).pipe(Effect.scoped)

/** The API accepts this many in one body. */
const maxNamesPerBody = 20_000
/** The API accepts names and teams of this length. */
const maxNameLength = 200

/** A text that the API accepts: without control characters and marks of writing direction, and not too long. */
const cleanName = (text: string | null): string | null =>
  text === null ? null : text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, " ").slice(0, maxNameLength)

/** The request bodies with all names. */
const nameBodies = (directory: AgentDirectory): ReadonlyArray<string> => {
  const agents = [...directory]
    .filter(([agent]) => agent > 0)
    .toSorted(([one], [other]) => one - other)
    .map(([agent, { name, team }]) => ({ agent, name: cleanName(name), team: cleanName(team) }))
  return Array.from({ length: Math.ceil(agents.length / maxNamesPerBody) }, (_, part) =>
    JSON.stringify({ agents: agents.slice(part * maxNamesPerBody, (part + 1) * maxNamesPerBody) }),
  )
}

/** Sends names; false if the API has no such route. */
const sendNames = (to: Api.Target, account: string, bodies: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    for (const body of bodies) {
      const request = HttpClientRequest.put(`${Api.accountUrl(to, account)}/agents`).pipe(
        HttpClientRequest.bodyText(body, "application/json"),
      )
      const { status } = yield* Effect.scoped(execute(to, request))
      if (status === 404 || status === 405) return false
      if (status >= 300) return yield* unavailable(to, Api.refusalOf(status, "ingest", account))
    }
    return true
  })

/** Coverage without a window. */
const minusWindow = ({ carriedIn, spans }: Coverage.Coverage, window: Window): Coverage.Coverage => ({
  carriedIn,
  spans: spans.flatMap((span) =>
    Coverage.missing({ spans: [{ ...window, asOf: 0 }], carriedIn: [] }, span).map((rest) => ({
      ...rest,
      asOf: span.asOf,
    })),
  ),
})

export interface Options {
  /** Push this window even if it was pushed before, since it was read again. */
  readonly again?: Window
  /** Called after each span with the number of rows pushed so far. */
  readonly onSpan?: (rows: number) => Effect.Effect<void>
}

/** Pushes what has not been pushed yet; returns what the API did with the rows. */
export const push = (
  to: Api.Target,
  { account }: Pick<Settings, "account">,
  { again, onSpan = () => Effect.void }: Options = {},
) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const state = yield* load(account.name)
    const here = yield* store.coverage
    let { names, ...there }: PushState[string] = state[to.url] ?? Coverage.empty
    const saveState = Effect.suspend(() =>
      save(account.name, { ...state, [to.url]: { ...there, ...(names === undefined ? {} : { names }) } }),
    )
    if (again !== undefined) {
      there = minusWindow(there, again)
      yield* saveState
    }
    const total = { added: 0, unchanged: 0, changed: 0 }
    for (const span of pendingSpans(here, there)) {
      const log = yield* store.read({ window: span, since: span.from })
      const blocks = yield* Stream.runCollect(Format.encode(Stream.fromIterable(EventLog.batches(log)), "ndjson"))
      const carriedIn = Option.fromNullable(here.carriedIn.find((at) => at >= span.from && at <= span.to))
      const counts: Counts = yield* send(to, account.name, span, carriedIn, gzipSync(Buffer.concat([...blocks])))
      total.added += counts.added
      total.unchanged += counts.unchanged
      total.changed += counts.changed
      there = Coverage.add(there, { span, ...(Option.isSome(carriedIn) ? { carriedIn: carriedIn.value } : {}) })
      yield* saveState
      yield* onSpan(total.added + total.unchanged + total.changed)
    }
    const known = yield* AgentNames.load(account.name)
    const bodies = Option.isNone(known) ? [] : nameBodies(known.value.directory)
    const digest = createHash("sha256").update(bodies.join("\n")).digest("hex")
    if (bodies.length > 0 && digest !== names && (yield* sendNames(to, account.name, bodies))) {
      names = digest
      yield* saveState
    }
    return total
  })
