/**
 * A cache of responses, which drops those that a write has made wrong.
 *
 * Shape    a response about `[from, to)` depends on no event at or after `to`, so a write of later events leaves it valid
 * Cost     at most the bytes that the accounts share; the least recently used response of any account is dropped first
 */
import { createHash } from "node:crypto"
import * as Context from "effect/Context"

/** A complete response. */
export interface WholeResponse {
  readonly body: Uint8Array<ArrayBuffer>
  readonly type: string
  /** A strong ETag: it identifies the bytes. */
  readonly etag: string
  /** Once the log is known up to this instant, only a correction can change the response. */
  readonly immutableFrom: number
}

export interface CachedResponse extends WholeResponse {
  /** The response depends on no event at or after this instant, Unix seconds. */
  readonly to: number
  /** Whether the response stays valid as time passes. */
  readonly isTimeInvariant: boolean
}

export interface Service {
  /** Changes with each `forget`: a response computed before that may be wrong. */
  readonly version: () => number
  readonly get: (key: string) => CachedResponse | undefined
  readonly put: (key: string, answer: CachedResponse) => void
  /** Drops all responses that depend on an event at or after this instant. */
  readonly forget: (from: number) => void
}

export class ResponseCache extends Context.Tag("@dwell/api/ResponseCache")<ResponseCache, Service>() {}

interface Entry {
  readonly key: string
  readonly answer: CachedResponse
  readonly bytes: number
  /** All entries of the same account. */
  readonly among: Map<string, Entry>
}

/** Makes caches, one for each account, that share a maximum number of bytes. */
export const sharedCaches = (maxBytes: number): (() => Service) => {
  /** In order of use, the most recent last. */
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
 * The ETag of a body: two bodies with the same tag have the same bytes. It is synchronous, so that of many equal requests at
 * one time only one computes it.
 */
export const etagOf = (body: Uint8Array<ArrayBuffer>): string =>
  `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`
