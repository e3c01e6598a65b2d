/**
 * Answers that were given, to be given again while they are true.
 *
 * Shape    an answer about `[from, to)` depends on nothing from `to` on, so what is written later leaves it as it is
 * Cost     as many bytes as it is made with; the least recently given go first
 */
import { createHash } from "node:crypto"
import * as Context from "effect/Context"

/** A whole answer. */
interface Answer {
  readonly body: Uint8Array<ArrayBuffer>
  readonly type: string
  /** Strong: of the bytes themselves. */
  readonly etag: string
  readonly cacheControl: string
}

export interface Held extends Answer {
  /** It depends on nothing that happened from this instant on, Unix seconds. */
  readonly to: number
  /** Whether it holds whatever the clock says. */
  readonly isTimeless: boolean
}

export interface Service {
  /** Another one after each `forget`: what was begun before may not be true any more. */
  readonly version: () => number
  readonly get: (key: string) => Held | undefined
  readonly put: (key: string, answer: Held) => void
  /** Something is known now of an instant and what follows it that was not, or not so. */
  readonly forget: (from: number) => void
}

export class Answers extends Context.Tag("@dwell/api/Answers")<Answers, Service>() {}

export const make = (mostBytes: number): Service => {
  const held = new Map<string, Held>()
  let bytes = 0
  let version = 0
  const sizeOf = (key: string, { body }: Held) => body.length + 2 * key.length
  const drop = (key: string, answer: Held) => {
    held.delete(key)
    bytes -= sizeOf(key, answer)
  }
  return {
    version: () => version,
    get: (key) => {
      const answer = held.get(key)
      if (answer === undefined) return undefined
      // The last in the map is the one given most recently.
      held.delete(key)
      held.set(key, answer)
      return answer
    },
    put: (key, answer) => {
      const old = held.get(key)
      if (old !== undefined) drop(key, old)
      if (sizeOf(key, answer) > mostBytes / 4) return
      held.set(key, answer)
      bytes += sizeOf(key, answer)
      for (const [oldest, entry] of held) {
        if (bytes <= mostBytes) break
        drop(oldest, entry)
      }
    },
    forget: (from) => {
      version += 1
      for (const [key, answer] of held) if (answer.to > from) drop(key, answer)
    },
  }
}

/**
 * The tag of a body: of two bodies with the same tag, the bytes are the same. It is made at once, so that of many who ask the
 * same at a time one has it computed.
 */
export const etagOf = (body: Uint8Array<ArrayBuffer>): string =>
  `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`
