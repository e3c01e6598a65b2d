/**
 * Answers that were given, to be given again while they are true.
 *
 * Shape    an answer about `[from, to)` depends on nothing from `to` on, so what is written later leaves it as it is
 * Cost     as many bytes as the room has that accounts share; the least recently given go first, whosever they are
 */
import { createHash } from "node:crypto"
import * as Context from "effect/Context"

/** A whole answer. */
export interface WholeResponse {
  readonly body: Uint8Array<ArrayBuffer>
  readonly type: string
  /** Strong: of the bytes themselves. */
  readonly etag: string
  /** When the log is known up to here, nothing changes it any more but a correction. */
  readonly immutableFrom: number
}

export interface CachedResponse extends WholeResponse {
  /** It depends on nothing that happened from this instant on, Unix seconds. */
  readonly to: number
  /** Whether it holds whatever the clock says. */
  readonly isTimeInvariant: boolean
}

export interface Service {
  /** Another one after each `forget`: what was begun before may not be true any more. */
  readonly version: () => number
  readonly get: (key: string) => CachedResponse | undefined
  readonly put: (key: string, answer: CachedResponse) => void
  /** Something is known now of an instant and what follows it that was not, or not so. */
  readonly forget: (from: number) => void
}

export class ResponseCache extends Context.Tag("@dwell/api/ResponseCache")<ResponseCache, Service>() {}

interface Entry {
  readonly key: string
  readonly answer: CachedResponse
  readonly bytes: number
  /** The account's, of which it is one. */
  readonly among: Map<string, Entry>
}

/** Makes room for so many bytes; what is made of it, for an account each, shares it. */
export const sharedCaches = (maxBytes: number): (() => Service) => {
  /** The last one is the one given most recently. */
  const recent = new Set<Entry>()
  let bytes = 0
  const drop = (entry: Entry): void => {
    recent.delete(entry)
    entry.among.delete(entry.key)
    bytes -= entry.bytes
  }
  return () => {
    const mine = new Map<string, Entry>()
    let version = 0
    return {
      version: () => version,
      get: (key) => {
        const entry = mine.get(key)
        if (entry === undefined) return undefined
        recent.delete(entry)
        recent.add(entry)
        return entry.answer
      },
      put: (key, answer) => {
        const old = mine.get(key)
        if (old !== undefined) drop(old)
        const entry = { key, answer, bytes: answer.body.length + 2 * key.length, among: mine }
        if (entry.bytes > maxBytes / 4) return
        mine.set(key, entry)
        recent.add(entry)
        bytes += entry.bytes
        for (const oldest of recent) {
          if (bytes <= maxBytes) break
          drop(oldest)
        }
      },
      forget: (from) => {
        version += 1
        for (const entry of mine.values()) if (entry.answer.to > from) drop(entry)
      },
    }
  }
}

/**
 * The tag of a body: of two bodies with the same tag, the bytes are the same. It is made at once, so that of many who ask the
 * same at a time one has it computed.
 */
export const etagOf = (body: Uint8Array<ArrayBuffer>): string =>
  `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`
