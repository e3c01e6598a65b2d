import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { expect, it } from "vitest"
import * as Calendar from "../../src/time/Calendar.ts"
import * as Ticks from "../../src/time/Ticks.ts"

const zones = ["Europe/London", "UTC", "Asia/Kathmandu", "America/St_Johns", "Asia/Beirut", "Pacific/Apia"] as const

/** A clock time or a date that the text may be of. */
const isOf = (text: string, local: string): boolean => {
  if (text.includes(":"))
    return local.slice(11, 19).startsWith(text) && (text.length > 5 || local.slice(17, 19) === "00")
  const date = new Date(`${local.slice(0, 10)}T00:00:00Z`)
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options }).format(date)
  const [day, month] = [part({ day: "numeric" }), part({ month: "short" })]
  return [`${part({ weekday: "short" })} ${day}`, `${day} ${month}`, month, part({ year: "numeric" })].includes(text)
}

it("ticks say the local time of their instants, in the window and in order", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: Date.UTC(2010) / 1000, max: Date.UTC(2027) / 1000 }),
      fc.constantFrom(60, 3600, 86_400, 90_000, 7 * 86_400, 90 * 86_400, 1000 * 86_400),
      fc.integer({ min: 1, max: 12 }),
      (name, from, length, parts) => {
        const window = { from, to: from + length }
        for (const ticks of Ticks.candidates({ name }, window, length / parts)) {
          let before = from - 1
          for (const { instant, text } of ticks) {
            expect(instant).toBeGreaterThan(before)
            expect(instant).toBeLessThan(window.to)
            const local = Calendar.label({ name }, instant)
            expect(isOf(text, local), `${text} at ${local}`).toBe(true)
            before = instant
          }
        }
      },
    ),
    { numRuns: runs(10) },
  )
})

it("ticks come in a choice for each round step, the finest first, and none is finer than asked for", () => {
  const window = { from: Date.UTC(2026, 2, 10) / 1000, to: Date.UTC(2026, 2, 11) / 1000 }
  const [first, second] = Ticks.candidates({ name: "UTC" }, window, 2 * 3600)
  expect(first?.slice(0, 3).map(({ text }) => text)).toStrictEqual(["00:00", "02:00", "04:00"])
  expect(second?.slice(0, 3).map(({ text }) => text)).toStrictEqual(["00:00", "03:00", "06:00"])
})
