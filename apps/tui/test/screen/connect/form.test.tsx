// The form that connects: what keys do in it, how a test ends, and that the password stays hidden.
import { stripVTControlCharacters } from "node:util"
import { renderToString } from "ink"
import { describe, expect, it } from "vitest"
import { keyOf, type Question } from "../../../src/screen/worker/protocol/question.ts"
import type { ConnectAnswer } from "../../../src/screen/worker/protocol/answer.ts"
import { keysOf } from "../../../src/screen/keyNames.ts"
import { Screen } from "../../../src/screen/Screen.tsx"
import { questionsOf } from "../../../src/screen/app/questions.ts"
import { charactersOf } from "../../../src/screen/components/input.ts"
import { start, type State } from "../../../src/screen/app/state.ts"
import { update } from "../../../src/screen/app/update.ts"
import { make } from "../../../src/screen/theme.ts"

const empty = start({
  account: { kind: "account", name: null },
  size: { columns: 120, rows: 40 },
  now: 1_000_000,
  theme: "dark",
  thresholds: [],
  timezone: null,
})

const key = (state: State, name: string): State => update(state, { _tag: "key", key: name })
/** Names of keys have several characters; all else is typed. */
const keys = (state: State, ...all: ReadonlyArray<string>): State => all.reduce(key, state)
const typed = (state: State, text: string): State => keys(state, ...charactersOf(text))

const form = key(empty, "6")
const secret = "s3cret:q?ä"
const filled = typed(keys(typed(keys(form, "tab"), "a1 b"), "down"), secret)
const asked = key(filled, "ctrl-s")

const texts = ({ connect: { values } }: State) =>
  Object.fromEntries(Object.entries(values).map(([name, { text }]) => [name, text]))

const connecting = (state: State): Extract<Question, { _tag: "connect" }> | undefined =>
  questionsOf(state).find((question) => question._tag === "connect")

const answer = (more: Partial<ConnectAnswer>): ConnectAnswer => ({
  _tag: "connect",
  steps: [{ name: "Base URL", state: "done", text: "answers" }],
  problem: null,
  stored: null,
  isUsable: false,
  ...more,
})

const told = (state: State, more: Partial<ConnectAnswer>): State => {
  const question = connecting(state)
  return update(state, { _tag: "answered", key: question === undefined ? "" : keyOf(question), answer: answer(more) })
}

const problem = {
  title: "Wrong user name or password",
  message: "Check them.",
  actor: "you",
  isRetried: false,
} as const

const plainKey = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
}

describe("keys in the form", () => {
  it.each([
    ["digits, letters and marks are typed", filled, { username: "a1 b", password: secret, account: "main" }],
    ["a key of another screen is typed", typed(form, "q?:e12"), { region: "euq?:e12" }],
    ["backspace takes back", keys(form, "backspace", "backspace", "u", "s"), { region: "us" }],
    ["enter goes on to the next field", typed(keys(form, "enter"), "x"), { username: "x" }],
    [
      "up goes back, and no further than the first field",
      typed(keys(form, "tab", "up", "up", "shift-tab"), "x"),
      { region: "eux" },
    ],
    [
      "down ends at the last field",
      typed(keys(form, "down", "down", "down", "down", "down", "down"), "Z"),
      { timezone: "Z" },
    ],
    [
      "what is pasted is typed, without its line end",
      update(keys(form, "tab", "tab"), { _tag: "pasted", text: "1q:\tz\r\n" }),
      { password: "1q:z" },
    ],
  ])("%s", (_, state, expected) => {
    expect(texts(state)).toMatchObject(expected)
    expect(state.screen).toBe("connect")
    expect(state.overlay).toBeNull()
  })

  it("keys that come in one piece are keys all the same, and no secret ends in another field", () => {
    const piece = keysOf("a1\tpw\u007f\u0013", plainKey)
    expect(piece).toStrictEqual(["a", "1", "tab", "p", "w", "backspace", "ctrl-s"])
  })

  it("ctrl-k opens the palette, ctrl-c leaves, Esc goes back", () => {
    expect(key(filled, "ctrl-k").overlay?.kind).toBe("palette")
    expect(key(filled, "ctrl-c").isLeaving).toBe(true)
    expect(key(filled, "escape").screen).toBe("floor")
  })
})

