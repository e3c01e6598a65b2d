import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import { anyText, bytesOf, bytewise, cutAt, cuts, eventOf, feed, formats, modules, xmlText } from "./support.ts"

for (const format of formats) {
  const event = eventOf(format === "xml" ? xmlText : anyText)

  it(`${format} that was encoded decodes to the same rows, however rows are batched and bytes are cut`, () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), fc.nat(8), cuts, (rows, split, places) => {
        const encoder = modules[format].encoder()
        const text =
          encoder.write(EventBatch.fromEvents(rows.slice(0, split))) +
          encoder.write(EventBatch.fromEvents(rows.slice(split))) +
          encoder.end()
        const bytes = bytesOf(text)
        const { rows: decoded, error, envelope } = feed(modules[format].decoder(), cutAt(bytes, places))
        expect(error).toBe(null)
        expect(decoded).toEqual(rows)
        expect(envelope.total).toBe(format === "json" || format === "xml" ? rows.length : null)
        expect(bytewise(format, bytes).rows).toEqual(rows)
      }),
      { numRuns: runs(25) },
    )
  })

  it(`${format} that is broken has the same rows and the same fault, however its bytes are cut`, () => {
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(5000), fc.constantFrom(...Array.from('"\\{}[]<>,;:/\n\r0a-. \u0001\u00E9'))), {
          maxLength: 3,
        }),
        cuts,
        (rows, faults, places) => {
          const encoder = modules[format].encoder()
          let text = encoder.write(EventBatch.fromEvents(rows)) + encoder.end()
          for (const [place, c] of faults) {
            const at = place % text.length
            text = text.slice(0, at) + c + text.slice(at + 1)
          }
          const bytes = bytesOf(text)
          const whole = feed(modules[format].decoder(), [bytes])
          expect(feed(modules[format].decoder(), cutAt(bytes, places))).toEqual(whole)
          expect(bytewise(format, bytes)).toEqual(whole)
        },
      ),
      { numRuns: runs(35) },
    )
  })

  it(`any bytes read as ${format} give rows or a FormatError, however they are cut`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(bytewise(format, bytes)).toEqual(feed(modules[format].decoder(), [bytes]))
      }),
    )
  })

  it(`${format} of no rows is a document too`, () => {
    const text = modules[format].encoder().end()
    expect(feed(modules[format].decoder(), [bytesOf(text)])).toMatchObject({ rows: [], error: null })
  })
}

it("characters that XML can't hold become U+FFFD", () => {
  const rows = EventBatch.fromEvents([
    { uid: 1n, uts: 1, agent: 1, status: "a", subcode: "x\u0000\u0001\uFFFE\uD800y", callid: 0n },
  ])
  const encoder = modules.xml.encoder()
  const text = encoder.write(rows) + encoder.end()
  expect(feed(modules.xml.decoder(), [bytesOf(text)]).rows[0]?.subcode).toBe("x\uFFFD\uFFFD\uFFFD\uFFFDy")
})
