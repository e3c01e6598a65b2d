import { createReadStream } from "node:fs"
import { Readable } from "node:stream"
import { gzipSync } from "node:zlib"
import { runs } from "@dwell/testing/effort"
import { file } from "@dwell/testing/scratch"
import { make } from "@dwell/emulator"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import * as Stream from "effect/Stream"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as Format from "../../src/format/Format.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import { bytesOf, eventOf, formats, xmlText } from "../format/support.ts"
import { type Answer, answer, type Bytes, type Way, ways } from "./answer.ts"
import { start, type Worker } from "./workerd.ts"

let worker: Worker

beforeAll(async () => {
  worker = await start(new URL("worker.ts", import.meta.url))
})
afterAll(() => worker.stop())

interface Asked {
  readonly way: Way
  readonly from?: string
  readonly cut?: number
  readonly format?: Format.Format
}

/** What the Worker makes of the bytes. */
const ask = async (bytes: Uint8Array<ArrayBuffer>, { cut = 1000, from = "request", ...rest }: Asked) => {
  const url = new URL("/answer", worker.url)
  url.search = new URLSearchParams({ from, cut: String(cut), ...rest }).toString()
  const response = await fetch(url, { method: "POST", body: bytes })
  expect(response.status).toBe(200)
  const given: unknown = await response.json()
  return given
}

/** What Node makes of the same bytes in one piece. */
const expected = (bytes: Uint8Array, { format, way }: Asked): Promise<Answer> =>
  answer(way, Readable.from([bytes]), format)

const known = new Map<string, Promise<Answer>>()

/** The same of a log that several tests ask about, read once. */
const expectedOf = (bytes: Uint8Array, name: "sound" | "damaged", format: Format.Format, way: Way): Promise<Answer> => {
  const key = `${name} ${format} ${way}`
  const answered = known.get(key) ?? expected(bytes, { way })
  known.set(key, answered)
  return answered
}

const encode = (rows: ReadonlyArray<StatusEvent>, format: Format.Format): Uint8Array<ArrayBuffer> => {
  const chunks = Format.encode(Stream.make(EventBatch.fromEvents(rows)), format)
  return bytesOf(Effect.runSync(chunks.pipe(Stream.decodeText(), Stream.mkString))).slice()
}

const now = 1_760_000_400
const rows = [...make({ agents: 12, days: 1, clock: () => now }).centre.rows(0, now)]
  .slice(0, 1500)
  .map((row): StatusEvent => ({ ...row, status: row.status.trim().toLowerCase() }))
const compare = (one: number | bigint, other: number | bigint): number => (one < other ? -1 : one > other ? 1 : 0)

/** The first rows in the order in which a way gives them: as they were sent, or as a log has them. */
const first = (count: number, way: Way) => {
  const sent = rows.slice(0, count)
  const given =
    way === "collect"
      ? [...new Map(sent.map((row) => [row.uid, row])).values()].toSorted(
          (one, other) => compare(one.agent, other.agent) || compare(one.uts, other.uts) || compare(one.uid, other.uid),
        )
      : sent
  return given.map((row) => ({ ...row, uid: String(row.uid), callid: String(row.callid) }))
}

const encoded = {
  json: encode(rows, "json"),
  xml: encode(rows, "xml"),
  ndjson: encode(rows, "ndjson"),
  csv: encode(rows, "csv"),
}

const damagedRow = 1000

/** The log with its 1000th row's time spelt out. */
const damaged = (format: Format.Format): Uint8Array<ArrayBuffer> => {
  const texts = new TextDecoder().decode(encoded[format]).split(/(?<=\n)/)
  const uts = String(rows[damagedRow - 1]?.uts)
  const at = texts.findIndex((text) => text.includes(String(rows[damagedRow - 1]?.uid)))
  return bytesOf(texts.with(at, texts[at]?.replace(uts, "noon") ?? "").join("")).slice()
}

const piecesOf = function* (bytes: Uint8Array, cut: number) {
  for (let at = 0; at < bytes.length; at += cut) yield bytes.slice(at, at + cut)
}

const streams: Record<string, (bytes: Uint8Array<ArrayBuffer>) => Bytes> = {
  "fs.createReadStream": (bytes) => createReadStream(file("log", bytes), { highWaterMark: 777 }),
  "Readable.from": (bytes) => Readable.from(piecesOf(bytes, 1000)),
  "Blob.stream": (bytes) => new Blob([bytes]).stream(),
  "a Response's body": (bytes) => new Response(bytes).body ?? new Blob([]).stream(),
}

it("a Worker has nothing of Node's", async () => {
  const given: unknown = await (await fetch(new URL("/node", worker.url))).json()
  expect(given).toEqual({ names: [], modules: [] })
})

describe.each(formats)("a log in %s", (format) => {
  describe.each(ways)("read by %s", (way) => {
    it("has every row on Node, and the same figures as from any other format", async () => {
      const node = await expectedOf(encoded[format], "sound", format, way)
      const { report } = await expectedOf(encoded.json, "sound", "json", "batches")
      expect(node).toEqual({ rows: first(rows.length, way), fault: null, report })
    })

    it.each(Object.entries(streams))("is the same on Node from %s", async (_, streamOf) => {
      expect(await answer(way, streamOf(encoded[format]))).toEqual(
        await expectedOf(encoded[format], "sound", format, way),
      )
      expect(await answer(way, streamOf(damaged(format)))).toEqual(
        await expectedOf(damaged(format), "damaged", format, way),
      )
    })

    it.each([
      ["request", "a request's body"],
      ["response", "a response's body"],
      ["pieces", "a stream of the Worker's own"],
      ["gzip", "a body unpacked"],
    ])("is in workerd what it is on Node, from (%s) %s", async (from) => {
      const bytes = from === "gzip" ? Uint8Array.from(gzipSync(encoded[format])) : encoded[format]
      expect(await ask(bytes, { way, from })).toEqual(await expectedOf(encoded[format], "sound", format, way))
    })

    it("has a fault in workerd at the row and the byte that it has on Node, and the rows before it", async () => {
      const node = await expectedOf(damaged(format), "damaged", format, way)
      expect(node.fault).toMatchObject({ format, row: damagedRow })
      expect(node.fault?.issue).toMatch(/uts/)
      expect(node.rows).toEqual(first(damagedRow - 1, way))
      expect(await ask(damaged(format), { way })).toEqual(node)
      expect(await ask(damaged(format), { way, from: "pieces", cut: 77 })).toEqual(node)
    })
  })
})

it("any rows, with any byte of them damaged and cut anywhere, are in workerd what they are on Node", async () => {
  const asked = fc.record({
    rows: fc.array(eventOf(xmlText), { maxLength: 8 }),
    format: fc.constantFrom(...formats),
    way: fc.constantFrom(...ways),
    named: fc.boolean(),
    cut: fc.integer({ min: 1, max: 100 }),
    damage: fc.option(fc.record({ place: fc.nat(2000), byte: fc.integer({ min: 0, max: 255 }) })),
  })
  await fc.assert(
    fc.asyncProperty(asked, async ({ cut, damage, format, named, rows: some, way }) => {
      const bytes = encode(some, format)
      if (damage !== null && bytes.length > 0) bytes[damage.place % bytes.length] = damage.byte
      const question = { way, from: "pieces", cut, ...(named ? { format } : {}) }
      expect(await ask(bytes, question)).toEqual(await expected(bytes, question))
    }),
    { numRuns: runs(35) },
  )
})