describe("a test", () => {
  it("asks what the form says, once", () => {
    expect(connecting(asked)).toStrictEqual({
      _tag: "connect",
      account: "main",
      region: "eu",
      username: "a1 b",
      password: secret,
      timezone: "",
      attempt: 1,
    })
    expect(key(asked, "ctrl-s")).toBe(asked)
    // What is typed meanwhile belongs to the next one.
    expect(connecting(typed(asked, "more"))).toStrictEqual(connecting(asked))
  })

  it.each([
    ["no user name", typed(keys(form, "tab", "tab"), "x"), "username"],
    ["no password", typed(keys(form, "tab"), "x"), "password"],
    ["a region that is none", typed(keys(filled, "up", "up"), "x"), "region"],
    ["a name that no file can have", typed(keys(filled, "down"), "/x"), "account"],
    ["a zone that there is not", typed(keys(filled, "down", "down"), "Europe/Atlantis"), "timezone"],
  ])("is not made with %s", (_, state, field) => {
    const next = key(state, "ctrl-s")
    expect(connecting(next)).toBeUndefined()
    expect(next.connect.field).toBe(field)
    expect(next.notice?.isAlarm).toBe(true)
  })

  it("that fails can be made again, with what was typed", () => {
    const failed = told(asked, { problem, steps: [{ name: "Token", state: "failed", text: "" }] })
    expect(connecting(failed)).toBeUndefined()
    expect(texts(failed)).toMatchObject({ password: secret })
    expect(connecting(key(failed, "ctrl-s"))?.attempt).toBe(2)
  })

  it("that could not be made can be made again", () => {
    const failed = update(asked, { _tag: "failed", key: "", of: "connect", problem })
    expect(connecting(failed)).toBeUndefined()
    expect(failed.answers.connect?.problem).toStrictEqual(problem)
  })

  it("that is going on is waited for", () => {
    const going = told(asked, { steps: [{ name: "Base URL", state: "running", text: "" }] })
    expect(connecting(going)).toStrictEqual(connecting(asked))
  })

  it("that went well opens the floor of the account, and forgets the password and all figures of another account", () => {
    const before = { ...asked, agent: { ...asked.agent, agent: 7 } }
    const stored = told(before, { stored: "main", isUsable: true })
    expect(stored).toMatchObject({
      account: { kind: "account", name: "main" },
      screen: "floor",
      refreshCount: asked.refreshCount + 1,
    })
    expect(stored.agent.agent).toBeNull()
    expect(Object.keys(stored.answers)).toStrictEqual(["connect"])
    expect(JSON.stringify(stored)).not.toContain(secret)
  })

  it("of an account that can't be used here says so, and stays", () => {
    const stored = told(asked, { stored: "main", isUsable: false, problem })
    expect(stored).toMatchObject({ account: asked.account, screen: "connect", refreshCount: asked.refreshCount })
    expect(JSON.stringify(stored)).not.toContain(secret)
  })

  it("that is given up is no longer asked, and what it may have closed is opened again", () => {
    const left = key(asked, "escape")
    expect(connecting(left)).toBeUndefined()
    expect(left.refreshCount).toBe(asked.refreshCount + 1)
    expect(JSON.stringify(left)).not.toContain(secret)
    expect(key(filled, "escape").refreshCount).toBe(filled.refreshCount)
  })
})

describe("what is seen of it", () => {
  const sizes = [
    [60, 10],
    [60, 20],
    [80, 24],
    [120, 40],
    [200, 50],
  ] as const
  const themes = [make("dark", { level: 3, isUnicode: true }), make("16", { level: 0, isUnicode: false })]
  const states = [
    filled,
    asked,
    told(asked, { problem, steps: [{ name: "Token", state: "failed", text: "Wrong user name or password" }] }),
    update(asked, { _tag: "failed", key: "", of: "connect", problem }),
  ]

  it("neither the password nor its length, at any size", () => {
    for (const [columns, rows] of sizes) {
      for (const theme of themes) {
        for (const state of states) {
          const sized = update(state, { _tag: "resized", size: { columns, rows } })
          const frame = renderToString(<Screen state={sized} theme={theme} />, { columns })
          expect(frame).not.toContain(secret)
          const longer = typed({ ...sized, connect: { ...sized.connect, field: "password" } }, "x".repeat(30))
          const same = { ...sized, connect: { ...sized.connect, field: "password" } } as const
          expect(renderToString(<Screen state={longer} theme={theme} />, { columns })).toBe(
            renderToString(<Screen state={same} theme={theme} />, { columns }),
          )
        }
      }
    }
  })

  it("how the test goes, whose turn it is, and the command that does the same", () => {
    for (const [columns, rows] of sizes) {
      const failed = told(
        { ...asked, size: { columns, rows } },
        {
          problem,
          steps: [{ name: "Token", state: "failed", text: problem.title }],
        },
      )
      const theme = make("16", { level: 0, isUnicode: true })
      const frame = stripVTControlCharacters(renderToString(<Screen state={failed} theme={theme} />, { columns }))
      expect(frame).toContain("✗ Token")
      expect(frame.replaceAll(/\s+/g, " ")).toContain("You can fix it.")
      expect(frame.includes("dwell login")).toBe(rows > 10)
    }
  })
})
