/**
 * Rows exactly as the vendor documents them in XML: the six fields in their order, no attributes, white space between.
 *
 * Shape    <status_log><uid>1</uid><uts>2</uts><agent>3</agent><status>idle</status><subcode/><callid>0</callid></status_log>
 *          with 1 to 19 digits, which must be a number that the field can hold, and texts of up to 64 plain characters,
 *          the five entities among them in a subcode;
 *          an empty subcode may have both its tags; up to 32 characters of white space between two tags
 * Fails    never: what is not such a row is left to saxes, which finds out what it is
 * Source   vendor article "Using status_log API" [D]; every byte is compared
 * Cost     some 25 comparisons of four or eight bytes a row, and no object
 */
import type { Block } from "../../events/EventBatch.ts"
import type { WordCache } from "../bytes.ts"
import type { RowBuilder } from "../RowBuilder.ts"
import { exactNumber, idNumber } from "../integers.ts"

/** No documented row is longer: so a row that begins this far from a chunk's end needs no look at that end. */
export const elementRoom = 640

const longestText = 64
const longestGap = 32

const LESS = 0x3c
const GREATER = 0x3e
const SLASH = 0x2f

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The tags before each value, before and after a subcode that is not empty, and at the row's end. */
const tags = [
  ["<status_log>", "<uid>"],
  ["</uid>", "<uts>"],
  ["</uts>", "<agent>"],
  ["</agent>", "<status>"],
  ["</status>", "<subcode"],
  ["<callid>"],
  ["</callid>", "</status_log>"],
].map((part) => part.map(bytesOf))

const [UID, UTS, AGENT, STATUS, SUBCODE, CALLID, END] = [0, 1, 2, 3, 4, 5, 6]

const endOfSubcode = bytesOf("</subcode>")

/** The longest part, in doubles: two gaps and the two longest tags. */
const width = 12

/** What may stand in a text as it is: visible ASCII and the space, but for what is markup or may become it. */
const plain = new Uint8Array(256)
for (let c = 0x20; c < 0x7f; c++) plain[c] = 1
for (const c of "&<]") plain[c.charCodeAt(0)] = 0

/** The same, and what may begin an entity. */
const escaped = plain.slice()
escaped["&".charCodeAt(0)] = 1

/** Gives the place of the `<` that ends a text of the bytes that may stand in it, or -1. */
const endOfText = (bytes: Uint8Array, from: number, may: Uint8Array = plain): number => {
  const most = from + longestText
  let i = from
  while (i < most && may[bytes[i] ?? 0] === 1) i += 1
  return bytes[i] === LESS ? i : -1
}

const entities = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&apos;", "'"],
])

/** A text with the five entities of XML resolved; `null` when it has another one. */
export const unescaped = (text: string): string | null => {
  if (!text.includes("&")) return text
  const resolved = text.replaceAll(/&[a-z]+;/g, (entity) => entities.get(entity) ?? entity)
  const isWhole = text.split("&").length - 1 === [...text.matchAll(/&(?:amp|lt|gt|quot|apos);/g)].length
  return isWhole ? resolved : null
}

const isBlank = (c: number): boolean => c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09

/** Gives the place behind white space: of a tag, or of what makes the row another one. */
const afterGap = (bytes: Uint8Array, from: number): number => {
  const most = from + longestGap
  let i = from
  while (i < most && isBlank(bytes[i] ?? 0)) i += 1
  return i
}

/** Reads rows from a place on, as long as only white space stands between them; gives the place behind the last one. */
export type ExactElements = (bytes: Uint8Array, view: DataView, from: number) => number

const startsWith = (bytes: Uint8Array, from: number, text: Uint8Array): boolean => {
  for (let i = 0; i < text.length; i++) if (bytes[from + i] !== text[i]) return false
  return true
}

/** Gives the place behind a subcode and the end of its element, whose tag has been read but for its last byte; or -1. */
const behindSubcode = (bytes: Uint8Array, from: number): number => {
  if (bytes[from] === SLASH) return bytes[from + 1] === GREATER ? from + 2 : -1
  if (bytes[from] !== GREATER) return -1
  const end = endOfText(bytes, from + 1, escaped)
  return end >= 0 && startsWith(bytes, end, endOfSubcode) ? end + endOfSubcode.length : -1
}

/**
 * What stands between the values of a row, white space and all: the rows of a document have it all in common, and are
 * compared with it eight bytes at once, as a double. Of ASCII characters that is neither NaN nor 0: so it equals the
 * double of other bytes only if they are the same.
 */
interface Layout {
  /** Takes over the layout of a row; false when it is not a documented one. */
  readonly learn: (bytes: Uint8Array, view: DataView, from: number) => boolean
  /** Gives the place behind a part, or -1 when something else stands there. */
  readonly behind: (view: DataView, from: number, part: number) => number
}

