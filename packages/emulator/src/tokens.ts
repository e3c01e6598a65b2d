/**
 * Access tokens: one per set of addresses while it lasts, usable only from those addresses.
 *
 * Units    Unix seconds
 * Fails    never; a refusal is a value
 * Source   docs/contactnow.md section 2. That another set of addresses gets its own token is our choice: unknown.
 */
import { mix } from "./random.ts"

/** A token and where it may be used from. */
export interface Token {
  readonly token: string
  readonly expire: number
  readonly addresses: ReadonlyArray<string>
}

/** What a check of a token finds. */
type Verdict = "good" | "missing" | "unknown" | "elsewhere" | "expired"

/** The tokens given out so far. */
export interface Tokens {
  readonly get: (addresses: ReadonlyArray<string>) => Token
  readonly check: (token: string | undefined, address: string) => { readonly verdict: Verdict; readonly expire: number }
  readonly forget: (token: string | undefined) => void
}

/** Expired tokens are remembered so that they are told from unknown ones, but not for ever. */
const REMEMBERED = 1000

/** The form in which addresses are compared. */
export const addressKey = (address: string): string =>
  address
    .trim()
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, "")

/** 40 hex digits, different for each `n`. */
export const inventedToken = (seed: number, n: number): string =>
  [1, 2, 3, 4, 5].map((part) => mix(seed, n, part, 7).toString(16).padStart(8, "0")).join("")

/** Starts with the given tokens. */
export const makeTokens = (
  given: ReadonlyArray<Token>,
  value: (n: number) => string,
  lifetime: number,
  clock: () => number,
): Tokens => {
  const known = new Map(given.map((token) => [token.token, token]))
  const keyOf = (addresses: ReadonlyArray<string>): string => addresses.map(addressKey).toSorted().join()
  let made = 0
  return {
    get: (addresses) => {
      const key = keyOf(addresses)
      for (const token of known.values()) if (token.expire > clock() && keyOf(token.addresses) === key) return token
      const token = { token: value(made++), expire: clock() + lifetime, addresses }
      known.set(token.token, token)
      for (const [oldest, { expire }] of known) {
        if (known.size <= REMEMBERED) break
        if (expire <= clock()) known.delete(oldest)
      }
      return token
    },
    check: (token, address) => {
      if (token === undefined || token === "") return { verdict: "missing", expire: -1 }
      const found = known.get(token)
      if (found === undefined) return { verdict: "unknown", expire: -1 }
      if (!found.addresses.map(addressKey).includes(addressKey(address))) return { verdict: "elsewhere", expire: -1 }
      return found.expire > clock() ? { verdict: "good", expire: found.expire } : { verdict: "expired", expire: -1 }
    },
    forget: (token) => {
      if (token !== undefined) known.delete(token)
    },
  }
}
