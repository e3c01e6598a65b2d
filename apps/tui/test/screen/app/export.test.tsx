// Exports: what keys, answers and failures do, the screen as a picture, and the sequence for the clipboard.
import { environment } from "@dwell/testing/programs"
import { folder } from "@dwell/testing/scratch"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { spawn } from "@lydell/node-pty"
import { describe, expect, it } from "vitest"
import { keyOf } from "../../../src/screen/worker/protocol/question.ts"
import { charactersOf } from "../../../src/screen/components/input.ts"
import { start, type State } from "../../../src/screen/app/state.ts"
import * as Export from "../../../src/screen/app/export.ts"
import { update } from "../../../src/screen/app/update.ts"
import { make } from "../../../src/screen/theme.ts"
import { copySequence, pictureOf } from "../../../src/screen/app/useExport.tsx"
import { noon } from "../../time.ts"
import { floorOf, live, person } from "../states.ts"
import { bundle } from "../../support.ts"

const floor = start({
  account: { kind: "account", name: null },
  size: { columns: 80, rows: 24 },
  now: noon,
  theme: "dark",
  thresholds: [],
  timezone: "Europe/London",
})

const keys = (state: State, ...all: ReadonlyArray<string>): State =>
  all.reduce((before, key) => update(before, { _tag: "key", key }), state)

const csvAnswer = { _tag: "export", text: "a,b\n1,2\n", rows: 1, isWhole: true } as const
const answered = (state: State, more: Partial<typeof csvAnswer | { text: string; isWhole: boolean }> = {}): State =>
  update(state, { _tag: "answered", key: "", answer: { ...csvAnswer, ...more } })
const written = (state: State): State =>
  update(state, { _tag: "answered", key: "", answer: { _tag: "write", path: "/here/dwell-floor.csv" } })
const drawn = (state: State, text: string): State => update(state, { _tag: "drawn", text })
const floorAnswered = (names: ReadonlyArray<string>): State => {
  const people = names.map((name, index) => person({ agent: index + 1, name, team: null }))
  return update(floor, { _tag: "answered", key: "", answer: live(floorOf(people)) })
}
const problem = { title: "", message: "The disk is full.", actor: "you", isRetried: false } as const

const tags = (state: State) => Export.questionsOf(state).map(({ _tag }) => _tag)

describe("a choice", () => {
  it.each([
    ["its number", keys(floor, "e", "1"), "csv", "file"],
    ["the first one under the cursor", keys(floor, "e", "enter"), "csv", "file"],
    ["the cursor", keys(floor, "e", "down", "j", "down", "enter"), "json", "clipboard"],
    [
      "the last one, however far down",
      keys(floor, "e", ...Array.from({ length: 10 }, () => "j"), "enter"),
      "svg",
      "clipboard",
    ],
    ["the first one, however far up", keys(floor, "e", "j", "k", "up", "k", "enter"), "csv", "file"],
  ])("is made by %s", (_, state, format, target) => {
    expect(state.exportState).toMatchObject({ format, target, text: null })
    expect(state.overlay).toBeNull()
  })

  it.each([["escape"], ["q"], ["e"]])("is not made by %s, which closes", (key) => {
    expect(keys(floor, "e", key)).toStrictEqual(floor)
  })

  it.each([["7"], ["0"], ["x"], ["left"]])("%s chooses nothing", (key) => {
    const open = keys(floor, "e")
    expect(keys(open, key)).toBe(open)
  })

  it("of the form is a picture, and of every other screen rows as well", () => {
    expect(Export.choicesOf(keys(floor, "6", "ctrl-k")).map(({ format }) => format)).toStrictEqual(["svg", "svg"])
    for (const state of [floor, keys(floor, "5")]) expect(Export.choicesOf(state)).toHaveLength(6)
  })

  it("is of what the screen shows: its list, and its rows as they are arranged", () => {
    const question = (state: State) => keys(state, "e", "1").exportState?.question
    expect(question({ ...floor, screen: "agent", agent: { ...floor.agent, agent: 7, tab: "calls" } })).toMatchObject({
      of: { _tag: "agent", agent: 7 },
      tab: "calls",
      shown: null,
    })
    const arranged = floorAnswered(["Ann", "Bob", "Anton"])
    expect(question(arranged)?.shown).toStrictEqual([1, 2, 3])
    expect(question(keys(arranged, "/", "a", "n", "enter"))?.shown).toStrictEqual([1, 3])
    expect(question(keys(arranged, "left", "left", "s", "s"))?.shown).toStrictEqual([2, 3, 1])
  })
})

