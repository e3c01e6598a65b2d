/**
 * Whose key a text is: one of the ring's, or a token of an identity provider.
 *
 * Shape    what was found is taken for true for some seconds, by the digest of the text
 */
import * as Redacted from "effect/Redacted"
import type { Caller } from "../keys/Caller.ts"
import { isKey } from "../keys/keyFormat.ts"

export interface Options {
  /** Asks the ring. */
  readonly checkKey: (key: Redacted.Redacted) => Promise<Caller | null>
  /** Asks whoever signs tokens. Default: nobody does. */
  readonly checkToken?: (token: Redacted.Redacted) => Promise<Caller | null>
  /** So long what was found is taken for true, in milliseconds. */
  readonly cacheMillis: number
  readonly now: () => number
  /** SHA-256 of a text, written somehow. Default: that of Web Crypto, which a Worker has without loading anything. */
  readonly digest?: (text: string) => string | Promise<string>
}

const utf8 = new TextEncoder()

const webDigest = async (text: string): Promise<string> =>
  String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(text))))

/** Three parts between dots. */
const isToken = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)

const maxCached = 10_000

export interface Authenticator {
  readonly authenticate: (text: string) => Promise<Caller | null>
  /** A key was revoked here: nothing that was found is taken for true any more. */
  readonly forget: () => void
}

/** Makes it. */
export const make = ({ digest = webDigest, cacheMillis, now, checkKey, checkToken }: Options): Authenticator => {
  const held = new Map<string, { readonly caller: Caller | null; readonly until: number }>()
  let forgotten = 0
  const find = async (text: string): Promise<Caller | null> => {
    // What has not even the form of a key is nobody's, and no affair of the ring's.
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
      // What was looked for when a key was revoked may have been found before.
      if (before !== forgotten) return caller
      // The oldest goes first; whoever guesses keys pushes out no more than that.
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
