// What a terminal shows: tables that fit it, bars, spark lines and colours, and none of the latter where NO_COLOR is set.
import { file } from "@dwell/testing/scratch"
import { vendorJson } from "@dwell/testing/vendor"
import { make } from "@dwell/emulator"
import { describe, expect, it } from "vitest"
import { onScreen } from "./terminal.ts"

const noon = 1_760_011_200
const day = file(
  "day.json",
  vendorJson([...make({ agents: 12, days: 2, clock: () => noon }).centre.rows(noon - 86_400, noon)]),
)

const escape = "\u001b["

describe.each([80, 120])("%d columns", (columns) => {
  it.each([
    { command: ["demo"], drawn: /[█▓▒░]{16}/ },
    { command: ["report", "--input", day], drawn: /[█▓▒░▚]{16}/ },
    { command: ["report", "--input", day, "--group", "status"], drawn: /\d %  █/ },
    { command: ["staffing", "--input", day, "--step", "PT1H"], drawn: /[▁▂▃▄▅▆▇█]{5}/ },
    { command: ["intervals", "--input", day, "--agent", "700101"], drawn: /available/ },
    { command: ["sessions", "--input", day], drawn: /Login/ },
    { command: ["staffing", "--help"], drawn: /--step/ },
  ])("$command fits, in colour", async ({ command, drawn }) => {
    const screen = await onScreen(command, { columns })
    expect(screen.status).toBe(0)
    expect(screen.isWrapped, screen.lines.join("\n")).toBe(false)
    expect(screen.lines.join("\n")).toMatch(drawn)
    expect(screen.written).toContain(escape)
  })
})

it("NO_COLOR leaves the bars and takes the colours", async () => {
  const screen = await onScreen(["report", "--input", day], { columns: 120, env: { NO_COLOR: "1" } })
  expect(screen.lines.join("\n")).toMatch(/[█▓▒░▚]{16}/)
  expect(screen.written).not.toContain(escape)
})

it("numbers stand under each other", async () => {
  const { lines } = await onScreen(["report", "--input", day, "--group", "status"], { columns: 120 })
  const head = lines.findIndex((line) => line.startsWith("Status"))
  const end = (lines[head] ?? "").indexOf("Time") + "Time".length
  const rows = lines.slice(head + 1, lines.indexOf("", head + 1))
  expect(rows.length).toBeGreaterThan(3)
  for (const line of rows) expect(line.slice(0, end)).toMatch(/ \d+:\d\d:\d\d$/)
})

it("a terminal with no room drops columns and says which", async () => {
  const { lines } = await onScreen(["report", "--input", day], { columns: 60 })
  expect(lines.join(" ")).toMatch(/No room for [^:]*Utilisation[^:]*: widen the terminal, or use --format csv\./)
})
