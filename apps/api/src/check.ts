/**
 * Whose key a text is: one of the ring's, or a token of an identity provider.
 *
 * Shape    what was found is taken for true for some seconds, by the digest of the text
 */
import { createHash } from "node:crypto"
import * as Redacted from "effect/Redacted"
import { type Caller } from "./keys/Caller.ts"
import { isToken } from "./keys/jwt.ts"

export interface Options {
  /** Asks the ring. */
  readonly ofRing: (key: Redacted.Redacted) => Promise<Caller | null>
  /** Asks whoever signs tokens. Default: nobody does. */
  readonly ofToken?: (token: Redacted.Redacted) => Promise<Caller | null>
  /** So long what was found is taken for true, in milliseconds. */
  readonly heldMillis: number
  readonly now: () => number
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest()

const isKey = (text: string): boolean => /^dwell_[0-9a-f]{16}_[0-9a-f]{64}$/.test(text)

const mostHeld = 10_000

export interface Check {
  readonly check: (text: string) => Promise<Caller | null>
  /** A key was revoked here: nothing that was found is taken for true any more. */
  readonly forget: () => void
}

/** Makes it. */
export const make = ({ heldMillis, now, ofRing, ofToken }: Options): Check => {
  const held = new Map<string, { readonly caller: Caller | null; readonly until: number }>()
  const find = async (text: string): Promise<Caller | null> => {
    const secret = Redacted.make(text)
    // What has not even the form of a key is nobody's, and no affair of the ring's.
    if (!isKey(text) && !isToken(secret)) return null
    if (isToken(secret)) return ofToken === undefined ? null : ofToken(secret)
    return ofRing(secret)
  }
  return {
    check: async (text) => {
      const digested = digest(text)
      const name = digested.toString("base64")
      const at = now()
      const known = held.get(name)
      if (known !== undefined && known.until > at) {
        const { caller } = known
        return caller === null || caller.expiresAt === null || caller.expiresAt * 1000 > at ? caller : null
      }
      const caller = await find(text)
      // The oldest goes first; whoever guesses keys pushes out no more than that.
      for (const first of held.keys()) {
        if (held.size < mostHeld) break
        held.delete(first)
      }
      held.set(name, { caller, until: at + heldMillis })
      return caller
    },
    forget: () => held.clear(),
  }
}
