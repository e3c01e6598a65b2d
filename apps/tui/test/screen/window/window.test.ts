// Windows are chosen by preset, by typing and in a calendar. The one before or after touches it, and is as long by the
// calendar.
import { random } from "@dwell/testing/random"
import * as Calendar from "@dwell/core/Calendar"
import * as Either from "effect/Either"
import { describe, expect, it } from "vitest"
import { shiftDay } from "../../../src/screen/drawing/month.ts"
import type { State } from "../../../src/screen/app/state.ts"
import { resolve, refreshCountOf } from "../../../src/screen/window/window.ts"
import { shift } from "../../../src/screen/window/shift.ts"
import { presetsOf } from "../../../src/screen/window/presets.ts"
import { after, noon, reportAt } from "../support.ts"

const seconds = (iso: string): number => Date.parse(iso) / 1000
const label = (zone: Calendar.Zone, instant: number) => Calendar.label(zone, instant)
const state = reportAt(80, 24)
/** Noon of a Tuesday in London. */
const zone = { name: "Europe/London" }

const windowOf = (of: State) => Either.getOrThrow(resolve(of, of.window))

const zones = ["Europe/London", "UTC", "America/St_Johns", "Asia/Beirut", "Australia/Lord_Howe", "Asia/Kathmandu"]
const seeds = Array.from({ length: 200 }, (_, seed) => seed)

/** A window of whole local days or months near a clock change. */
const generated = (seed: number, unit: "day" | "month") => {
  const below = random(seed)
  const of = { name: zones[below(zones.length)] ?? "UTC" }
  const near = ["2025-10-26", "2026-03-29", "2010-11-07", "2024-02-29"][below(4)] ?? ""
  const day = shiftDay(of, seconds(near) + (below(10) - 5) * 86_400, "day", 0)
  const first = shiftDay(of, day, "day", 1 - Number(label(of, day).slice(8, 10)))
  const from = unit === "day" ? day : first
  return { of, below, window: { from, to: shiftDay(of, from, unit, 1 + below(unit === "day" ? 9 : 5)) } }
}

describe("the window before or after", () => {
  it.each(["day", "month"] as const)("of whole %ss touches it, is of whole ones too, and has the way back", (unit) => {
    for (const seed of seeds) {
      const { of, window } = generated(seed, unit)
      for (const by of [-1, 1] as const) {
        const next = shift(of, window, by)
        expect(by < 0 ? next.to : next.from).toBe(by < 0 ? window.from : window.to)
        const at = unit === "day" ? /T00:00:00/ : /-01T00:00:00/
        // Midnight can be skipped by a clock change: the day begins at one then.
        const edge = label(of, by < 0 ? next.from : next.to).replace("T01:00:00", "T00:00:00")
        expect(edge).toMatch(at)
        expect(shift(of, next, by === 1 ? -1 : 1)).toEqual(window)
      }
    }
  })

  it("of anything else is as long", () => {
    for (const seed of seeds) {
      const below = random(seed)
      const from = noon + below(100_000_000)
      const window = { from: from % 60 === 0 ? from + 1 : from, to: from + 2 + below(1_000_000) }
      const earlier = shift(zone, window, -1)
      expect(earlier).toEqual({ from: 2 * window.from - window.to, to: window.from })
      expect(shift(zone, earlier, 1)).toEqual(window)
    }
  })

  it.each([
    ["[", { from: "yesterday", to: "today", label: "yesterday" }],
    ["[ ]", { from: "today", to: "now", label: "today" }],
    ["[ [", { from: "2026-03-08", to: "2026-03-09", label: "8 March 2026" }],
    ["]", { from: "today", to: "now", label: "today" }],
    ["p 4", { from: "2026-03-02", to: "2026-03-09", label: "week of 2 March 2026" }],
    ["p 4 [", { from: "2026-02-23", to: "2026-03-02", label: "week of 23 February 2026" }],
    ["p 4 ]", { from: "2026-03-09", to: "2026-03-16", label: "week of 9 March 2026" }],
    ["p 3 ]", { from: "2026-03-09", to: "2026-03-16", label: "week of 9 March 2026" }],
    ["p 6", { from: "2026-02-01", to: "2026-03-01", label: "February 2026" }],
    ["p 6 [", { from: "2026-01-01", to: "2026-02-01", label: "January 2026" }],
    ["p 6 ]", { from: "2026-03-01", to: "2026-04-01", label: "March 2026" }],
    ["p 7", { from: "-90m", to: "now", label: "last 90 minutes" }],
    ["p 0", { from: "-30d", to: "now", label: "last 30 days" }],
    ["p down enter", { from: "yesterday", to: "today", label: "yesterday" }],
    ["p down escape", { from: "today", to: "now", label: "today" }],
  ])("%s", (keys, window) => {
    const found = after(state, keys)
    expect(found.window).toEqual(window)
    expect(found.overlay).toBeNull()
  })

  it("of the last 90 minutes are the 90 before", () => {
    const earlier = after(state, "p 7 [")
    expect(windowOf(earlier)).toEqual({ from: noon - 10_800, to: noon - 5400 })
  })

  it.each([
    ["p 7 [", "90 minutes"],
    ["p 8 [", "1 day"],
    ["p 0 [", "30 days"],
  ])("%s is called %s", (keys, words) => {
    expect(after(state, keys).window.label).toBe(words)
  })

  it("is none if nothing has happened yet, and says so", () => {
    const found = after(state, "]")
    expect(found.notice?.text).toBe("Nothing has happened after this window yet.")
  })
})

