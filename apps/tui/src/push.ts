/**
 * Pushes what is kept of an account to a Dwell API, span by span.
 *
 * Shape    `POST URL/v1/accounts/ACCOUNT/events?from=&to=&asOf=`, NDJSON, gzipped, a day (UTC) at most each: all events of
 *          the span, so that what covers it here does there. Answered with counts; sent again, a span changes nothing.
 *          What was pushed where is kept in a file beside the events, so that a push goes on where it ended
 * Fails    `Fixable`, naming the place; `StoreError`
 */
import { gzipSync } from "node:zlib"
import * as Coverage from "@dwell/core/Coverage"
import * as EventLog from "@dwell/core/EventLog"
import { EventStore } from "@dwell/core/EventStore"
import * as Format from "@dwell/core/format/Format"
import * as PrivateFile from "@dwell/core/PrivateFile"
import { type Window } from "@dwell/core/Window"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Path from "@effect/platform/Path"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Fixable, Usage } from "./errors.ts"
import { dataFolder } from "./folders.ts"
import { type Settings } from "./settings.ts"

export interface Target {
  /** Without a slash at its end. */
  readonly url: string
  readonly key: Redacted.Redacted
}

/** What became of the rows, as the API counts them. */
const Counts = Schema.Struct({ added: Schema.Number, unchanged: Schema.Number, changed: Schema.Number })
type Counts = typeof Counts.Type

const Span = Schema.Struct({ from: Schema.Number, to: Schema.Number, asOf: Schema.Number })

const Pushed = Schema.parseJson(
  Schema.Record({
    /** Where to. */
    key: Schema.String,
    value: Schema.Struct({ spans: Schema.Array(Span), carriedIn: Schema.Array(Schema.Number) }),
  }),
)
type Pushed = typeof Pushed.Type

const isLoopback = (host: string): boolean => host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host)

/** The place that `--push` names, and the key that `--key` or DWELL_PUSH_KEY has. */
export const target = (text: string, keyFile: Option.Option<string>) =>
  Effect.gen(function* () {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url === undefined || (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname)))) {
      return yield* new Usage({ message: `--push: "${text}" is not the https place of a Dwell API.` })
    }
    if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
      return yield* new Usage({
        message: "--push: the place has neither user name nor query. Give the key with --key FILE.",
      })
    }
    const given = yield* Effect.orDie(Config.option(Config.redacted(Config.nonEmptyString("DWELL_PUSH_KEY"))))
    const stored = yield* Effect.transposeMapOption(keyFile, (name) =>
      Effect.mapBoth(PrivateFile.read(name), {
        onFailure: (error) => new Fixable({ message: `${name}: ${error.description ?? error.message}.` }),
        onSuccess: (content) => Redacted.make(content.trim()),
      }),
    )
    const key = Option.orElse(stored, () => given)
    if (Option.isNone(key) || Redacted.value(key.value) === "") {
      return yield* new Fixable({
        message: "--push needs a key: give a file that has it with --key, or set DWELL_PUSH_KEY.",
      })
    }
    const found: Target = { url: url.href.replace(/\/+$/, ""), key: key.value }
    return found
  })

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
      ({ message }) => new Fixable({ message: `${file}: it can't be written. ${message}` }),
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

const refusals: Partial<Record<number, string>> = {
  401: "it does not know the key. Give another --key",
  403: "the key may not do that. Give one for this account, with the scope ingest",
  404: "there is no Dwell API, or none with this account. Check the place",
  413: "it takes no body as large as a day. Raise its limit",
}

/** Sends one span; a place that is busy, or not there for a moment, is asked again. */
const send = (
  { key, url }: Target,
  account: string,
  span: Coverage.Span,
  carriedIn: Option.Option<number>,
  body: Uint8Array,
) =>
  Effect.gen(function* () {
    const client = HttpClient.retryTransient(
      HttpClient.withTracerDisabledWhen(yield* HttpClient.HttpClient, () => true),
      {
        schedule: Schedule.exponential("500 millis").pipe(Schedule.jittered),
        times: 4,
      },
    )
    const place = `${url}/v1/accounts/${encodeURIComponent(account)}/events`
    const request = HttpClientRequest.post(place).pipe(
      HttpClientRequest.setUrlParams({
        from: `${span.from}`,
        to: `${span.to}`,
        asOf: `${span.asOf}`,
        ...(Option.isSome(carriedIn) ? { carriedIn: `${carriedIn.value}` } : {}),
      }),
      HttpClientRequest.bearerToken(key),
      HttpClientRequest.setHeader("content-encoding", "gzip"),
      HttpClientRequest.bodyUint8Array(body, "application/x-ndjson"),
    )
    const refused = (issue: string) =>
      new Fixable({ message: `${url}: ${issue}. What was pushed until then is kept there.` })
    const response = yield* client.execute(request).pipe(
      Effect.timeout("60 seconds"),
      Effect.mapError(() => refused("it does not answer. Check the place and the network")),
    )
    if (response.status >= 300) {
      return yield* refused(refusals[response.status] ?? `it answers HTTP ${response.status}. Try again later`)
    }
    return yield* Effect.mapError(HttpClientResponse.schemaBodyJson(Counts)(response), () =>
      refused("its answer is not that of a Dwell API. Check the place"),
    )
  }).pipe(Effect.scoped)

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

/** Pushes what is kept and was not pushed yet. */
export const push = (
  to: Target,
  { account }: Pick<Settings, "account">,
  { again, onSpan = () => Effect.void }: Options = {},
) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const pushed = yield* load(account.name)
    const here = yield* store.coverage
    let there: Coverage.Coverage = pushed[to.url] ?? Coverage.empty
    if (again !== undefined) {
      there = outside(there, again)
      yield* save(account.name, { ...pushed, [to.url]: there })
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
      yield* save(account.name, { ...pushed, [to.url]: there })
      yield* onSpan(total.added + total.unchanged + total.changed)
    }
    return total
  })
