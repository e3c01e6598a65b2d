/**
 * A Dwell API on the command line: its URL, its key, and what its refusals mean.
 *
 * Shape    the key comes from a file that only its owner may read, or from the environment, and is sent to no other URL
 * Fails    `UsageError` for the URL, `UserError` for the key
 */
import * as PrivateFile from "@dwell/core/PrivateFile"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { UserError, UsageError } from "../errors.ts"

export interface Target {
  /** Without a slash at the end. */
  readonly url: string
  readonly key: Redacted.Redacted
}

/** The option with the URL, and the variable with the key if there is no key file. */
export interface Naming {
  readonly option: "--push" | "--api"
  readonly variable: "DWELL_PUSH_KEY" | "DWELL_API_KEY"
}

const isLoopback = (host: string): boolean => host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host)

/** Checks a URL and finds its key. */
export const target = (text: string, keyFile: Option.Option<string>, { option, variable }: Naming) =>
  Effect.gen(function* () {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url === undefined || (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname)))) {
      return yield* new UsageError({ message: `${option}: "${text}" is not an https URL of a Dwell API.` })
    }
    if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
      return yield* new UsageError({
        message: `${option}: the URL must not have a user name, query or fragment. Give the key with --key FILE.`,
      })
    }
    const given = yield* Effect.orDie(Config.option(Config.redacted(Config.nonEmptyString(variable))))
    const stored = yield* Effect.transposeMapOption(keyFile, (name) =>
      Effect.mapBoth(PrivateFile.read(name), {
        onFailure: (error) => new UserError({ message: `${name}: ${error.description ?? error.message}.` }),
        onSuccess: (content) => Redacted.make(content.trim()),
      }),
    )
    const key = Option.orElse(stored, () => given)
    if (Option.isNone(key) || Redacted.value(key.value) === "") {
      return yield* new UserError({
        message: `${option} needs a key: give a file with --key, or set ${variable}.`,
      })
    }
    const found: Target = { url: url.href.replace(/\/+$/, ""), key: key.value }
    return found
  })

/** The URL of an account at an API. */
export const accountUrl = ({ url }: Pick<Target, "url">, account: string): string =>
  `${url}/v1/accounts/${encodeURIComponent(account)}`

const refusals: Partial<Record<number, string>> = {
  401: "it does not accept the key. Give another --key",
  413: "it does not accept a body as large as one day. Raise its limit",
  429: "the key has made too many requests. Try again in a minute",
}

/** What a refused request means and what to do; `scope` is what the key needs. */
export const refusalOf = (status: number, scope: "read" | "ingest", account: string): string => {
  if (status === 403) return `the key does not permit this. Give one for the account ${account} with the scope ${scope}`
  if (status === 404) return `it is not a Dwell API, or has no account ${account} for this key. Check both`
  return refusals[status] ?? `it answered HTTP ${status}. Try again later`
}

/** It responds, but not as a Dwell API. */
export const notAnApi = "its response is not that of a Dwell API. Check the URL"

/** It does not respond. */
export const noAnswer = "it does not respond. Check the URL and the network"
