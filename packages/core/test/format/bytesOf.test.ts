import { expect, it } from "vitest"
import * as Format from "../../src/format/Format.ts"
import { bytesOf } from "./support.ts"

/** A stream of numbers as bytes, from 0 on, and what is done to it. */
const counting = (length: number, kind: "bytes" | "objects") => {
  const seen = { buffers: new Set<number>(), cancelled: false }
  let next = 0
  const cancel = () => {
    seen.cancelled = true
  }
  const fail = new Error("broken off")
  const stream =
    kind === "bytes"
      ? new ReadableStream({
          type: "bytes",
          pull: (controller) => {
            const view = controller.byobRequest?.view
            seen.buffers.add(view?.byteLength ?? 0)
            if (next >= length) controller.error(fail)
            else controller.enqueue(Uint8Array.of(next++))
          },
          cancel,
        })
      : new ReadableStream<Uint8Array>({
          pull: (controller) => {
            if (next >= length) controller.error(fail)
            else controller.enqueue(Uint8Array.of(next++))
          },
          cancel,
        })
  return { stream, seen }
}

it("a stream of bytes fills the buffer that it is given", async () => {
  const { seen, stream } = counting(5, "bytes")
  const read: Array<number> = []
  await expect(async () => {
    for await (const chunk of Format.bytesOf(stream)) read.push(...chunk)
  }).rejects.toThrow("broken off")
  expect(read).toEqual([0, 1, 2, 3, 4])
  expect(seen).toEqual({ buffers: new Set([65_536]), cancelled: false })
  expect(stream.locked).toBe(false)
})

it("a stream that makes its own chunks is read all the same", async () => {
  const { stream } = counting(3, "objects")
  const read: Array<number> = []
  await expect(async () => {
    for await (const chunk of Format.bytesOf(stream)) read.push(...chunk)
  }).rejects.toThrow("broken off")
  expect(read).toEqual([0, 1, 2])
})

it.each(["bytes", "objects"] as const)("a stream of %s is cancelled when its reader stops", async (kind) => {
  const { seen, stream } = counting(5, kind)
  for await (const chunk of Format.bytesOf(stream)) if (chunk[0] === 2) break
  expect(seen.cancelled).toBe(true)
  expect(stream.locked).toBe(false)
})

it("a stream with a fault in it is cancelled", async () => {
  let cancelled = false
  const stream = new ReadableStream({
    type: "bytes",
    pull: (controller) => controller.enqueue(bytesOf("uid,uts,agent,status\n1,noon,2,call\n").slice()),
    cancel: () => {
      cancelled = true
    },
  })
  await expect(Format.batches(stream).next()).rejects.toThrow("row 1, byte 21")
  expect(cancelled).toBe(true)
})

it("a stream that somebody else reads is refused", async () => {
  const stream = new Blob(["uid"]).stream()
  stream.getReader()
  await expect(Format.bytesOf(stream).next()).rejects.toThrow("locked")
})
