// What buckets are called.
import * as Calendar from "@dwell/core/Calendar"
import { describe, expect, it } from "vitest"
import type { Bucket } from "../../../src/screen/worker/protocol/answer.ts"
import { wordsOf } from "../../../src/screen/report/bucketLabels.ts"

const seconds = (text: string): number => Date.parse(text) / 1000

const named = (timezone: string, from: string, to: string, bucket: Calendar.Size): ReadonlyArray<string> => {
  const window = { from: seconds(from), to: seconds(to), now: seconds(to), timezone }
  const buckets = Calendar.buckets({ name: timezone }, window, bucket).map((edge): Bucket => ({
    ...edge,
    seconds: new Map(),
    covered: 0,
    untracked: 0,
  }))
  const asked = {
    _tag: "report",
    account: { kind: "demo" },
    from,
    to,
    timezone,
    refreshCount: 0,
    bucket,
    isStaleCut: false,
  } as const
  return wordsOf({ asked, buckets, window })
}

describe("buckets", () => {
  it.each([
    ["PT15M", "2026-11-23T00:00:00Z", "2026-11-23T00:45:00Z", ["00:00", "00:15", "00:30"]],
    ["PT1H", "2026-11-23T23:00:00Z", "2026-11-24T01:00:00Z", ["Mon 23 Nov 23:00", "Tue 24 Nov 00:00"]],
    ["P1D", "2026-11-23T05:00:00Z", "2026-11-25T00:00:00Z", ["Mon 23 Nov", "Tue 24 Nov"]],
    ["P1D", "2026-12-31T00:00:00Z", "2027-01-02T00:00:00Z", ["Thu 31 Dec 2026", "Fri 1 Jan 2027"]],
    ["P1W", "2026-11-25T00:00:00Z", "2026-12-02T00:00:00Z", ["week of 23 Nov", "week of 30 Nov"]],
    ["P1W", "2026-02-28T00:00:00Z", "2026-03-03T00:00:00Z", ["week of 23 Feb", "week of 2 Mar"]],
    ["P1M", "2026-11-10T00:00:00Z", "2026-12-02T00:00:00Z", ["November 2026", "December 2026"]],
  ] as const)("of %s from %s to %s", (size, from, to, expected) => {
    expect(named("UTC", from, to, size)).toEqual(expected)
  })

  it("an hour that the clock has twice is told apart by its offset", () => {
    expect(named("Europe/London", "2026-10-25T00:00:00Z", "2026-10-25T03:00:00Z", "PT1H")).toEqual([
      "01:00 +01:00",
      "01:00 +00:00",
      "02:00",
    ])
  })

  it("no two of a window have one name", () => {
    for (const size of Calendar.sizes)
      for (const zone of ["Europe/London", "America/St_Johns", "Australia/Lord_Howe", "UTC"]) {
        for (const [from, to] of [
          ["2026-09-28T13:07:00Z", "2026-11-05T11:00:00Z"],
          ["2025-12-20T13:07:00Z", "2026-01-20T11:00:00Z"],
        ] as const) {
          const names = named(zone, from, to, size)
          expect(new Set(names).size).toBe(names.length)
        }
      }
  })
})