describe("to a file", () => {
  const asked = keys(floor, "e", "1")

  it("the worker is asked for the text, and then to write it under the name of screen and time", () => {
    expect(Export.questionsOf(asked)).toStrictEqual([
      {
        _tag: "export",
        attempt: 1,
        of: { _tag: "live", account: floor.account, timezone: "Europe/London", refreshCount: 0 },
        group: "agent",
        tab: "intervals",
        shown: null,
        format: "csv",
      },
    ])
    expect(Export.questionsOf(answered(asked))).toStrictEqual([
      { _tag: "write", attempt: 1, name: "dwell-floor-2026-03-10-120000", extension: "csv", text: csvAnswer.text },
    ])
    const done = written(answered(asked))
    expect(done.notice?.isAlarm).toBe(false)
    expect(done.notice?.text).toContain("/here/dwell-floor.csv, 1 row, 8 B of CSV")
    expect(tags(done)).toStrictEqual([])
  })

  it("what could not be read is said", () => {
    expect(written(answered(asked, { isWhole: false })).notice?.text).toContain("Some of the window could not be read.")
  })

  it("the same once more is another question, whose key does not hold the text", () => {
    const again = keys(written(answered(asked)), "e", "1")
    const [first, second] = [asked, again].map((state) => Export.questionsOf(state).map(keyOf).join(""))
    expect(second).not.toBe(first)
    expect(Export.questionsOf(answered(asked)).map(keyOf).join("")).not.toContain("a,b")
  })

  it("large texts are written as well", () => {
    expect(tags(answered(asked, { text: "x".repeat(1_000_000) }))).toStrictEqual(["write"])
  })

  it.each(["export", "write"] as const)("a failure of %s is told, and ends it", (of) => {
    const failed = update(of === "write" ? answered(asked) : asked, { _tag: "failed", key: "", of, problem })
    expect(failed).toMatchObject({ exportState: null, notice: { isAlarm: true, text: "The disk is full." } })
  })
})

describe("to the clipboard", () => {
  const asked = keys(floor, "e", "2")

  it("the text is there to be copied, and that it depends on the terminal is said", () => {
    const ready = answered(asked)
    expect(ready.exportState?.text).toBe(csvAnswer.text)
    expect(tags(ready)).toStrictEqual([])
    const done = update(ready, { _tag: "copied" })
    expect(done.exportState).toBeNull()
    expect(done.notice?.text).toMatch(/^Copied 1 row, 8 B of CSV, if the terminal/)
  })

  it.each([
    [100_000, "x", false],
    [100_001, "x", true],
    [50_001, "ß", true],
  ])("of %i times %s more than 100 kB is refused, and a file offered", (length, character, isRefused) => {
    const come = answered(asked, { text: character.repeat(length) })
    expect(come.exportState === null).toBe(isRefused)
    if (!isRefused) return
    expect(come.notice?.isAlarm).toBe(true)
    expect(come.notice?.text).toContain("choose a file")
    expect(keys(come, "enter").exportState).toMatchObject({ format: "csv", target: "file" })
  })

  it("is asked for with OSC 52, through tmux too", () => {
    const text = "Zoë,\u001b\n"
    const base64 = Buffer.from(text).toString("base64")
    expect(copySequence(text, false)).toBe(`\u001b]52;c;${base64}\u0007`)
    expect(copySequence(text, true)).toBe(
      `\u001b]52;c;${base64}\u0007\u001bPtmux;\u001b\u001b]52;c;${base64}\u0007\u001b\\`,
    )
  })
})

describe("a picture", () => {
  const theme = make("dark", { level: 3, isUnicode: true })

  it("is of the screen, without what lies over it and what was said", () => {
    const plain = pictureOf(floor, theme)
    expect(plain).toContain("Nothing is known yet.")
    expect(pictureOf(keys(floor, "e"), theme)).toBe(plain)
    expect(pictureOf({ ...floor, notice: { text: "Hear, hear", isAlarm: true, until: Infinity } }, theme)).toBe(plain)
    expect(plain.startsWith("<svg")).toBe(true)
  })

  it("of the form shows no password", () => {
    const typed = keys(floor, "6", "tab", "tab", ...charactersOf("hunter2&co"))
    expect(pictureOf(typed, theme)).not.toContain("hunter")
    expect(pictureOf(typed, theme)).toContain("•".repeat(8))
  })

  it("is asked of nobody, and goes where it was to go", () => {
    const asked = keys(floor, "e", "5")
    expect(tags(asked)).toStrictEqual([])
    expect(Export.questionsOf(drawn(asked, "<svg/>"))).toMatchObject([
      { _tag: "write", extension: "svg", text: "<svg/>" },
    ])
    expect(drawn(floor, "<svg/>")).toBe(floor)
  })
})

/** The program in a terminal: presses keys, each once something has been written. */
const inTerminal = (where: string, script: ReadonlyArray<readonly [written: RegExp, press: string]>): Promise<string> =>
  new Promise((resolve) => {
    const env = environment(folder(), { TERM: "xterm-256color", LANG: "C.UTF-8" })
    const child = spawn(process.execPath, [bundle], { cols: 120, rows: 40, cwd: where, env })
    const left = [...script]
    let all = ""
    let fresh = ""
    child.onData((data) => {
      all += data
      fresh += data
      const next = left[0]
      if (next === undefined || !next[0].test(fresh)) return
      left.shift()
      fresh = ""
      child.write(next[1])
    })
    child.onExit(() => resolve(all))
  })

it("in a terminal, rows go to the clipboard and the picture to a new file", async () => {
  const where = folder()
  const all = await inTerminal(where, [
    [/As of/, "e"],
    [/JSON to the clipboard/, "2"],
    [/Copied/, "e"],
    [/JSON to the clipboard/, "5"],
    [/Written/, "q"],
  ])
  // oxlint-disable-next-line no-control-regex -- that these are control characters is the point
  const [, base64 = ""] = /\u001b\]52;c;([\w+/=]+)\u0007/.exec(all) ?? []
  expect(Buffer.from(base64, "base64").toString()).toMatch(/^agent,name,team,status,.*\n\d+,/)
  const files = readdirSync(where)
  expect(files).toStrictEqual([expect.stringMatching(/^dwell-floor-\d{4}-\d\d-\d\d-\d{6}\.svg$/)])
  const picture = readFileSync(join(where, files[0] ?? ""), "utf8")
  expect(picture).toContain("demo centre")
  expect(picture).not.toContain("Export this screen")
})