const layout = (): Layout => {
  // A part that has not been learnt equals nothing.
  const doubles = new Float64Array(tags.length * width).fill(Number.NaN)
  const lengths = new Int32Array(tags.length).fill(8)
  return {
    learn: (bytes, view, from) => {
      let at = from
      for (const [index, part] of tags.entries()) {
        const begin = at
        for (const tag of part) {
          at = afterGap(bytes, at)
          if (!startsWith(bytes, at, tag)) return false
          at += tag.length
        }
        const last = at - begin - 8
        for (let i = 0; i * 8 < last; i++) doubles[index * width + i] = view.getFloat64(begin + i * 8, true)
        doubles[index * width + Math.ceil(last / 8)] = view.getFloat64(begin + last, true)
        lengths[index] = last + 8
        at = index === SUBCODE ? behindSubcode(bytes, at) : endOfText(bytes, at)
        if (at < 0 && index !== END) return false
      }
      return true
    },
    behind: (view, from, part) => {
      const last = from + (lengths[part] ?? 0) - 8
      let i = part * width
      let at = from
      while (at < last) {
        if (view.getFloat64(at, true) !== doubles[i]) return -1
        at += 8
        i += 1
      }
      return view.getFloat64(last, true) === doubles[i] ? last + 8 : -1
    },
  }
}

const slots = 256
const longestKnown = 15

/**
 * Texts that were read before, with their indices, found by their first 16 bytes: a text that is shorter ends in them,
 * so that they say where.
 */
interface TextCache {
  readonly lengths: Uint8Array
  readonly indices: Int32Array
  /** The slot of the text at a place; -1 when it is not known. */
  readonly find: (view: DataView, at: number) => number
  /** Gives the index of a text that was not found, below 0 when it has none. */
  readonly learn: (bytes: Uint8Array, view: DataView, from: number, to: number) => number
}

const slotOf = (view: DataView, at: number): number =>
  Math.imul(view.getUint32(at, true) ^ Math.imul(view.getUint32(at + 4, true), 31), 0x9e3779b1) >>> 24

const textCache = (words: WordCache): TextCache => {
  // Compared as doubles, see `layout`.
  const first = new Float64Array(slots).fill(Number.NaN)
  const second = new Float64Array(slots)
  const lengths = new Uint8Array(slots)
  const indices = new Int32Array(slots)
  return {
    lengths,
    indices,
    find: (view, at) => {
      const slot = slotOf(view, at)
      const same = first[slot] === view.getFloat64(at, true) && second[slot] === view.getFloat64(at + 8, true)
      return same ? slot : -1
    },
    learn: (bytes, view, from, to) => {
      const index = words.read(bytes, from, to)
      if (index < 0 || to - from > longestKnown) return index
      const slot = slotOf(view, from)
      first[slot] = view.getFloat64(from, true)
      second[slot] = view.getFloat64(from + 8, true)
      lengths[slot] = to - from
      indices[slot] = index
      return index
    },
  }
}

/**
 * Makes a reader of documented rows; `subcodes` knows them as they stand, see `unescaped`.
 *
 * It gives the place it was given when there is no such row, or too little behind it to be sure.
 */
export const exactElements = (out: RowBuilder, statuses: WordCache, subcodes: WordCache): ExactElements => {
  const value = new Float64Array(1)
  const agent = new Float64Array(1)
  const { behind, learn } = layout()
  const known = textCache(statuses)
  const { agentIndex, block: current, next } = out.into
  const { commit } = out

  /** Reads one row of the known layout into a block; gives the place behind it, or -1. */
  const one = (bytes: Uint8Array, view: DataView, from: number, into: Block, row: number): number => {
    let at = behind(view, from, UID)
    if (at < 0) return -1
    at = idNumber(bytes, view, at, value, into.uid, into.uidHalves, row)
    if (at < 0) return -1
    at = behind(view, at, UTS)
    if (at < 0) return -1
    at = exactNumber(bytes, view, at, value)
    if (at < 0) return -1
    into.uts[row] = value[0] ?? 0
    at = behind(view, at, AGENT)
    if (at < 0) return -1
    at = exactNumber(bytes, view, at, agent)
    if (at < 0) return -1
    const status = behind(view, at, STATUS)
    if (status < 0) return -1
    const slot = known.find(view, status)
    const statusEnd = slot < 0 ? endOfText(bytes, status) : status + (known.lengths[slot] ?? 0)
    if (statusEnd < 0) return -1
    at = behind(view, statusEnd, SUBCODE)
    if (at < 0) return -1
    const subcode = at + 1
    at = behindSubcode(bytes, at)
    if (at < 0) return -1
    // Of an empty element there is no end.
    const subcodeEnd = Math.max(at - endOfSubcode.length, subcode)
    at = behind(view, at, CALLID)
    if (at < 0) return -1
    at = idNumber(bytes, view, at, value, into.callid, into.callidHalves, row)
    if (at < 0) return -1
    at = behind(view, at, END)
    if (at < 0) return -1
    // Only a row that is one may bring new words.
    const index = slot < 0 ? known.learn(bytes, view, status, statusEnd) : (known.indices[slot] ?? 0)
    if (index < 0) return -1
    into.status[row] = index
    const reason = subcodes.read(bytes, subcode, subcodeEnd)
    if (reason < 0) return -1
    into.subcode[row] = reason
    into.agent[row] = agentIndex(agent[0] ?? 0)
    return at
  }

  return (bytes, view, from) => {
    const last = bytes.length - elementRoom
    let begin = from
    let learnt = -1
    while (begin <= last) {
      const into = current()
      const row = next()
      const end = one(bytes, view, begin, into, row)
      if (end < 0) {
        if (learnt === begin || !learn(bytes, view, begin)) break
        learnt = begin
        continue
      }
      // A new word may have moved the rows to a wider block: then this one is read once more, into that.
      if (current() !== into) continue
      commit(row + 1)
      begin = end
    }
    return begin
  }
}
