// The floor in a real terminal, against an emulator on a socket: what it shows is what `dwell report` prints.
import { dwell } from "../runner.ts"
import { folder } from "@dwell/testing/scratch"
import { describe, expect, it } from "vitest"
import { parseReport } from "../support.ts"
import { screens, running } from "./program.ts"

const duration = (text: string): number => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0)

describe.each([
  [80, 24],
  [120, 40],
  [200, 50],
])("%dx%d", (columns, rows) => {
  it("the figures of everyone are those of the report as of then", async () => {
    const { env, now } = await running()
    const home = folder()
    const screen = await screens({ columns, rows, env, home, at: now() })
    await screen.until(/\d events/)
    const seen = new Map<number, { calls: number; handle: number | null; occupancy: string }>()
    const asOfShown = () => /As of (\d\d:\d\d:\d\d)/.exec(screen.text())?.[1] ?? ""
    const asOf = asOfShown()
    const collect = () => {
      for (const line of screen.lines()) {
        const found = /^. ?(\d{6}) .*? (\d+) +(\d+:\d\d:\d\d|–) +(\d+\.\d %|–)(?: |$)/.exec(line)
        if (found === null) continue
        const [, agent = "", calls = "", handle = "", occupancy = ""] = found
        seen.set(Number(agent), { calls: Number(calls), handle: handle === "–" ? null : duration(handle), occupancy })
      }
    }
    for (let row = 1; row < 24; row++) {
      collect()
      await screen.after("down", new RegExp(`^${row + 1} of 24`, "m"))
    }
    collect()
    expect(asOfShown()).toBe(asOf)
    expect(seen.size).toBe(24)
    const instant = `2026-03-10T${asOf}`
    const { stdout } = await dwell(
      ["report", "--from", "2026-03-10", "--to", instant, "--now", instant, "--format", "json", "--offline"],
      { env, home },
    )
    const { agents } = parseReport(stdout)
    const expected = agents.map(({ agent, calls, rates }) => [
      agent,
      {
        calls,
        handle: rates.averageHandleTime === null ? null : Math.round(rates.averageHandleTime),
        occupancy: rates.occupancy === null ? "–" : `${(100 * rates.occupancy).toFixed(1)} %`,
      },
    ])
    expect([...seen].toSorted(([one], [other]) => one - other)).toStrictEqual(expected)
  })
})
