/**
 * Columns of numbers one after another in one piece of bytes, the widest first, so that each lies on a multiple of its size.
 *
 * Shape    little-endian, as every machine is that runs this
 */
import * as Schema from "effect/Schema"

type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array

/** The memory of columns, in their order. */
export const concat = (columns: ReadonlyArray<Column>): Uint8Array => {
  const bytes = new Uint8Array(columns.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const { buffer, byteLength, byteOffset } of columns) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at)
    at += byteLength
  }
  return bytes
}

/** Takes columns off bytes, in the order in which they were joined, as views. */
export const sectionReader = (bytes: Uint8Array) => {
  const { buffer, byteOffset } = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
  let at = byteOffset
  const next = (length: number): number => {
    const from = at
    at += length
    return from
  }
  return {
    float64: (length: number) => new Float64Array(buffer, next(8 * length), length),
    uint32: (length: number) => new Uint32Array(buffer, next(4 * length), length),
    uint16: (length: number) => new Uint16Array(buffer, next(2 * length), length),
    uint8: (length: number) => new Uint8Array(buffer, next(length), length),
  }
}

const Texts = Schema.parseJson(Schema.Array(Schema.String))
const encodeTexts = Schema.encodeSync(Texts)
const decodeTexts = Schema.decodeSync(Texts)

/** Texts as bytes. */
export const textBytes = (texts: ReadonlyArray<string>): Uint8Array => new TextEncoder().encode(encodeTexts(texts))

export const textsOf = (bytes: Uint8Array): ReadonlyArray<string> => decodeTexts(new TextDecoder().decode(bytes))
