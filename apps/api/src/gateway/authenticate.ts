/**
 * Finds the caller of a text: a key of the key store, or a token of an identity provider.
 *
 * Shape    results are cached for some seconds, by the digest of the text
 */
import * as Redacted from "effect/Redacted"
import type { Caller } from "../keys/Caller.ts"
import { isKey } from "../keys/keyFormat.ts"

export interface Options {
  /** Checks a key with the key store. */
  readonly checkKey: (key: Redacted.Redacted) => Promise<Caller | null>
  /** Checks a token. Default: no tokens are accepted. */
  readonly checkToken?: (token: Redacted.Redacted) => Promise<Caller | null>
  /** How long a result is cached, in milliseconds. */
  readonly cacheMillis: number
  readonly now: () => number
  /** SHA-256 of a text, in any encoding. Default: Web Crypto, which a Worker has built in. */
  readonly digest?: (text: string) => string | Promise<string>
}

const utf8 = new TextEncoder()

const webDigest = async (text: string): Promise<string> =>
  String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(text))))

/** Whether a text has the three parts of a JWT. */
const isToken = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)

const maxCached = 10_000

export interface Authenticator {
  readonly authenticate: (text: string) => Promise<Caller | null>
  /** Clears the cache, after a key was revoked here. */
  readonly forget: () => void
}

/** Makes it. */
export const make = ({ digest = webDigest, cacheMillis, now, checkKey, checkToken }: Options): Authenticator => {
  const held = new Map<string, { readonly caller: Caller | null; readonly until: number }>()
  let forgotten = 0
  const find = async (text: string): Promise<Caller | null> => {
    // Only a text with the form of a key reaches the key store.
    if (isKey(text)) return checkKey(Redacted.make(text))
    return isToken(text) && checkToken !== undefined ? checkToken(Redacted.make(text)) : null
  }
  return {
    authenticate: async (text) => {
      const name = await digest(text)
      const at = now()
      const known = held.get(name)
      if (known !== undefined && known.until > at) {
        const { caller } = known
        return caller === null || caller.expiresAt === null || caller.expiresAt * 1000 > at ? caller : null
      }
      const before = forgotten
      const caller = await find(text)
      // If a key was revoked during the look-up, the result may be outdated.
      if (before !== forgotten) return caller
      // Drops only the oldest entries, so that guessed keys do not empty the cache.
      for (const first of held.keys()) {
        if (held.size < maxCached) break
        held.delete(first)
      }
      held.set(name, { caller, until: at + cacheMillis })
      return caller
    },
    forget: () => {
      forgotten += 1
      held.clear()
    },
  }
}