it("presets end now, or are whole local days, weeks or months", () => {
  for (const seed of seeds) {
    const { below, of } = generated(seed, "day")
    const at = { ...state, timezone: of.name, now: seconds("2026-03-28T00:00:00Z") + below(1_000_000) }
    for (const { window } of presetsOf(at)) {
      const { from, to } = Either.getOrThrow(resolve(at, window))
      expect(from).toBeLessThan(to)
      const isWhole = [from, to].every((edge) => shiftDay(of, edge, "day", 0) === edge)
      expect(window.to === "now" ? to === at.now : isWhole).toBe(true)
    }
  }
})

it("a zone that is none is told in the words of the screen", () => {
  const { overlay } = after(state, "z ctrl-u N o w h e r e enter")
  const error = overlay?.kind === "zone" ? overlay.error : null
  expect(error).toMatch(/^Zone: "Nowhere" is not a known time zone/)
})

describe("a typed window", () => {
  const cleared = "w ctrl-u"

  it("is what --from and --to would be", () => {
    const found = after(state, `${cleared} - 9 0 m enter ctrl-u 1 1 : 3 0 enter`)
    expect(found.overlay).toBeNull()
    expect(found.window).toEqual({ from: "-90m", to: "11:30", label: "-90m to 11:30" })
    expect(windowOf(found)).toEqual({ from: noon - 5400, to: noon - 1800 })
  })

  it("from nothing to nothing is today", () => {
    const found = after(state, `${cleared} tab ctrl-u enter`)
    expect(found.window).toEqual({ from: "today", to: "now", label: "today to now" })
  })

  it.each([
    ["from", `${cleared} 2 5 : 0 0 enter enter`, "25:00"],
    ["to", `w tab ctrl-u 2 0 2 6 - 0 2 - 3 0 enter`, "2026-02-30"],
    ["to", `w tab ctrl-u y e s t e r d a y enter`, "yesterday"],
  ])("that can't be read leaves the cursor in %s, with what was typed and what is wrong", (field, keys, typed) => {
    const found = after(state, keys)
    expect(found.window).toEqual(state.window)
    expect(found.overlay).toMatchObject({ kind: "range", field, [field]: { text: typed } })
    const error = found.overlay?.kind === "range" ? found.overlay.error : null
    expect(error).toMatch(typed === "yesterday" ? /ends .* before it begins/ : new RegExp(typed))
    // Options are what the command line has.
    expect(error).toMatch(/^(From|To|Window): /)
    expect(error).not.toContain("--")
    expect(after(found, "backspace").overlay).toMatchObject({ error: null })
  })
})

describe("the calendar", () => {
  it.each([
    ["c enter enter", "today", "now"],
    ["c left enter enter", "yesterday", "today"],
    ["c left enter left left enter", "2026-03-07", "today"],
    ["c up enter up enter", "2026-02-24", "2026-03-04"],
    ["c pageup enter right enter", "2026-02-10", "2026-02-12"],
    ["c right enter enter", "today", "now"],
  ])("%s chooses %s to %s", (keys, from, to) => {
    const found = after(state, keys)
    expect(found.overlay).toBeNull()
    expect(found.window).toMatchObject(
      from === "today" || from === "yesterday" ? { from, to } : { from, to: to === "today" ? "2026-03-10" : to },
    )
  })

  it("closed after the first day chooses nothing", () => {
    expect(after(state, "c left enter escape").window).toEqual(state.window)
  })
})

describe("the same window is asked about again", () => {
  const turnAt = (keys: string, now: number) => refreshCountOf({ ...after(state, keys), now })

  it.each(["p 1", "p 3", "p 5", "p 7"])("once a minute while it goes on: %s", (keys) => {
    const turns = Array.from({ length: 181 }, (_, second) => turnAt(keys, noon + second))
    expect(new Set(turns).size).toBe(4)
  })

  it.each(["p 4", "p 6"])("not once it is over: %s", (keys) => {
    expect(turnAt(keys, noon + 10_000)).toBe(turnAt(keys, noon))
  })

  it("where yesterday becomes another day", () => {
    expect(turnAt("p 2", noon + 43_199)).toBe(turnAt("p 2", noon))
    expect(turnAt("p 2", noon + 43_200)).not.toBe(turnAt("p 2", noon))
  })

  it("where a person wants it so", () => {
    expect(refreshCountOf(after(state, "p 4 r"))).not.toBe(refreshCountOf(after(state, "p 4")))
  })
})
