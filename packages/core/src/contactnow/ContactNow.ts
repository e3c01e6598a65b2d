/**
 * The vendor's API: where it is, how to ask it, and what its answers mean.
 *
 * Shape    one exchange = one request and its whole answer; at most two are under way at once
 * Fails    `ContactNowError`; faults of transport and 5xx answers are tried again, with growing, jittered pauses
 * Source   docs/contactnow.md, section 1
 *
 * No secret leaves this module but in a request: the HTTP client's own spans and errors carry whole URLs, so the
 * former are off, and of the latter only the text is kept, with user name, password and token taken out.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import { type HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { type HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { type Envelope } from "../format/Decoder.ts"
import { FormatError } from "../format/FormatError.ts"
import { InvalidInput } from "../InvalidInput.ts"
import { ContactNowError, type Reason } from "./ContactNowError.ts"
import * as reply from "./reply.ts"

/** The vendor's own addresses, by region. */
export const regions = {
  /** Europe and the rest of the world: those who log in at `app.easycontactnow.com`. */
  eu: "https://api-106.dxi.eu/",
  /** America: those who log in at `app.contactnow.8x8.com`. */
  us: "https://api.contactnow.8x8.com/api/",
} as const

export type Region = keyof typeof regions

export interface Request {
  readonly script: "token.php" | "database.php" | "reporting.php"
  /** GET unless the parameters are credentials, which don't belong into a URL. */
  readonly method: "GET" | "POST"
  readonly params: Readonly<Record<string, string | Redacted.Redacted>>
}

/** Takes the bytes of one answer; may throw `FormatError`. */
export interface Reader<A> {
  readonly write: (chunk: Uint8Array) => void
  readonly end: () => { readonly envelope: Envelope; readonly value: A }
}

export interface Options {
  /** Where the scripts are, path included, as `baseUrl` returns it. */
  readonly baseUrl: string
  readonly username: Redacted.Redacted
  readonly password: Redacted.Redacted
  /** What to ask the vendor for; both are read whatever was asked. Default JSON. */
  readonly format?: "json" | "xml"
  /** The contact centre's id, for credentials that span several. */
  readonly campaign?: string
}

export class ContactNow extends Context.Tag("@dwell/core/ContactNow")<
  ContactNow,
  {
    readonly baseUrl: string
    readonly username: Redacted.Redacted
    readonly password: Redacted.Redacted
    /** Asks, and hands the answer to a reader made for each try; an answer that is a refusal is an error. */
    readonly exchange: <A>(
      request: Request,
      reader: (format: "json" | "xml") => Reader<A>,
    ) => Effect.Effect<A, ContactNowError>
    /** `exchange` for answers of a few rows. */
    readonly ask: (request: Request) => Effect.Effect<reply.Reply, ContactNowError>
  }
>() {}

const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname)

/**
 * Checks a base URL: https, or http to this machine itself; ends with a slash.
 *
 * @example
 * Either.getOrThrow(ContactNow.baseUrl("https://api.example.com/api")) // => 'https://api.example.com/api/'
 */
export const baseUrl = (text: string): Either.Either<string, InvalidInput> => {
  const refuse = (issue: string) =>
    Either.left(
      new InvalidInput({
        what: "base URL",
        issue,
        remedy: "Give the place of token.php, such as https://api-106.dxi.eu/.",
      }),
    )
  const url = URL.parse(text.trim())
  if (url === null) return refuse("it is not a URL")
  if (url.username !== "" || url.password !== "") return refuse("it has a user name or a password in it")
  if (url.search !== "" || url.hash !== "") return refuse("it has a query or a fragment")
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    return refuse(`${url.protocol}//${url.host} would send the password unencrypted`)
  }
  return Either.right(url.href.endsWith("/") ? url.href : `${url.href}/`)
}

const maxSmallReply = 16_777_216

/** Keeps the bytes of a small answer until it is whole. */
const smallReply = (format: "json" | "xml"): Reader<reply.Reply> => {
  const chunks: Array<Uint8Array> = []
  let length = 0
  return {
    write: (chunk) => {
      length += chunk.length
      if (length > maxSmallReply) throw new FormatError({ format, row: null, offset: length, issue: "it does not end" })
      chunks.push(chunk)
    },
    end: () => {
      const bytes = new Uint8Array(length)
      let at = 0
      for (const chunk of chunks) {
        bytes.set(chunk, at)
        at += chunk.length
      }
      const value = reply.parse(bytes)
      return { envelope: reply.envelopeOf(value), value }
    },
  }
}

