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
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { Envelope } from "../format/Decoder.ts"
import { InvalidInput } from "../InvalidInput.ts"
import { read, type ReaderFor, smallReply } from "./responseReader.ts"
import { ContactNowError, type Reason } from "./ContactNowError.ts"
import type { SmallResponse } from "./smallResponse.ts"

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
    readonly exchange: <A>(request: Request, readerFor: ReaderFor<A>) => Effect.Effect<A, ContactNowError>
    /** `exchange` for answers of a few rows. */
    readonly ask: (request: Request) => Effect.Effect<SmallResponse, ContactNowError>
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
  // Empty ones too: what a script's name were added to would be a query.
  if (/[?#]/.test(url.href)) return refuse("it has a query or a fragment")
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    return refuse(`${url.protocol}//${url.host} would send the password unencrypted`)
  }
  return Either.right(url.href.endsWith("/") ? url.href : `${url.href}/`)
}

/** So long may an answer, or a part of it, be waited for. */
const idle = Duration.seconds(60)

const retries = Schedule.exponential(Duration.millis(250)).pipe(
  Schedule.jittered,
  Schedule.intersect(Schedule.recurs(5)),
)

/** What lies behind an error of the HTTP client, which itself quotes whole URLs. */
const describe = (cause: unknown): string => {
  if (!(cause instanceof Error)) return "no answer"
  const inner = cause.cause === undefined ? "" : describe(cause.cause)
  return inner === "" || inner === "no answer" ? cause.message : inner
}

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&")

/** A short secret may be part of any word, so it is only looked for as a word of its own. */
const shortSecret = 6

/** A character of a secret as it is, and as URLs, forms and JSON write it. */
const encodedForms = (character: string): string => {
  if (/[A-Za-z0-9]/.test(character)) return character
  const bytes = Array.from(new TextEncoder().encode(character), (byte) => `%${byte.toString(16).padStart(2, "0")}`)
  const encoded = bytes.join("")
  const forms = [character, encoded, encoded.toUpperCase(), JSON.stringify(character).slice(1, -1)]
  return `(?:${[...forms, ...(character === " " ? ["+"] : [])].map(escaped).join("|")})`
}

/** A secret wherever it stands, and the beginning of one where a text was cut. */
const patternOf = (secret: string): string => {
  const characters = Array.from(secret, encodedForms)
  const whole = characters.join("")
  if (secret.length < shortSecret) return `(?<![A-Za-z0-9])${whole}(?![A-Za-z0-9])`
  const beginning = characters.slice(0, shortSecret).join("")
  const rest = characters.slice(shortSecret).reduceRight((after, character) => `(?:${character}${after})?`, "")
  return `${whole}|${beginning}${rest}(?=…)`
}

/** Takes secrets out of a text that is not ours, such as an error that quotes what was sent. */
const redactor = (values: ReadonlyArray<string | Redacted.Redacted>): ((text: string) => string) => {
  const patterns = values
    .flatMap((value) => (typeof value === "string" ? [] : [Redacted.value(value)]))
    .filter((secret) => secret !== "")
    // The longest first: one may begin with another.
    .toSorted((one, other) => other.length - one.length)
    .map(patternOf)
  if (patterns.length === 0) return (text) => text
  const secrets = new RegExp(patterns.join("|"), "g")
  return (text) => text.replaceAll(secrets, "<redacted>")
}

/** What an envelope that was read whole says, when that is not success. */
const refusalIn = ({
  error,
  expire,
  success,
}: Envelope): Pick<ContactNowError, "reason" | "issue" | "remedy"> | undefined => {
  const text = error ?? ""
  const issue = `the vendor says "${text}"`
  if (/authentication failure/i.test(text)) {
    return { reason: "CredentialsRejected", issue, remedy: "Check user name and password." }
  }
  if (/invalid token/i.test(text)) {
    return { reason: "AddressRejected", issue, remedy: "Ask for a new token from the address that will use it." }
  }
  if (/(expired|unknown) token/i.test(text) || expire === -1) {
    return {
      reason: "TokenRejected",
      issue: text === "" ? "the vendor says that the token has expired" : issue,
      remedy: "Ask for a new token.",
    }
  }
  if (text !== "") return { reason: "VendorRefused", issue, remedy: "Look it up in the vendor's documents." }
  if (success === true) return undefined
  return success === false
    ? { reason: "VendorRefused", issue: "the vendor refused and gave no reason", remedy: "Ask 8x8 for one." }
    : {
        reason: "ResponseInvalid",
        issue: "the answer does not say whether it succeeded",
        remedy: "Check the base URL.",
      }
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

    /** One try. */
    const once = <A>(request: Request, readerFor: ReaderFor<A>): Effect.Effect<A, ContactNowError> => {
      const clean = redactor([options.username, options.password, ...Object.values(request.params)])
      const fail = (reason: Reason, issue: string, remedy: string) =>
        new ContactNowError({ reason, issue: `${request.script} at ${base}: ${clean(issue)}`, remedy })
      const transport = (issue: string) =>
        fail(
          "TransportFailed",
          `no whole answer came (${issue})`,
          "Check the network and the base URL, then try again.",
        )
      const fromHttp = (error: HttpClientError) => transport(describe(error.cause ?? error.description))
      const unusable = (status: number, issue: string): ContactNowError => {
        if (status >= 500) return fail("TransportFailed", `the server answered with HTTP ${status}`, "Try again later.")
        if (status === 429) return fail("RateLimited", "the vendor wants fewer requests (HTTP 429)", "Wait a minute.")
        const remedy = `Check the base URL ${base}: the region and the path must be those of your account.`
        return fail("ResponseInvalid", `${issue} (HTTP ${status})`, remedy)
      }
      return client.execute(built(request)).pipe(
        Effect.mapError(fromHttp),
        Effect.timeoutFail({ duration: idle, onTimeout: () => transport("a minute without an answer") }),
        Effect.flatMap(({ status, stream }) =>
          read(
            stream.pipe(
              Stream.mapError(fromHttp),
              Stream.timeoutFail(() => transport("a minute without a byte"), idle),
            ),
            readerFor,
            clean,
          ).pipe(
            Effect.catchTags({
              NotWhole: ({ issue }) => Effect.fail(status >= 400 ? unusable(status, issue) : transport(issue)),
              Unusable: ({ issue }) => Effect.fail(unusable(status, issue)),
            }),
          ),
        ),
        Effect.scoped,
        Effect.flatMap(({ envelope, value }) => {
          const refusal = refusalIn(envelope)
          return refusal === undefined
            ? Effect.succeed(value)
            : Effect.fail(fail(refusal.reason, refusal.issue, refusal.remedy))
        }),
      )
    }

    const exchange: (typeof ContactNow.Service)["exchange"] = (request, readerFor) =>
      once(request, readerFor).pipe(
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
