/**
 * Reads the body of an answer: tells what it is by its first bytes, and hands it to a reader of that.
 *
 * Fails    `Unusable` where it can't be an answer of the API, `NotWhole` where it ends early: that may be better next time
 * Cost     what the reader keeps
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Envelope } from "../format/Decoder.ts"
import { FormatError } from "../format/FormatError.ts"
import * as smallResponse from "./smallResponse.ts"
import { MalformedResponse } from "./smallResponse.ts"

export class TruncatedResponse extends Data.TaggedError("NotWhole")<{ readonly issue: string }> {}

/** What an answer says: the envelope, and what a reader made of the rest. */
export interface Answer<A> {
  readonly envelope: Envelope
  readonly value: A
}

/** Takes the bytes of one answer; may throw `FormatError`. */
interface Reader<A> {
  readonly write: (chunk: Uint8Array) => void
  readonly end: () => Answer<A>
}

/** Makes a reader of what an answer has turned out to be. */
export type ReaderFor<A> = (format: "json" | "xml") => Reader<A>

const maxBytes = 16_777_216

const concat = (chunks: ReadonlyArray<Uint8Array>): Uint8Array => {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/** Keeps the bytes of a small answer until it is whole. */
export const smallReply: ReaderFor<smallResponse.SmallResponse> = (format) => {
  const chunks: Array<Uint8Array> = []
  let length = 0
  return {
    write: (chunk) => {
      length += chunk.length
      if (length > maxBytes) throw new FormatError({ format, row: null, offset: length, issue: "it does not end" })
      chunks.push(chunk)
    },
    end: () => {
      const value = smallResponse.parse(concat(chunks))
      return { envelope: smallResponse.envelopeOf(value), value }
    },
  }
}

const blank = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf])

/** So many bytes after the blanks tell what an answer is. */
const detectionBytes = 16

/** What an answer is by its first bytes; `null` while they don't tell. Throws `Unusable` where it can't be one. */
const formatOf = (bytes: Uint8Array, isAll: boolean): "json" | "xml" | null => {
  const start = bytes.findIndex((byte) => !blank.has(byte))
  if (start < 0 && isAll) throw new MalformedResponse({ issue: "the answer is empty" })
  if (start < 0 || (!isAll && bytes.length - start < detectionBytes)) return null
  const beginning = new TextDecoder().decode(bytes.subarray(start, start + detectionBytes)).toLowerCase()
  if (/^[{[]/.test(beginning)) return "json"
  if (/^<(!doctype html|html|head|body)/.test(beginning))
    throw new MalformedResponse({ issue: "the answer is an HTML page" })
  if (!beginning.startsWith("<")) throw new MalformedResponse({ issue: "the answer is neither JSON nor XML" })
  return "xml"
}

const attempt = <B, E>(run: () => B, onFault: (fault: FormatError) => E): Effect.Effect<B, E | MalformedResponse> =>
  Effect.suspend((): Effect.Effect<B, E | MalformedResponse> => {
    try {
      return Effect.succeed(run())
    } catch (error) {
      if (error instanceof MalformedResponse) return Effect.fail(error)
      if (error instanceof FormatError) return Effect.fail(onFault(error))
      throw error
    }
  })

/**
 * Reads a body to its end. `clean` takes secrets out of what faults quote of it: before anything fails with that, since
 * Effect itself logs, for those who debug, what a fiber ends with.
 */
export const read = <A, E>(
  body: Stream.Stream<Uint8Array, E>,
  readerFor: ReaderFor<A>,
  clean: (text: string) => string,
): Effect.Effect<Answer<A>, E | MalformedResponse | TruncatedResponse> =>
  Effect.suspend(() => {
    const beginning: Array<Uint8Array> = []
    let reader: Reader<A> | null = null
    const begin = (isAll: boolean): Reader<A> | null => {
      const bytes = concat(beginning)
      const format = formatOf(bytes, isAll)
      if (format === null) return null
      const begun = readerFor(format)
      begun.write(bytes)
      return begun
    }
    const take = (chunk: Uint8Array): void => {
      if (reader !== null) reader.write(chunk)
      else {
        beginning.push(chunk)
        reader = begin(false)
      }
    }
    const malformed = ({ message }: FormatError) => new MalformedResponse({ issue: clean(message) })
    return Stream.runForEach(body, (chunk) => attempt(() => take(chunk), malformed)).pipe(
      Effect.zipRight(attempt(() => reader ?? begin(true), malformed)),
      // What was well-formed up to its end and yet isn't whole was cut on the way.
      Effect.flatMap((begun) =>
        begun === null
          ? new MalformedResponse({ issue: "the answer is empty" })
          : attempt(begun.end, ({ message }) => new TruncatedResponse({ issue: clean(message) })),
      ),
    )
  })
