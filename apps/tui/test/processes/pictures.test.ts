/**
 * The pictures of README and docs: the running program is asked for what is on its screen, as a person asks, by `e`.
 *
 * With DWELL_PICTURES=FOLDER they are written there; `npm run pictures` says so.
 */
import { folder } from "@dwell/testing/scratch"
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { SaxesParser } from "saxes"
import { expect, it } from "vitest"
import { program } from "../pty/program.ts"

const into = process.env["DWELL_PICTURES"]

/** A Tuesday afternoon, which the demo centre is in whatever the hour. */
const afternoon = Date.UTC(2026, 2, 10, 14, 52) / 1000

/** The keys that lead to what is shown, each with what has to be there before the next. */
const pictures: ReadonlyArray<{
  readonly name: string
  readonly args?: ReadonlyArray<string>
  readonly steps: ReadonlyArray<readonly [key: string, shown: RegExp]>
}> = [
  { name: "floor", args: ["--alert", "wrap>3m", "--alert", "break>9m"], steps: [] },
  { name: "floor-light", args: ["--theme", "light"], steps: [["t", /Billing \(\d+\) .* \d+ 0:0/]] },
  { name: "report", steps: [["2", /✓ statuses/]] },
  { name: "agent", steps: [["enter", /logged in \d/]] },
  { name: "staffing", steps: [["4", /\d now, \d/]] },
  { name: "coverage", steps: [["5", /Quality of today/]] },
]

const isSound = (picture: string): boolean => {
  const parser = new SaxesParser()
  let isBroken = false
  parser.on("error", () => (isBroken = true))
  parser.write(picture).close()
  return !isBroken
}

// One stands for all where they are not wanted: what each screen shows has tests of its own.
it.each(into === undefined ? pictures.slice(0, 1) : pictures)(
  "the running program draws the picture of $name",
  async ({ args = [], name, steps }) => {
    const home = folder()
    const screen = program({ columns: 124, rows: 36, folder: home, at: afternoon, args })
    await screen.until(/\d events/)
    await screen.until(/Ada 01/)
    for (const [key, shown] of steps) await screen.after(key, shown)
    await screen.after("e", /Export this screen/)
    const last = /(\d) SVG to a new file/.exec(screen.text())?.[1] ?? ""
    await screen.after(last, /dwell-[a-z]+-2026-03-10-\d+\.svg/)
    const [file = ""] = readdirSync(home).filter((each) => each.endsWith(".svg"))
    const picture = readFileSync(join(home, file), "utf8")
    expect(isSound(picture)).toBe(true)
    expect(picture).toContain("<svg")
    expect(picture.match(/<text/g)?.length ?? 0).toBeGreaterThan(40)
    if (into === undefined) return
    mkdirSync(into, { recursive: true })
    writeFileSync(join(into, `${name}.svg`), picture)
  },
)