const idle = Duration.seconds(60)

const retries = Schedule.exponential(Duration.millis(250)).pipe(
  Schedule.jittered,
  Schedule.intersect(Schedule.recurs(5)),
)

const blank = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf])

/** What an answer is by its first bytes; `undefined` while there are only blanks. */
const kindOf = (bytes: Uint8Array): "json" | "xml" | "html" | "other" | undefined => {
  const start = bytes.findIndex((byte) => !blank.has(byte))
  if (start < 0) return undefined
  const beginning = new TextDecoder().decode(bytes.subarray(start, start + 16)).toLowerCase()
  if (beginning.startsWith("{") || beginning.startsWith("[")) return "json"
  if (/^<(!doctype html|html|head|body)/.test(beginning)) return "html"
  return beginning.startsWith("<") ? "xml" : "other"
}

const describe = (cause: unknown): string => {
  if (!(cause instanceof Error)) return "no answer"
  const inner = cause.cause === undefined ? "" : describe(cause.cause)
  return inner === "" || inner === "no answer" ? cause.message : inner
}

/** Makes the service of a checked base URL. */
export const make = (options: Options): Effect.Effect<typeof ContactNow.Service, never, HttpClient.HttpClient> =>
  Effect.gen(function* () {
    const base = options.baseUrl
    const format = options.format ?? "json"
    const client = HttpClient.withTracerDisabledWhen(yield* HttpClient.HttpClient, () => true)
    const semaphore = yield* Effect.makeSemaphore(2)

    const plain = (value: string | Redacted.Redacted): string =>
      typeof value === "string" ? value : Redacted.value(value)

    const failure = ({ params, script }: Request) => {
      const secrets = [options.username, options.password, ...Object.values(params)].flatMap((value) =>
        typeof value === "string" || Redacted.value(value) === "" ? [] : [Redacted.value(value)],
      )
      const clean = (text: string): string =>
        secrets
          .flatMap((secret) => [secret, encodeURIComponent(secret)])
          .reduce((cleaned, secret) => cleaned.replaceAll(secret, "<redacted>"), text)
      return (reason: Reason, issue: string, remedy: string) =>
        new ContactNowError({ reason, issue: clean(`${script} at ${base}: ${issue}`), remedy })
    }

    const built = (request: Request): HttpClientRequest.HttpClientRequest => {
      const params = Object.entries({
        ...request.params,
        format,
        ...(options.campaign === undefined ? {} : { campaign: options.campaign }),
      }).map(([name, value]) => [name, plain(value)] as const)
      const url = `${base}${request.script}`
      return request.method === "GET"
        ? HttpClientRequest.get(url, { urlParams: params })
        : HttpClientRequest.post(url).pipe(HttpClientRequest.bodyUrlParams(params))
    }

    /** What an envelope that was read whole says about the request. */
    const judge = (request: Request, { error, expire, success }: Envelope): ContactNowError | undefined => {
      const fail = failure(request)
      const text = error ?? ""
      if (/authentication failure/i.test(text)) {
        return fail(
          "CredentialsRejected",
          `"${text}"`,
          "Check user name and password: `dwell login` asks for them again.",
        )
      }
      if (/invalid token/i.test(text)) {
        return fail("AddressRejected", `"${text}"`, "Ask for a new token from the address that will use it.")
      }
      if (/(expired|unknown) token/i.test(text) || expire === -1) {
        return fail("TokenRejected", `"${text || "expire -1"}"`, "Ask for a new token.")
      }
      if (text !== "")
        return fail("VendorRefused", `the vendor says "${text}"`, "Look it up in the vendor's documents.")
      if (success === false) return fail("VendorRefused", "the vendor refused and gave no reason", "Ask 8x8 for one.")
      if (success === null) {
        return fail("ResponseInvalid", "the answer does not say whether it succeeded", `Check the base URL ${base}.`)
      }
      return undefined
    }

    const once = <A>(request: Request, readerFor: (format: "json" | "xml") => Reader<A>) => {
      const fail = failure(request)
      const transport = (error: unknown) =>
        fail(
          "TransportFailed",
          `no whole answer came (${describe(error)})`,
          `Check the network and the base URL, then try again.`,
        )
      const fromHttp = (error: HttpClientError) => transport(error.cause ?? error.description)
      const unusable = (status: number, issue: string): ContactNowError => {
        if (status >= 500) {
          return fail("TransportFailed", `the server answered with HTTP ${status}`, "Try again later.")
        }
        if (status === 429) return fail("RateLimited", "the vendor wants fewer requests (HTTP 429)", "Wait a minute.")
        return fail(
          "ResponseInvalid",
          `${issue} (HTTP ${status})`,
          `Check the base URL ${base}: the region and the path must be those of your account.`,
        )
      }
      const attempt = <B>(run: () => B, onFault: (fault: FormatError) => ContactNowError) =>
        Effect.suspend((): Effect.Effect<B, ContactNowError> => {
          try {
            return Effect.succeed(run())
          } catch (error) {
            if (error instanceof FormatError) return Effect.fail(onFault(error))
            throw error
          }
        })

      const read = (response: HttpClientResponse): Effect.Effect<A, ContactNowError> =>
        Effect.suspend(() => {
          const { status } = response
          const malformed = (fault: FormatError) => unusable(status, fault.message)
          let reader: Reader<A> | undefined
          let beginning: Uint8Array = new Uint8Array()
          const take = (chunk: Uint8Array): Effect.Effect<void, ContactNowError> => {
            if (reader !== undefined) {
              const { write } = reader
              return attempt(() => write(chunk), malformed)
            }
            const joined = new Uint8Array(beginning.length + chunk.length)
            joined.set(beginning)
            joined.set(chunk, beginning.length)
            beginning = joined
            const kind = joined.length < 32 ? undefined : kindOf(joined)
            return kind === undefined ? Effect.void : begin(kind)
          }
          const begin = (kind: ReturnType<typeof kindOf>): Effect.Effect<void, ContactNowError> => {
            if (kind === undefined) return Effect.fail(unusable(status, "the answer is empty"))
            if (kind === "html") return Effect.fail(unusable(status, "the answer is an HTML page"))
            if (kind === "other") return Effect.fail(unusable(status, "the answer is neither JSON nor XML"))
            const started = readerFor(kind)
            reader = started
            return attempt(() => started.write(beginning), malformed)
          }
          const finish = Effect.suspend(() => {
            const { end } = reader ?? { end: undefined }
            if (end === undefined) return Effect.fail(unusable(status, "the answer is empty"))
            // What was well-formed up to its end and yet isn't whole was cut on the way, so it is worth another try.
            return attempt(end, (fault) => (status >= 400 ? malformed(fault) : transport(fault)))
          })
          return response.stream.pipe(
            Stream.mapError(fromHttp),
            Stream.timeoutFail(() => transport(new Error("a minute without a byte")), idle),
            Stream.runForEach(take),
            Effect.zipRight(Effect.suspend(() => (reader === undefined ? begin(kindOf(beginning)) : Effect.void))),
            Effect.zipRight(finish),
            Effect.flatMap(({ envelope, value }) => {
              const refusal = judge(request, envelope)
              return refusal === undefined ? Effect.succeed(value) : Effect.fail(refusal)
            }),
          )
        })

      return Effect.scoped(
        client
          .execute(built(request))
          .pipe(
            Effect.mapError(fromHttp),
            Effect.timeoutFail({ duration: idle, onTimeout: () => transport(new Error("a minute without an answer")) }),
            Effect.flatMap(read),
          ),
      )
    }

    const exchange: (typeof ContactNow.Service)["exchange"] = (request, reader) =>
      once(request, reader).pipe(
        semaphore.withPermits(1),
        Effect.retry({ schedule: retries, while: ({ reason }) => reason === "TransportFailed" }),
      )

    return {
      baseUrl: base,
      username: options.username,
      password: options.password,
      exchange,
      ask: (request) => exchange(request, smallReply),
    }
  })

/** The service of a checked base URL. */
export const layer = (options: Options): Layer.Layer<ContactNow, never, HttpClient.HttpClient> =>
  Layer.effect(ContactNow, make(options))
