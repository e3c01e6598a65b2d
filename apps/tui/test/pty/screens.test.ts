// What a person sees who uses the whole program: at any size, with keys typed and the screen read back.
import { describe, expect, it } from "vitest"
import stringWidth from "string-width"
import { bindingsOn } from "../../src/screen/keys.ts"
import { screens } from "./program.ts"

const opened = async (options: Parameters<typeof screens>[0] = {}) => {
  const screen = await screens(options)
  await screen.until(/\d events/)
  return screen
}

it("without credentials it opens on a demo centre, says so, and offers to connect", async () => {
  const screen = await opened()
  expect(screen.text()).toContain("A demo contact centre, since there are no credentials")
  expect(screen.text()).toContain("Press 6 to connect your own")
  await screen.after("6", /User name/)
})

describe.each([
  [60, 10],
  [80, 24],
  [120, 40],
  [200, 50],
])("at %dx%d", (columns, rows) => {
  it("a filter is typed, and every screen fits, its first and its last line with it", async () => {
    const screen = await opened({ columns, rows })
    screen.press("/")
    await screen.until(/\/ .*name, team/)
    screen.press("c", "l", "e", "o")
    await screen.until(/1 of 2 +filter: cleo|1 of 2/)
    screen.press("enter")
    await screen.until(/Cleo 03/)
    expect(screen.text()).not.toContain("Ada 01")
    await screen.after("escape", /1 of 36/)
    for (const key of ["1", "2", "3", "4", "5", "6"]) {
      await screen.after(key, new RegExp(`${key} [A-Z][a-z]+`))
      const lines = screen.lines()
      expect(lines[0], screen.text()).toMatch(/^ 1/)
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
    }
  })
})

it("help has every key of the screen", async () => {
  const screen = await opened({ columns: 120, rows: 60 })
  await screen.after("?", /Keys for this screen/)
  for (const { description } of bindingsOn("floor")) expect(screen.text()).toContain(description)
  await screen.after("escape", /Day so far/)
})

it("the palette finds a command by a word of it", async () => {
  const screen = await opened()
  screen.press("ctrl-k")
  await screen.until(/refresh/)
  screen.press("s", "t", "a", "f", "f")
  await screen.until((text) => !text.includes("refresh"))
  screen.press("enter")
  await screen.until(/4 Staffing/)
  await screen.until((text) => !text.includes("Day so far"))
})

it("keys that come faster than they are read are all taken", async () => {
  const screen = await opened()
  screen.press("j".repeat(20))
  await screen.until(/^21 of 36/m)
})

it("NO_COLOR leaves no colour, and tells categories apart by their fillings", async () => {
  const screen = await opened({ env: { NO_COLOR: "1" } })
  // oxlint-disable-next-line no-control-regex -- colours are what is looked for
  expect(screen.written()).not.toMatch(/\u001b\[(?:\d+;)*(?:3[0-9]|4[0-9]|9[0-7]|10[0-7])[;m]/)
  expect(screen.text()).toMatch(/█+▓+▒+░+/)
})

it("a terminal without Unicode gets ASCII alone", async () => {
  const screen = await opened({ env: { LC_ALL: "C" } })
  expect(screen.text()).toMatch(/#+\++=+-+/)
  // oxlint-disable-next-line no-control-regex -- all that is not ASCII is what is looked for
  expect(screen.text()).not.toMatch(/[^\u0000-\u007f]/)
})

it("a screen reader hears what changes, and no clock that runs", async () => {
  const screen = await screens({ isSpoken: true })
  await screen.until(/Row 1 of 36: Ada 01/)
  expect(screen.written()).not.toContain("\u001b[?1049h")
  screen.press("j")
  await screen.until(/Row 2 of 36: Ben 02/)
  expect(screen.text()).not.toMatch(/ago|As of/)
  await screen.after("2", /Row 1 of 36: Agent 700101, Name Ada 01,[^]*Calls \d+/)
  await screen.after("3", /to now: \w+/)
  await screen.after("4", /on average/)
  await screen.after("5", /Quality of today/)
  await screen.after("6", /Region: eu/)
  await screen.after("escape", /Quality of today/)
  screen.press("p")
  await screen.until(/^1: Today/m)
})
